"""What one turn of the executor changed: collected in memory, saved in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pauta.engine.effects import Decision, Effect, Tell
from pauta.engine.events import ExecutionCreated
from pauta.engine.execution import Execution, Request, TaskRun, Timer
from pauta.runtime.admission import admit_waiting
from pauta.runtime.live import Live
from pauta.sdk.states import State
from pauta.storage import executions, logs, messages, metrics, requests, slots, task_runs, timers
from pauta.storage.connection import Session
from pauta.storage.logs import LogRow
from pauta.storage.metrics import MetricRow
from pauta.storage.spill import Spill


@dataclass(slots=True)
class Turn:
    """Changed rows by key, each once in its latest form; effects that have to wait for the commit.

    Keys are ids of executions and task runs; ``consumed`` maps ids of the inbox to executions.
    """

    touched: dict[str, Live] = field(default_factory=dict[str, Live])
    changed: dict[str, Execution] = field(default_factory=dict[str, Execution])
    runs: dict[str, tuple[Execution, TaskRun]] = field(default_factory=dict[str, tuple[Execution, TaskRun]])
    removed: dict[str, TaskRun] = field(default_factory=dict[str, TaskRun])
    reopened: set[str] = field(default_factory=set[str])
    labelled: dict[str, Execution] = field(default_factory=dict[str, Execution])
    timers: dict[str, tuple[str, Timer]] = field(default_factory=dict[str, "tuple[str, Timer]"])
    dropped: dict[str, str] = field(default_factory=dict[str, str])
    started: dict[str, tuple[str, Execution]] = field(default_factory=dict[str, "tuple[str, Execution]"])
    told: list[tuple[str, Tell]] = field(default_factory=list[tuple[str, Tell]])
    asked: list[tuple[str, Request]] = field(default_factory=list[tuple[str, Request]])
    answered: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    told_others: bool = False
    closed: dict[str, int] = field(default_factory=dict[str, int])
    consumed: dict[str, str] = field(default_factory=dict[str, str])
    effects: list[tuple[Live, Effect]] = field(default_factory=list[tuple[Live, Effect]])

    def note(self, live: Live, decision: Decision) -> None:
        """Add what a decision changed."""
        execution = live.execution
        self.touched[execution.id] = live
        if decision.execution:
            self.changed[execution.id] = execution
        if decision.reopened:
            self.reopened.add(execution.id)
        if decision.labels:
            self.labelled[execution.id] = execution
        for run in decision.task_runs.values():
            self.runs[run.id] = (execution, run)
        for run in decision.removed.values():
            self.runs.pop(run.id, None)
            self.removed[run.id] = run
        self._note_timers(execution.id, decision)
        self.asked += [(execution.id, request) for request in decision.asked]
        self.answered += [(execution.id, request_id) for request_id in decision.answered]

    def _note_timers(self, execution_id: str, decision: Decision) -> None:
        """Timers that are set and dropped in the same turn are no rows."""
        self.timers |= {timer.id: (execution_id, timer) for timer in decision.set}
        for timer_id in decision.dropped:
            self.timers.pop(timer_id, None)
            self.dropped[timer_id] = execution_id

    def __bool__(self) -> bool:
        return bool(self.touched or self.consumed)

    def parts(self) -> Iterator[Turn]:
        """The same, each execution apart."""
        for execution_id in {**self.touched, **dict.fromkeys(self.consumed.values())}:
            yield self._part(execution_id)

    def _part(self, wanted: str) -> Turn:
        return Turn(
            touched={key: live for key, live in self.touched.items() if key == wanted},
            changed={key: execution for key, execution in self.changed.items() if key == wanted},
            runs={key: pair for key, pair in self.runs.items() if pair[0].id == wanted},
            removed={key: run for key, run in self.removed.items() if run.execution_id == wanted},
            reopened=self.reopened & {wanted},
            labelled={key: execution for key, execution in self.labelled.items() if key == wanted},
            timers={key: pair for key, pair in self.timers.items() if pair[0] == wanted},
            dropped={key: execution_id for key, execution_id in self.dropped.items() if execution_id == wanted},
            started={key: pair for key, pair in self.started.items() if pair[0] == wanted},
            told=[pair for pair in self.told if pair[0] == wanted],
            asked=[pair for pair in self.asked if pair[0] == wanted],
            answered=[pair for pair in self.answered if pair[0] == wanted],
            closed={key: at for key, at in self.closed.items() if key == wanted},
            consumed={key: execution_id for key, execution_id in self.consumed.items() if execution_id == wanted},
            effects=[pair for pair in self.effects if pair[0].execution.id == wanted],
        )

    def settled(self) -> list[Live]:
        """The executions of this turn that are over."""
        return [live for live in self.touched.values() if live.settled]


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows of a turn, ready to be saved: large outputs lie in their files already."""

    turn: Turn
    runs: list[tuple[object, ...]]
    lines: list[LogRow]
    metrics: list[MetricRow]

    def save(self, session: Session, now: int) -> None:
        """Write all rows."""
        turn = self.turn
        for execution in turn.changed.values():
            executions.update(session, execution)
        executions.reopen(session, turn.reopened)
        for execution in turn.labelled.values():
            executions.replace_labels(session, execution)
        task_runs.save(session, self.runs)
        task_runs.delete(session, turn.removed.values())
        timers.delete(session, turn.dropped)
        timers.insert(session, turn.timers.values())
        _start(session, turn, now)
        _tell(session, turn, now)
        _give_places(session, turn, now)
        _save_requests(session, turn)
        for execution_id, at in turn.closed.items():
            executions.close(session, execution_id, at)
        for live in turn.settled():
            executions.settle(session, live.execution.id, now)
        messages.consume(session, turn.consumed)
        logs.append(session, self.lines)
        metrics.append(session, self.metrics)


