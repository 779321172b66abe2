"""The engine: what one event changes in an execution, and what it wants done outside.

``decide`` changes the live execution in place and says which rows changed. It reads no clock, starts nothing and looks
nothing up; the same events at the same instants give the same rows. It costs the same in an execution with ten task
runs and with a hundred thousand.

Events that come too late change nothing: a result with an old fence, an answer nobody waits for, a kill of what has
ended.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, cast

import orjson

from pauta.engine import calling, holding, opening, progress, slas, timing, updating
from pauta.engine import live as lives
from pauta.engine.effects import AskOutside, Decision, SubmitTaskRun
from pauta.engine.events import (
    ChildEnded,
    Event,
    ExecutionCreated,
    ForceRunRequested,
    KillRequested,
    PauseRequested,
    RequestAnswered,
    RestartRequested,
    ResumeRequested,
    SlotGranted,
    StateChangeRequested,
    TaskRunEnded,
    TaskRunStarted,
    TimerRang,
)
from pauta.engine.execution import RENDER, SLOT, Execution, Request, TaskRun
from pauta.engine.live import FLOW, Answer
from pauta.engine.surgery import Surgery
from pauta.engine.work import Work, question_of
from pauta.sdk.executables import ExecutableTask, UpdatingTask
from pauta.sdk.flow_control import FlowControl
from pauta.sdk.states import Level, State

if TYPE_CHECKING:
    from pauta.flow.model import Flow

RESTARTED = "system.restarted"
"""Label of an execution that was restarted."""
_WAITING = frozenset({State.CREATED, State.QUEUED, State.RESTARTED})
_MOST_LOST = 3
"""Lost attempts after which a task run fails."""


def decide(execution: Execution, flow: Flow, event: Event, now: int) -> Decision:
    """What an event at the instant ``now`` changes. Changes ``execution`` in place."""
    work = Work(execution, flow, now)
    _HANDLERS[type(event)](work, event)
    work.do_all()
    if flow.sla:
        slas.check(work)
    return work.do_all()


def recover(execution: Execution, flow: Flow, now: int | None = None) -> Decision:
    """Go on with an execution whose owner was lost, from its rows alone.

    Work that was handed out and not answered is handed out again with a higher fence, unanswered questions are asked
    again, and whatever else should be under way is begun. Without ``now``, the time is that of the last change.
    """
    execution.live = None
    work = Work(execution, flow, _last_instant(execution) if now is None else now)
    if execution.state not in _WAITING:
        for run in list(work.live.open.values()):
            _recover_run(work, run)
        work.agenda.append(partial(progress.look, work, FLOW))
    for request in execution.requests.values():
        work.do(AskOutside(request))
    return work.do_all()


# events


def _created(work: Work, event: Event) -> None:
    del event
    opening.accept(work)


def _started(work: Work, event: Event) -> None:
    started = cast("TaskRunStarted", event)
    run = work.execution.task_runs.get(started.task_run_id)
    if run is not None and run.state is State.SUBMITTED and run.fence == started.fence:
        work.begin_attempt(run, worker_id=started.worker_id)
        work.enter(run, State.RUNNING)


def _ended(work: Work, event: Event) -> None:
    ended = cast("TaskRunEnded", event)
    run = work.execution.task_runs.get(ended.task_run_id)
    if run is None or run.state not in (State.SUBMITTED, State.RUNNING) or run.fence != ended.fence:
        return
    if run.state is State.SUBMITTED and ended.state is not State.KILLED:
        work.begin_attempt(run)
        work.enter(run, State.RUNNING)
    work.end_attempt(run, ended.state)
    run.outputs = ended.outputs
    progress.done(work, run, ended.state)


def _answered(work: Work, event: Event) -> None:
    answered = cast("RequestAnswered", event)
    request = work.execution.requests.get(answered.request_id)
    if request is None:
        return
    work.answered(request)
    answer = _answer_to(request, answered)
    if request.kind == SLOT:
        opening.answered(work, granted=answer.value is not False)
        return
    if request.task_run_id is not None:
        progress.answer(work, work.execution.task_runs[request.task_run_id], question_of(request), answer)
    else:
        work.live.answers.setdefault(FLOW, {})[question_of(request)] = answer
        work.agenda.append(partial(progress.look, work, FLOW))


def _answer_to(request: Request, answered: RequestAnswered) -> Answer:
    if answered.value is None or request.kind == RENDER:
        return Answer(answered.value, answered.error)
    return Answer(orjson.loads(answered.value))


def _kill(work: Work, event: Event) -> None:
    """What runs is stopped, what waits is KILLED at once, and the scopes end from the innermost to the outermost.

    Kestra: when the execution has ended already, what runs of ``afterExecution`` is stopped, and the next task follows.
    """
    del event
    holding.killed(work)
    if not work.execution.state.terminal and work.execution.state is not State.KILLING:
        work.enter_execution(State.KILLING)
    for run in list(work.live.open.values())[::-1]:
        _kill_run(work, run)
    work.agenda.append(partial(progress.look, work, FLOW))


def _kill_run(work: Work, run: TaskRun) -> None:
    if run.state is State.RUNNING and not isinstance(work.task(run), FlowControl):
        work.stop(run)
    elif run.state is State.RUNNING:
        work.agenda.append(partial(progress.look, work, run.id))
    else:
        work.stop(run)
        work.end_attempt(run, State.KILLED)
        progress.end(work, run, State.KILLED)


def _rang(work: Work, event: Event) -> None:
    timing.ring(work, cast("TimerRang", event).timer_id)


def _resume(work: Work, event: Event) -> None:
    """Go on with what is held, unless nothing is any more."""
    asked = cast("ResumeRequested", event)
    waiting = [run for run in holding.held(work) if asked.task_run_id in (None, run.id)]
    if waiting:
        holding.release(work, waiting[0], None, given=asked.inputs or {}, by=asked.by)
    elif work.is_paused():
        work.enter_execution(State.RUNNING)
        progress.look_everywhere(work)


def _child_ended(work: Work, event: Event) -> None:
    calling.ended(work, cast("ChildEnded", event))


def _pause(work: Work, event: Event) -> None:
    """What runs goes on; what comes after it waits until somebody resumes the execution."""
    del event
    if work.execution.state is State.RUNNING:
        work.enter_execution(State.PAUSED)


def _granted(work: Work, event: Event) -> None:
    del event
    opening.granted(work)


def _force(work: Work, event: Event) -> None:
    """Kestra: what waits for its time or for a place begins, what is paused goes on."""
    del event
    if work.execution.state is State.PAUSED:
        _resume(work, ResumeRequested())
    else:
        work.forget_future()
        opening.granted(work)


def _restart(work: Work, event: Event) -> None:
    """Kestra: an execution that was killed, or in which nothing failed, cannot be restarted."""
    del event
    if not _is_closed(work.execution):
        progress.tell_caller(work)
        return
    surgery = Surgery(work.execution, work.flow, work.now)
    failed = surgery.to_restart()
    if not failed:
        progress.tell_caller(work)
    else:
        surgery.restart(failed)
        work.execution.labels = tuple({**dict(work.execution.labels), RESTARTED: "true"}.items())
        work.decision.labels = True
        _reopen(work, surgery)


def _change_state(work: Work, event: Event) -> None:
    asked = cast("StateChangeRequested", event)
    run = work.execution.task_runs.get(asked.task_run_id)
    if run is not None and run.state.terminal and asked.state.terminal and _is_closed(work.execution):
        surgery = Surgery(work.execution, work.flow, work.now)
        surgery.change(run, asked.state)
        _reopen(work, surgery)


def _is_closed(execution: Execution) -> bool:
    return execution.state.terminal and execution.state is not State.KILLED and execution.state is not State.RETRIED


def _reopen(work: Work, surgery: Surgery) -> None:
    work.live = lives.of(work.execution, work.flow)
    work.decision.reopened = work.decision.execution = True
    work.decision.task_runs |= surgery.changed
    work.decision.removed |= surgery.removed
    opening.accept(work)


progress.STARTS.update({ExecutableTask: calling.start, UpdatingTask: updating.start})
_HANDLERS: dict[type[Event], Callable[[Work, Event], None]] = {
    ExecutionCreated: _created,
    TaskRunStarted: _started,
    TaskRunEnded: _ended,
    RequestAnswered: _answered,
    KillRequested: _kill,
    TimerRang: _rang,
    PauseRequested: _pause,
    ResumeRequested: _resume,
    ChildEnded: _child_ended,
    SlotGranted: _granted,
    ForceRunRequested: _force,
    RestartRequested: _restart,
    StateChangeRequested: _change_state,
}


# recovery


def _recover_run(work: Work, run: TaskRun) -> None:
    if work.live.asking.get(run.id) or run.state in (State.PAUSED, State.RETRYING):
        return
    if run.state in (State.CREATED, State.RESTARTED):
        work.agenda.append(partial(progress.begin, work, run))
    elif isinstance(work.task(run), ExecutableTask):
        return
    elif isinstance(work.task(run), FlowControl):
        work.agenda.append(partial(progress.look, work, run.id))
    elif work.execution.state is State.KILLING:
        work.end_attempt(run, State.KILLED)
        progress.end(work, run, State.KILLED)
    else:
        _submit_again(work, run)


def _submit_again(work: Work, run: TaskRun) -> None:
    """The worker's answer will never come. Three lost attempts fail the task run."""
    if run.state is State.SUBMITTED:
        run.fence += 1
        work.changed(run)
        work.do(SubmitTaskRun(run, run.fence))
        return
    work.end_attempt(run, State.RESUBMITTED)
    if sum(1 for attempt in run.attempts if attempt.state is State.RESUBMITTED) < _MOST_LOST:
        progress.submit(work, run)
    else:
        work.log(run, Level.ERROR, f"the worker that ran this task was lost {_MOST_LOST} times")
        progress.done(work, run, State.FAILED)


def _last_instant(execution: Execution) -> int:
    ends = [run.history[-1].at for run in execution.task_runs.values()]
    return max([execution.history[-1].at, *ends])
