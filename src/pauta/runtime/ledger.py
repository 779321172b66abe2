"""How executions are read from the database and their changes written to it, by their owner only."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from pauta.engine.events import ChildEnded
from pauta.engine.execution import Change, Execution
from pauta.runtime import live as loading
from pauta.runtime.live import FlowOf, Live
from pauta.runtime.logs import Entry
from pauta.runtime.mailbox import Mailbox
from pauta.runtime.ownership import Ownership
from pauta.runtime.turn import Turn, batch
from pauta.sdk.states import Level, State
from pauta.storage import executions, logs, messages
from pauta.storage.connection import Database, Session
from pauta.storage.logs import LogRow
from pauta.storage.spill import Spill


class Ledger:
    """Reads and writes the executions of the shards that this process owns."""

    def __init__(self, database: Database, ownership: Ownership, spill: Spill, flow_of: FlowOf) -> None:
        self._database = database
        self._ownership = ownership
        self._spill = spill
        self._flow_of = flow_of

    def load(self, execution_id: str) -> Live | None:
        """An execution with all its rows; None when there is no such execution."""
        with self._database.reading() as session:
            return loading.load(session, execution_id, self._flow_of, self._spill)

    def strand(self, execution_id: str, reason: str, now: int, consumed: Iterable[str] = ()) -> None:
        """End an execution that cannot be loaded or saved: FAILED where its row can be read, and touched no more."""
        with self._database.transaction() as session:
            messages.consume(session, consumed)
            with suppress(ValueError, TypeError, KeyError):
                _fail(session, execution_id, now)
            executions.settle(session, execution_id, now)
            line = LogRow(execution_id, now, "", 0, 1, None, Level.ERROR.severity, reason)
            logs.append(session, [line])

    def left_open(self, mailbox: Mailbox) -> list[str]:
        """The executions that are not over; what waits in the inbox is put into the mailbox at the same moment."""
        with self._database.reading() as session:
            mailbox.read_inbox(session)
            return [each for shard in self._ownership.taken for each in executions.unsettled(session, shard)]

    def is_settled(self, execution_id: str) -> bool:
        """Whether nothing follows any more in an execution."""
        with self._database.reading() as session:
            return executions.is_settled(session, execution_id)

    def save(self, turn: Turn, entries: list[Entry], now: int) -> None:
        """Write what a turn changed in one transaction.

        Raises DataInUse when a shard is not ours any more, StorageFailed when the disk refuses.
        """
        rows = batch(turn, entries, self._spill)
        with self._database.transaction() as session:
            self._ownership.check(session, {live.execution.shard for live in turn.touched.values()})
            rows.save(session, now)


def _fail(session: Session, execution_id: str, now: int) -> None:
    execution = executions.get(session, execution_id)
    if execution is not None and not execution.state.terminal:
        execution.history.append(Change(State.FAILED, now))
        executions.update(session, execution)
        executions.close(session, execution_id, now)
        _tell_caller(session, execution, now)


def _tell_caller(session: Session, execution: Execution, now: int) -> None:
    if execution.caller is None:
        return
    caller, run_id = execution.caller
    shard = executions.shard_of(session, caller)
    if shard is not None:
        messages.post(session, shard, caller, ChildEnded(run_id, execution.id, execution.state), now)
