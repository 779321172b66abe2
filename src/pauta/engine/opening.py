"""How an execution begins."""

from __future__ import annotations

from functools import partial

from pauta.engine import live as lives
from pauta.engine import progress, reopening
from pauta.engine.live import FLOW
from pauta.engine.work import Work
from pauta.sdk.states import State

BEGIN = "begin"
"""Kind of the timer of an execution that is to begin later."""


def accept(work: Work) -> None:
    """It was created: it begins now, or at the instant that it was made for."""
    execution = work.execution
    if execution.state is State.RESTARTED:
        reopening.go_on(work)
        return
    if execution.state is not State.CREATED:
        return
    if execution.schedule_at is not None and execution.schedule_at > work.now:
        work.set_timer(None, BEGIN, execution.schedule_at)
    else:
        begin(work)


def begin(work: Work) -> None:
    """It begins. Kestra: a flow without anything to run goes from CREATED to SUCCESS."""
    if _has_work(work):
        work.enter_execution(State.RUNNING)
    work.agenda.append(partial(progress.look, work, FLOW))


def _has_work(work: Work) -> bool:
    lists = lives.layout(work.live, work.flow, None).lists
    return bool(lists[lives.Section.MAIN] or lists[lives.Section.FINALLY])
