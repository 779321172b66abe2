"""What happens when the time of a timer has come."""

from __future__ import annotations

from collections.abc import Callable

from pauta.engine import holding, opening, progress, slas
from pauta.engine.execution import TaskRun
from pauta.engine.work import Work
from pauta.sdk.states import State


def ring(work: Work, timer_id: str) -> None:
    """The instant of a timer has come; one that was dropped, or is of an earlier generation, does nothing."""
    timer = work.execution.timers.get(timer_id)
    if timer is None:
        return
    work.drop_timer(timer)
    kind, _, argument = timer.kind.partition(":")
    if timer.generation != work.execution.generation:
        return
    if timer.task_run_id is None:
        _OF_EXECUTION[kind](work, argument)
    else:
        _HANDLERS[kind](work, work.execution.task_runs[timer.task_run_id], argument)


def _begin(work: Work, argument: str) -> None:
    del argument
    opening.enter(work)


def _retry(work: Work, run: TaskRun, argument: str) -> None:
    del argument
    progress.try_again(work, run)


def _repeat(work: Work, run: TaskRun, argument: str) -> None:
    del argument
    progress.do_again(work, run)


def _hold(work: Work, run: TaskRun, argument: str) -> None:
    holding.release(work, run, State(argument) if argument else None)


def _limit(work: Work, run: TaskRun, argument: str) -> None:
    del argument
    holding.release(work, run, progress.softened(work.task(run), State.FAILED))


_HANDLERS: dict[str, Callable[[Work, TaskRun, str], None]] = {
    progress.RETRY: _retry,
    progress.REPEAT: _repeat,
    progress.HOLD: _hold,
    progress.HOLD_LIMIT: _limit,
}
"""What a timer of a task run does, by the kind of the timer."""
_OF_EXECUTION: dict[str, Callable[[Work, str], None]] = {opening.BEGIN: _begin, slas.DURATION: slas.too_long}
"""What a timer of the execution itself does."""
