"""Who wants to see what happens while it happens: the live view, waiting callers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import NamedTuple

from pauta.engine.execution import Attempt, TaskRun
from pauta.sdk.context import Metric
from pauta.sdk.states import Level, State


class ExecutionChanged(NamedTuple):
    """An execution entered a state. ``settled``: nothing follows any more."""

    execution_id: str
    state: State
    at: int
    settled: bool = False


class TaskRunChanged(NamedTuple):
    """A task run entered a state: its form at that moment."""

    task_run: TaskRun


class LogWritten(NamedTuple):
    """A log line was written; secrets in it are masked."""

    execution_id: str
    at: int
    level: Level
    task_id: str | None
    task_run_id: str | None
    message: str


class MetricReported(NamedTuple):
    """A task run reported a metric."""

    execution_id: str
    task_id: str
    task_run_id: str
    at: int
    metric: Metric


# tuples, because a frozen dataclass costs half a millisecond of every start
Notice = ExecutionChanged | TaskRunChanged | LogWritten | MetricReported
Listener = Callable[[Notice], None]


class Listeners:
    """Calls each listener with every notice, in order, one call at a time, after the notice's commit."""

    def __init__(self) -> None:
        self._listeners: tuple[Listener, ...] = ()
        self._lock = threading.Lock()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` from now on; gives the function that ends it."""
        with self._lock:
            self._listeners = (*self._listeners, listener)
        return lambda: self._unsubscribe(listener)

    def _unsubscribe(self, listener: Listener) -> None:
        with self._lock:
            self._listeners = tuple(each for each in self._listeners if each is not listener)

    def __bool__(self) -> bool:
        return bool(self._listeners)

    def publish(self, notice: Notice) -> None:
        """Tell all listeners. A listener must not raise: one that does is not called again."""
        for listener in self._listeners:
            try:
                listener(notice)
            except Exception:  # noqa: BLE001 -- a broken view never stops a run
                self._unsubscribe(listener)


def snapshot(run: TaskRun) -> TaskRun:
    """The task run as it is now: later transitions do not show in it."""
    return TaskRun(
        id=run.id,
        execution_id=run.execution_id,
        number=run.number,
        task_id=run.task_id,
        history=list(run.history),
        parent_id=run.parent_id,
        value=run.value,
        iteration=run.iteration,
        attempts=[Attempt(list(each.history), each.worker_id, each.log_file) for each in run.attempts],
        outputs=run.outputs,
        fence=run.fence,
        generation=run.generation,
        dynamic=run.dynamic,
        force=run.force,
    )
