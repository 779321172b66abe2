"""Which shards this process owns, and the proof of it that every commit asks for."""

from __future__ import annotations

from collections.abc import Iterable

from pauta.errors import DataInUse
from pauta.storage import shards
from pauta.storage.connection import Database, Session
from pauta.storage.locks import OwnerLocks


class Ownership:
    """The shards of one owner: locked on this machine, and written down with their epoch."""

    def __init__(self, database: Database, locks: OwnerLocks, owner: str) -> None:
        self._database = database
        self._locks = locks
        self._owner = owner
        self._epochs: dict[int, int] = {}

    @property
    def taken(self) -> tuple[int, ...]:
        """The shards that are owned."""
        return tuple(self._epochs)

    def take_free(self) -> int:
        """Take the first shard that nobody owns: what a crashed process left open is found again soon.

        Raises DataInUse when there is none.
        """
        others = (number for number in range(shards.COUNT) if number not in self._epochs)
        shard = next((number for number in others if self._locks.take(number)), None)
        if shard is None:
            raise DataInUse(f"all {shards.COUNT} places of {self._database.path} are taken by other processes")
        with self._database.transaction() as session:
            self._epochs[shard] = shards.take(session, shard, self._owner).epoch
        return shard

    def check(self, session: Session, touched: Iterable[int]) -> None:
        """Raises DataInUse when another owner has taken one of these shards in the meantime."""
        for shard in touched:
            if shards.get(session, shard) != (self._owner, self._epochs.get(shard)):
                raise DataInUse(f"another process has taken over the executions of shard {shard}; this one stops")

    def close(self) -> None:
        """Give all shards back."""
        self._epochs.clear()
        self._locks.close()