def batch(turn: Turn, entries: list[LogRow | MetricRow], spill: Spill) -> Batch:
    """The rows of a turn and of what was logged. Raises StorageFailed when an output cannot be put into a file."""
    return Batch(
        turn,
        [task_runs.row_of(execution, run, spill) for execution, run in turn.runs.values()],
        [entry for entry in entries if isinstance(entry, LogRow)],
        [entry for entry in entries if isinstance(entry, MetricRow)],
    )


def _start(session: Session, turn: Turn, now: int) -> None:
    for _, execution in turn.started.values():
        executions.insert(session, execution)
        messages.post(session, execution.shard, execution.id, ExecutionCreated(), now)


def _give_places(session: Session, turn: Turn, now: int) -> None:
    """What ended gives its place back; who waits gets what is free."""
    for execution_id in turn.closed:
        slots.release(session, execution_id)
    limited = [live for live in turn.touched.values() if live.flow.concurrency and _concerns_places(live, turn)]
    flows = {(live.execution.namespace, live.execution.flow_id): live.flow.concurrency for live in limited}
    for (namespace, flow_id), limit in flows.items():
        if limit is not None and admit_waiting(session, namespace, flow_id, limit.limit, now):
            turn.told_others = True


def _concerns_places(live: Live, turn: Turn) -> bool:
    return live.execution.id in turn.closed or live.execution.state is State.QUEUED


def _tell(session: Session, turn: Turn, now: int) -> None:
    """What one execution says to another waits in the other's inbox; what is not there any more is not told."""
    for _, told in turn.told:
        shard = executions.shard_of(session, told.execution_id)
        if shard is not None:
            messages.post(session, shard, told.execution_id, told.event, now)


def _save_requests(session: Session, turn: Turn) -> None:
    answered = {request_id for _, request_id in turn.answered}
    for execution_id, request in turn.asked:
        if request.id not in answered:
            requests.insert(session, execution_id, [request])
    requests.delete(session, answered)
