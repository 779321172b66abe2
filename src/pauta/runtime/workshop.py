"""Where effects are carried out: task runs go to the worker, questions to the outside."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import cast

from pauta.engine.effects import AskOutside, Effect, RemoveDirectory, StopTaskRun, SubmitTaskRun
from pauta.engine.events import Event
from pauta.engine.execution import PHASE, TaskRun
from pauta.errors import ExpressionError
from pauta.runtime.functions import Functions
from pauta.runtime.live import Live
from pauta.runtime.outside import Outside
from pauta.runtime.rendering import TaskRendering, needs_outside
from pauta.runtime.worker import Job, Worker
from pauta.sdk.context import TaskRunInfo
from pauta.sdk.flow_control import FlowControl
from pauta.sdk.tasks import RunnableTask

Deliver = Callable[[str, Event], None]


class Workshop:
    """Turns effects into work. ``still`` is held while the engine changes executions, and while they are read."""

    def __init__(self, *, worker: Worker, outside: Outside, functions: Functions) -> None:
        self.still = threading.RLock()
        self._worker = worker
        self._outside = outside
        self._functions = functions
        self._deliver: Deliver = _drop
        self._handlers: dict[type[Effect], Callable[[Live, Effect], None]] = {
            SubmitTaskRun: self._submit,
            StopTaskRun: self._stop,
            AskOutside: self._ask,
            RemoveDirectory: self._remove_directory,
        }

    def serve(self, deliver: Deliver) -> None:
        """Deliver results and answers there from now on."""
        self._deliver = deliver
        self._worker.serve(deliver)

    def close(self) -> None:
        """Stop what runs; start and answer nothing any more."""
        self._outside.close()
        self._worker.stop_all()

    def run_if_light(self, live: Live, effect: SubmitTaskRun) -> list[tuple[Event, int]] | None:
        """Run the task here and now, and give its events with their instants; None when it touches the outside."""
        task_id = effect.task_run.task_id
        if task_id not in live.light:
            live.light[task_id] = _is_light(live, _task(live, task_id))
        return self._worker.run_light(self._job(live, effect)) if live.light[task_id] else None

    def carry_out(self, live: Live, effect: Effect) -> None:
        """Carry out an effect whose decision is durable."""
        self._handlers[type(effect)](live, effect)

    def stop_runs(self, live: Live) -> None:
        """Stop all task runs of an execution that is given up."""
        for run_id in live.unfinished:
            self._worker.stop(run_id, live.execution.task_runs[run_id].fence)

    def _submit(self, live: Live, effect: Effect) -> None:
        self._worker.submit(self._job(live, cast("SubmitTaskRun", effect)))

    def _stop(self, live: Live, effect: Effect) -> None:
        del live
        stop = cast("StopTaskRun", effect)
        self._worker.stop(stop.task_run.id, stop.fence)

    def _ask(self, live: Live, effect: Effect) -> None:
        request = cast("AskOutside", effect).request
        run = live.execution.task_runs.get(request.task_run_id) if request.task_run_id else None
        if request.kind == PHASE and run is not None:
            self._worker.run_phase(self._job(live, SubmitTaskRun(run, run.fence)), request)
            return
        self._outside.ask(live.execution.id, request, self._rendering(live, run), self._deliver)

    def _job(self, live: Live, effect: SubmitTaskRun) -> Job:
        run, execution = effect.task_run, live.execution
        place = execution.namespace, execution.flow_id, execution.id, run.task_id, run.id
        info = TaskRunInfo(*place, len(run.attempts), _directory(live, run))
        return Job(info, effect.fence, _task(live, run.task_id), self._rendering(live, run), live.masker)

    def _remove_directory(self, live: Live, effect: Effect) -> None:
        del live
        self._worker.remove_directory(cast("RemoveDirectory", effect).task_run.id)

    def _rendering(self, live: Live, run: TaskRun | None) -> TaskRendering:
        return TaskRendering(live, run, self._functions, self.still)


def _directory(live: Live, run: TaskRun) -> str | None:
    """The task run whose working directory this one shares: its own, when it is flow control, or that of its parent."""
    for each in (run, live.execution.task_runs.get(run.parent_id or "")):
        task = None if each is None else live.flow.task(each.task_id)
        if each is not None and isinstance(task, FlowControl) and task.shares_directory:
            return each.id
    return None


def _task(live: Live, task_id: str) -> RunnableTask:
    return cast("RunnableTask", live.flow.task(task_id))


def _is_light(live: Live, task: RunnableTask) -> bool:
    """A task whose expressions cannot be read is light too: it fails at once."""
    try:
        return type(task).light and not needs_outside(task, live.flow.dialect)
    except ExpressionError:
        return type(task).light


def _drop(execution_id: str, event: Event) -> None:
    """Nobody waits for events."""
    del execution_id, event
