"""Where events for the executions of this process arrive: from memory, and from the inbox of its shards."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from queue import Empty, SimpleQueue
from typing import NamedTuple

from pauta.clock import Clock
from pauta.engine.events import Event
from pauta.runtime.ownership import Ownership
from pauta.storage import messages
from pauta.storage.connection import Database, Session

_IDLE = 0.2
"""Seconds between two looks for events that other processes left, when nothing else happens."""
_MOST = 500
"""Events taken from the inbox of a shard at a time."""


class Arrival(NamedTuple):
    """An event that arrived: when, and under which id it waits in the inbox (None: only in memory)."""

    execution_id: str
    event: Event
    at: int
    inbox_id: str | None = None


class Mailbox:
    """Posting is for everybody, taking for the one executor."""

    def __init__(self, database: Database, ownership: Ownership, clock: Clock) -> None:
        self._database = database
        self._ownership = ownership
        self._clock = clock
        self._posted: SimpleQueue[Arrival | None] = SimpleQueue()
        self._waiting: deque[Arrival] = deque()
        self._known: set[str] = set()
        self._changes = -1
        self._looked_at = 0
        self._look = True

    def post(self, execution_id: str, event: Event) -> None:
        """Take an event. Never waits; may be called in a signal handler."""
        self._posted.put(Arrival(execution_id, event, self._clock.now()))

    def wake(self) -> None:
        """Whoever waits in ``fill`` returns."""
        self._posted.put(None)

    def look_into_inbox(self) -> None:
        """Something was put into the inbox by this process."""
        self._look = True
        self._posted.put(None)

    def fill(self, until: int | None = None) -> None:
        """Collect what arrived; wait for something while there is nothing, at the longest until this instant."""
        if not self._waiting:
            self._await(until)
        self.drain()
        if self._is_time_to_look():
            with self._database.reading() as session:
                self.read_inbox(session)

    def read_inbox(self, session: Session) -> None:
        """Collect what the inbox holds and is not known yet."""
        limit = _MOST + len(self._known)
        for shard in self._ownership.taken:
            found = messages.waiting(session, shard, limit)
            self._look = self._look or len(found) == limit
            for each in found:
                self._keep_new(each)

    def _keep_new(self, message: messages.Waiting) -> None:
        if message.id not in self._known:
            self._known.add(message.id)
            self._waiting.append(Arrival(message.execution_id, message.event, self._clock.now(), message.id))

    def take(self) -> Arrival | None:
        """The next event; None when there is none."""
        return self._waiting.popleft() if self._waiting else None

    def put_first(self, arrivals: list[Arrival]) -> None:
        """These events come next, in this order."""
        self._waiting.extendleft(reversed(arrivals))

    def arrivals(self) -> list[Arrival]:
        """What was collected and not taken yet."""
        return list(self._waiting)

    def consumed(self, inbox_ids: Iterable[str]) -> None:
        """These events were deleted from the inbox."""
        self._known.difference_update(inbox_ids)

    def _await(self, until: int | None) -> None:
        patience = _IDLE if until is None else min(_IDLE, max(0.0, (until - self._clock.now()) / 1_000_000))
        try:
            self._keep(self._posted.get(timeout=patience))
        except Empty:
            return

    def drain(self) -> None:
        """Collect what was posted."""
        while not self._posted.empty():
            self._keep(self._posted.get_nowait())

    def _keep(self, arrival: Arrival | None) -> None:
        if arrival is not None:
            self._waiting.append(arrival)

    def _is_time_to_look(self) -> bool:
        """After a hint of this process at once; else a few times a second, when another process wrote something."""
        if self._look:
            self._look = False
            return True
        now = self._clock.now()
        if now - self._looked_at < _IDLE * 1_000_000 // 2:
            return False
        self._looked_at = now
        before, self._changes = self._changes, self._database.changes_of_others()
        return before != self._changes
