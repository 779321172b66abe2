"""The worker: runs task runs in a few threads, stops them when it has to, and delivers results."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from pauta.engine.events import Event, RequestAnswered, TaskRunEnded, TaskRunStarted
from pauta.engine.execution import Request
from pauta.runtime import attempt
from pauta.runtime.attempt import KILL, TIMEOUT, Outcome
from pauta.runtime.context import Rendering, Stop, Surroundings, TaskRunContext
from pauta.runtime.logs import LogSink, TaskLog
from pauta.runtime.pool import Pool
from pauta.sdk.context import TaskRunInfo
from pauta.sdk.flow_control import FlowControl
from pauta.sdk.states import Level, State
from pauta.sdk.tasks import RunnableTask
from pauta.secrets.masking import Masker

Deliver = Callable[[str, Event], None]
"""Takes an event for an execution (its id)."""
_GRACE = 15.0
"""Seconds that a task has to end after it was asked to; then its result is not waited for."""


@dataclass(slots=True)
class Job:
    """A task run to do: with which fence, in which variables, masking what."""

    info: TaskRunInfo
    fence: int
    task: RunnableTask | FlowControl
    rendering: Rendering
    masker: Masker
    stop: Stop = field(default_factory=Stop)
    begun: bool = False

    @property
    def key(self) -> tuple[str, int]:
        """Task run and fence."""
        return self.info.task_run_id, self.fence


class Worker:
    """Runs at most ``limit`` task runs at the same time; the others wait for their turn."""

    def __init__(self, *, surroundings: Surroundings, sink: LogSink, worker_id: str, limit: int = 16) -> None:
        self._surroundings = surroundings
        self._sink = sink
        self._worker_id = worker_id
        self._pool = Pool("worker", limit)
        self._jobs: dict[tuple[str, int], Job] = {}
        self._lock = threading.Condition()
        self._deliver: Deliver = _drop
        self._left: set[Path] = set()
        """Directories that are to be removed."""

    def serve(self, deliver: Deliver) -> None:
        """Deliver events about task runs there from now on."""
        self._deliver = deliver

    def submit(self, job: Job) -> None:
        """Run the job when a thread is free."""
        with self._lock:
            self._jobs[job.key] = job
        self._pool.run(lambda: self._work(job))

    def run_light(self, job: Job) -> list[tuple[Event, int]]:
        """Run a light task here and now; gives the events of its start and its end, with their instants."""
        begin = self._sink.clock.now()
        ended = self._ended(job, self._attempt(job))
        return [(self._started(job), begin), (ended, self._sink.clock.now())]

    def stop(self, task_run_id: str, fence: int) -> None:
        """Kill a task run; its result says KILLED."""
        with self._lock:
            job = self._jobs.get((task_run_id, fence))
        if job is not None:
            job.stop.ask(KILL)
            self._give_up_later(job, State.KILLED)

    def stop_all(self, patience: float = 5.0) -> None:
        """Kill whatever runs and wait for its end (so many seconds); nothing is started any more."""
        self._pool.close()
        with self._lock:
            self._jobs = {key: job for key, job in self._jobs.items() if job.begun}
            jobs = list(self._jobs.values())
        for job in jobs:
            job.stop.ask(KILL)
        with self._lock:
            self._lock.wait_for(lambda: not self._jobs, patience)
        for folder in list(self._left):
            self._remove(folder)

    def _work(self, job: Job) -> None:
        job.begun = True
        if job.stop.reason is not None:
            self._finish(job, Outcome(State.KILLED))
            return
        self._deliver(job.info.execution_id, self._started(job))
        self._finish(job, self._attempt(job))

    def run_phase(self, job: Job, request: Request) -> None:
        """Do a phase of a flow-control task when a thread is free; what it gives is the answer to the request."""
        self._pool.run(lambda: self._deliver(job.info.execution_id, self._phase(job, request)))

    def remove_directory(self, task_run_id: str) -> None:
        """Remove the directory that task runs shared."""
        folder = self._surroundings.temporary / task_run_id
        self._left.add(folder)
        self._pool.run(lambda: self._remove(folder))

    def _remove(self, folder: Path) -> None:
        import shutil

        shutil.rmtree(folder, ignore_errors=True)
        self._left.discard(folder)

    def _phase(self, job: Job, request: Request) -> RequestAnswered:
        import orjson

        log, context = self._context(job)
        try:
            given = cast("FlowControl", job.task).phase(request.template, context)
            return RequestAnswered(request.id, orjson.dumps(given, option=orjson.OPT_NON_STR_KEYS).decode())
        except Exception as error:  # noqa: BLE001 -- whatever goes wrong fails this task run
            return RequestAnswered(request.id, None, attempt.sentence(error))
        finally:
            context.close()
            log.close()

    def _context(self, job: Job) -> tuple[TaskLog, TaskRunContext]:
        log = TaskLog(self._sink, job.info, job.masker, job.task.log_level or Level.TRACE)
        return log, TaskRunContext(
            job.info, rendering=job.rendering, log=log, stop=job.stop, surroundings=self._surroundings
        )

    def _attempt(self, job: Job) -> Outcome:
        log, context = self._context(job)
        try:
            task = attempt.rendered(cast("RunnableTask", job.task), context)
            with self._deadline(job, task, context):
                return attempt.run(task, context, job.stop)
        except Exception as error:  # noqa: BLE001 -- whatever goes wrong before the task runs fails this task run
            return attempt.failed(error, context)
        finally:
            context.close()
            log.close()

    def _finish(self, job: Job, outcome: Outcome) -> None:
        """Deliver the result, unless one was delivered already."""
        with self._lock:
            known = self._jobs.pop(job.key, None)
            self._lock.notify_all()
        if known is not None:
            self._deliver(job.info.execution_id, self._ended(job, outcome))

    def _deadline(self, job: Job, task: RunnableTask, context: TaskRunContext) -> Deadline:
        timeout = task.timeout
        return Deadline(
            None if timeout is None else timeout.total_seconds(), lambda: self._time_out(job, context, timeout)
        )

    def _time_out(self, job: Job, context: TaskRunContext, timeout: object) -> None:
        context.log(Level.ERROR, f"the task did not end within its timeout of {timeout}")
        job.stop.ask(TIMEOUT)
        self._give_up_later(job, State.FAILED)

    def _give_up_later(self, job: Job, state: State) -> None:
        timer = threading.Timer(_GRACE, self._finish, (job, Outcome(state)))
        timer.daemon = True
        timer.start()

    def _started(self, job: Job) -> TaskRunStarted:
        return TaskRunStarted(job.info.task_run_id, job.fence, self._worker_id)

    def _ended(self, job: Job, outcome: Outcome) -> TaskRunEnded:
        return TaskRunEnded(job.info.task_run_id, job.fence, outcome.state, outcome.outputs)


class Deadline:
    """The time that an attempt may take: when it is over, the task is told to stop, and fails."""

    def __init__(self, seconds: float | None, expire: Callable[[], None]) -> None:
        self._timer = None if seconds is None else threading.Timer(seconds, expire)

    def __enter__(self) -> None:
        if self._timer is not None:
            self._timer.daemon = True
            self._timer.start()

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()


def _drop(execution_id: str, event: Event) -> None:
    """Nobody waits for events."""
    del execution_id, event
