"""How an execution begins: at its time, when its flow has a place for it."""

from __future__ import annotations

from functools import partial

import orjson

from pauta.engine import live as lives
from pauta.engine import progress, reopening, slas
from pauta.engine.effects import EndGeneration
from pauta.engine.execution import SLOT
from pauta.engine.live import FLOW
from pauta.engine.work import Work
from pauta.sdk.states import Level, State

BEGIN = "begin"
"""Kind of the timer of an execution that is to begin later."""
_REFUSED = {"CANCEL": State.CANCELLED, "FAIL": State.FAILED}


def accept(work: Work) -> None:
    """It was created or opened again: it begins now, or at the instant that it was made for."""
    execution = work.execution
    if execution.state not in (State.CREATED, State.RESTARTED):
        return
    if execution.schedule_at is not None and execution.schedule_at > work.now:
        work.set_timer(None, BEGIN, execution.schedule_at)
    else:
        enter(work)


def enter(work: Work) -> None:
    """Its time has come: ask for a place, where there is a limit."""
    limit = work.flow.concurrency
    execution = work.execution
    if limit is None:
        begin(work)
        return
    wanted = {"execution": execution.id, "generation": execution.generation, "limit": limit.limit}
    place = {"namespace": execution.namespace, "flow": execution.flow_id}
    work.ask(None, "slot", SLOT, orjson.dumps({**wanted, **place}).decode())


def answered(work: Work, *, granted: bool) -> None:
    """There is a place, or there is none. Kestra: then it is QUEUED, CANCELLED or FAILED."""
    if work.execution.state.terminal or work.execution.state is State.KILLING:
        return
    limit = work.flow.concurrency
    refused = None if limit is None else _REFUSED.get(limit.behavior)
    if granted:
        begin(work)
    elif refused is None:
        work.enter_execution(State.QUEUED)
    else:
        work.log(None, Level.WARN, "the flow has as many executions as it may have at a time")
        work.enter_execution(refused)
        work.do(EndGeneration(work.execution.generation, refused))
        work.agenda.append(partial(progress.look, work, FLOW))


def granted(work: Work) -> None:
    """A place came free, or somebody lets it begin without one."""
    if work.execution.state in (State.QUEUED, State.CREATED):
        work.forget_questions()
        begin(work)


def begin(work: Work) -> None:
    """It begins, or goes on. Kestra: a flow without anything to run goes from CREATED to SUCCESS."""
    slas.watch(work)
    if work.execution.task_runs:
        reopening.go_on(work)
        return
    if _has_work(work):
        work.enter_execution(State.RUNNING)
    work.agenda.append(partial(progress.look, work, FLOW))


def _has_work(work: Work) -> bool:
    lists = lives.layout(work.live, work.flow, None).lists
    return bool(lists[lives.Section.MAIN] or lists[lives.Section.FINALLY])
