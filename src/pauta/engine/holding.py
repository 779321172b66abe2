"""How what was held goes on: by its time, by somebody who resumes it, or by a kill.

Kestra: the execution goes from PAUSED by way of RESTARTED, which counts as another attempt of it; the task run, when it
has no tasks of its own, ends at once. Its outputs tell when it went on, to which state, by whom, and what was given.
"""

from __future__ import annotations

from collections.abc import Mapping

from pauta import clock
from pauta.engine import progress
from pauta.engine.execution import TaskRun
from pauta.engine.work import Work
from pauta.sdk.flow_control import FlowControl
from pauta.sdk.states import State


def held(work: Work) -> list[TaskRun]:
    """The task runs that wait to be resumed, the oldest first."""
    return [run for run in work.live.open.values() if run.state is State.PAUSED and not _repeats(work, run)]


def release(
    work: Work, run: TaskRun, state: State | None, *, given: Mapping[str, object] | None = None, by: str | None = None
) -> None:
    """Let a task run go on, or (with a state) end.

    ``given`` are the inputs of who resumes it, ``by`` is their name.
    """
    ends = state if state is not None or _has_tasks(work, run) else State.SUCCESS
    work.give(run, _outputs(work, given, ends or State.SUCCESS, by))
    if state is State.CANCELLED:
        _cancel(work, run)
        return
    reopen(work)
    if ends is None:
        progress.go_on(work, run)
    else:
        progress.end_control(work, run, ends)
    if held(work):
        work.agenda.append(lambda: pause_again(work))


def reopen(work: Work) -> None:
    """The execution goes on after a pause."""
    if work.execution.state is State.PAUSED:
        work.enter_execution(State.RESTARTED, State.RUNNING)
        work.execution.attempt_number += 1


def pause_again(work: Work) -> None:
    """Something else is still held."""
    if work.execution.state is State.RUNNING and held(work):
        work.enter_execution(State.PAUSED)


def killed(work: Work) -> None:
    """Kestra: a kill resumes what is held, to the end."""
    for run in held(work):
        work.give(run, _outputs(work, None, State.KILLING, None))
    if work.execution.state is State.PAUSED and held(work):
        work.enter_execution(State.RESTARTED)
        work.execution.attempt_number += 1


def _cancel(work: Work, run: TaskRun) -> None:
    """The execution ends at once, with all that runs in it."""
    work.end_attempt(run, State.CANCELLED)
    work.enter(run, State.CANCELLED)
    progress.stop_all(work, State.CANCELLED, State.CANCELLED)


def _outputs(work: Work, given: Mapping[str, object] | None, state: State, by: str | None) -> dict[str, object]:
    resumed = {"by": by} if by else {}
    return {
        **({} if given is None else {"onResume": dict(given)}),
        "resumed": {**resumed, "on": clock.to_iso(work.now), "to": str(state)},
    }


def _has_tasks(work: Work, run: TaskRun) -> bool:
    return any(not task.disabled for name, tasks in work.task(run).branches() for task in tasks if name == "tasks")


def _repeats(work: Work, run: TaskRun) -> bool:
    timers = work.live.timers.get(run.id, ())
    return any(work.execution.timers[timer_id].kind == progress.REPEAT for timer_id in timers)


__all__ = ["FlowControl", "held", "killed", "pause_again", "release", "reopen"]
