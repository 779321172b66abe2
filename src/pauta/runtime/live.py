"""An execution in the hands of its executor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pauta.engine.effects import Decision, WriteLog
from pauta.engine.execution import Execution
from pauta.runtime.logs import pieces_of, storable
from pauta.secrets.masking import Masker
from pauta.storage import executions, requests, task_runs, timers
from pauta.storage.connection import Session
from pauta.storage.logs import LogRow
from pauta.storage.spill import Spill

if TYPE_CHECKING:
    from pauta.flow.model import Flow

_ENGINE_LINES = 1 << 30
"""Numbers of the engine's own lines begin here: at the same instant they follow the task's lines."""
FlowOf = Callable[[Session, str, str, int], "Flow"]
"""Gives the flow of a namespace, an id and a revision. Raises NotFound, or InvalidFlow."""


@dataclass(slots=True)
class Live:
    """The object that the engine changes in place, its flow, and what is derived from both.

    ``unfinished`` holds the ids of its task runs that have not ended, ``waiting`` counts events that are known but not
    decided yet, ``lines`` the log lines of the engine, ``now`` is the instant of the last event.
    """

    execution: Execution
    flow: Flow
    masker: Masker = field(default_factory=Masker)
    unfinished: set[str] = field(default_factory=set[str])
    waiting: int = 0
    lines: int = 0
    now: int = 0
    light: dict[str, bool] = field(default_factory=dict[str, bool])

    def note(self, decision: Decision) -> None:
        """Keep count of what has not ended."""
        self.unfinished.difference_update(decision.removed)
        for run in decision.task_runs.values():
            (self.unfinished.discard if run.state.terminal else self.unfinished.add)(run.id)

    def instant(self, at: int) -> int:
        """The instant of an event for the engine: time never goes back within an execution."""
        self.now = max(self.now, at)
        return self.now

    def log_lines(self, effect: WriteLog, now: int) -> list[LogRow]:
        """A log line of the engine, about a task run or the execution, as rows."""
        run = effect.task_run
        pieces = pieces_of(storable(self.masker.mask(effect.message)))
        first, self.lines = _ENGINE_LINES + self.lines, self.lines + len(pieces)
        identity, task_id, attempt = (run.id, run.task_id, max(0, len(run.attempts) - 1)) if run else ("", None, 0)
        severity = effect.level.severity
        return [
            LogRow(self.execution.id, now, identity, attempt, first + place, task_id, severity, piece)
            for place, piece in enumerate(pieces)
        ]

    @property
    def settled(self) -> bool:
        """Nothing follows any more."""
        execution = self.execution
        return execution.state.terminal and not (self.unfinished or self.waiting or execution.requests)


def load(session: Session, execution_id: str, flow_of: FlowOf, spill: Spill) -> Live | None:
    """An execution with all its rows; None when there is no such execution."""
    execution = executions.get(session, execution_id)
    if execution is None:
        return None
    flow = flow_of(session, execution.namespace, execution.flow_id, execution.flow_revision)
    execution.task_runs = {run.id: run for run in task_runs.of_execution(session, execution_id, spill)}
    execution.requests = {request.id: request for request in requests.of_execution(session, execution_id)}
    execution.timers = {timer.id: timer for timer in timers.of_execution(session, execution_id)}
    unfinished = {run.id for run in execution.task_runs.values() if not run.state.terminal}
    return Live(execution, flow, unfinished=unfinished)
