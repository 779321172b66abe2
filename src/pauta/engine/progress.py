"""How an execution goes on: task runs begin, scopes look for what comes next, and end.

A scope is the flow or a flow-control task run. Its lists are ``tasks`` (or whatever flow control makes of them),
``errors``, ``finally``, and for the flow ``afterExecution``; disabled tasks are left out of all of them. The rules,
from Kestra:

- when a child of the main list fails, no further one is created (unless the task keeps going), and ``errors`` run one
  after the other, at once, also while other children still run;
- when all that ended, ``finally`` runs;
- then the scope ends. Its state follows from its main children alone: KILLED, FAILED, WARNING, else SUCCESS. Failures
  in ``errors`` and ``finally`` change nothing, and do not stop the tasks behind them;
- ``allowFailure`` makes WARNING of FAILED, ``allowWarning`` makes SUCCESS of WARNING. Neither softens a task run whose
  own expressions failed before it began;
- ``afterExecution`` runs after the execution has reached its final state, and changes nothing in it.

Kestra ends a scope whose ``errors`` are done although other children still run, and gives them up. Here they are
awaited.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import cast

from pauta import ids
from pauta.engine import again
from pauta.engine import live as lives
from pauta.engine.effects import EndGeneration, StartExecution, SubmitTaskRun, Tell
from pauta.engine.events import ChildEnded
from pauta.engine.execution import PHASE, Attempt, Change, TaskRun
from pauta.engine.live import FLOW, Answer, Frame, Group, Section
from pauta.engine.outputs import flow_outputs
from pauta.engine.retries import next_attempt, next_execution, retry_of
from pauta.engine.view import View
from pauta.engine.work import Work
from pauta.expression import truthy
from pauta.sdk.executables import ExecutableTask, UpdatingTask
from pauta.sdk.flow_control import (
    Ask,
    Begin,
    Child,
    Create,
    Do,
    Fail,
    Finish,
    FlowControl,
    Give,
    Hold,
    Judgement,
    Next,
    Repeat,
    Run,
    ScopeView,
    Start,
    Wait,
    in_sequence,
)
from pauta.sdk.retries import Retry, RetryBehavior
from pauta.sdk.states import Level, State
from pauta.sdk.tasks import Task

RUN_IF = "runIf"
STARTS: dict[type[Task], Callable[[Work, TaskRun], None]] = {}
"""What starts the kinds of tasks that the engine carries out itself (``decide`` fills it)."""
RETRY, HOLD, HOLD_LIMIT, REPEAT = "retry", "hold", "limit", "repeat"
"""Kinds of timers. What follows ``hold:`` is the state in which the task run ends (none: it goes on)."""
_NOT_BEGUN = frozenset({State.CREATED, State.RESTARTED})
_HELD_BACK = frozenset({State.QUEUED, State.RESTARTED})
_Step = Start | Next | Judgement
_PRECEDENCE = (State.KILLED, State.CANCELLED, State.FAILED, State.WARNING, State.PAUSED)


# a task run begins


def create(work: Work, child: Run, parent: TaskRun | None, section: Section) -> None:
    """Create a task run, and begin it as soon as what is under way is done."""
    run = work.create(child, parent, section)
    work.agenda.append(partial(begin, work, run))


def begin(work: Work, run: TaskRun) -> None:
    """Begin a task run that was created, if its ``runIf`` agrees."""
    condition = _text(work.task(run).run_if)
    if condition == "true":
        start(work, run)
    else:
        _answer(work, run, RUN_IF, work.render(run, RUN_IF, condition))


def answer(work: Work, run: TaskRun, name: str, answer: Answer) -> None:
    """A question of a task run is answered."""
    if answer.value is None:
        fail(work, run, answer.error or "an expression could not be rendered", began=name != RUN_IF)
    elif name == RUN_IF:
        (start if truthy(str(answer.value)) else _skip)(work, run)
    else:
        work.live.answers.setdefault(run.id, {})[name] = answer
        (start if run.state in _NOT_BEGUN else _look_again)(work, run)


def start(work: Work, run: TaskRun) -> None:
    """Start a task run: flow control here, everything else at a worker."""
    task = work.task(run)
    if isinstance(task, FlowControl):
        step = task.start(_view(work, run, Frame()))
        _STARTS[type(step)](work, run, step)
        return
    carry_out = next((carry_out for kind, carry_out in STARTS.items() if isinstance(task, kind)), submit)
    carry_out(work, run)


def submit(work: Work, run: TaskRun) -> None:
    """Give a task run to a worker."""
    run.fence += 1
    work.enter(run, State.SUBMITTED)
    work.do(SubmitTaskRun(run, run.fence))


def fail(work: Work, run: TaskRun, message: str, *, began: bool) -> None:
    """A task run cannot go on: it fails, with a sentence in its log.

    Kestra: without any attempt when ``runIf`` cannot be evaluated, as one that ran otherwise; nothing softens it.
    """
    if isinstance(work.task(run), ExecutableTask | UpdatingTask) and began:
        refuse(work, run, message)
        return
    work.log(run, Level.ERROR, message)
    if run.state is State.PAUSED:
        work.enter(run, State.RUNNING)
    if began and run.state in _NOT_BEGUN:
        work.begin_attempt(run)
        work.enter(run, State.RUNNING)
    if run.id in work.live.frames:
        give_up_children(work, run, State.FAILED)
    work.end_attempt(run, State.FAILED)
    end(work, run, State.FAILED)


def refuse(work: Work, run: TaskRun, message: str) -> None:
    """A task run that the engine carries out itself cannot begin."""
    work.log(run, Level.ERROR, message)
    run.attempts.append(Attempt([Change(State.FAILED, work.now)]))
    end(work, run, State.FAILED)


def give_up_children(work: Work, run: TaskRun, state: State) -> None:
    """Kestra: when flow control ends before its children, they get its state. What runs is stopped."""
    for child in [each for each in work.live.children.get(run.id, {}).values() if not each.state.terminal]:
        give_up(work, child, state)


def give_up(work: Work, run: TaskRun, state: State) -> None:
    """End a task run that has not ended, and all below it; its scope is not told."""
    if run.id in work.live.frames:
        give_up_children(work, run, state)
    else:
        work.stop(run)
    work.end_attempt(run, state)
    work.enter(run, state)


def _skip(work: Work, run: TaskRun) -> None:
    work.begin_attempt(run, State.SKIPPED)
    end(work, run, State.SKIPPED)


def _answer(work: Work, run: TaskRun, name: str, answered: Answer | None) -> None:
    if answered is not None:
        answer(work, run, name, answered)


def _ask(work: Work, run: TaskRun, step: _Step) -> None:
    wanted = cast("Ask", step)
    ask(work, run, wanted.name, wanted.template)


def ask(work: Work, run: TaskRun, name: str, template: object) -> None:
    """Have something rendered; the task run goes on with the answer."""
    _answer(work, run, name, work.render(run, name, template))


def _do(work: Work, run: TaskRun, step: _Step) -> None:
    name = cast("Do", step).name
    work.ask(run, name, PHASE, name)


def _begin_control(work: Work, run: TaskRun, step: _Step) -> None:
    work.begin_attempt(run)
    work.enter(run, State.RUNNING)
    work.live.frames[run.id] = Frame()
    begin = cast("Begin", step)
    run.memory = begin.memory
    work.give(run, begin.outputs)
    _look_again(work, run)


def _fail_control(work: Work, run: TaskRun, step: _Step) -> None:
    fail(work, run, cast("Fail", step).message, began=True)


def _hold(work: Work, run: TaskRun, step: _Step) -> None:
    """PAUSED until somebody resumes it, or its time is over."""
    hold = cast("Hold", step)
    for task in hold.aside:
        create(work, Run(task), None, Section.ASIDE)
    work.enter(run, State.PAUSED)
    if work.execution.state in (State.RUNNING, State.RETRYING):
        work.enter_execution(State.PAUSED)
    if hold.after is not None:
        work.set_timer(run, f"{HOLD}:{hold.then or ''}", work.after(hold.after))
    if hold.limit is not None:
        work.set_timer(run, HOLD_LIMIT, work.after(hold.limit))


def _give(work: Work, run: TaskRun, step: _Step) -> None:
    work.give(run, cast("Give", step).outputs)
    work.changed(run)
    _look_again(work, run)


def _repeat(work: Work, run: TaskRun, step: _Step) -> None:
    work.enter(run, State.PAUSED)
    if work.execution.state is State.RUNNING and not work.live.busy:
        work.enter_execution(State.PAUSED)
    work.set_timer(run, REPEAT, work.after(cast("Repeat", step).after))


def go_on(work: Work, run: TaskRun) -> None:
    """What was held goes on."""
    work.drop_timers(run)
    work.enter(run, State.RUNNING)
    _look_again(work, run)


def do_again(work: Work, run: TaskRun) -> None:
    """What is repeated begins anew, without children.

    Kestra shows how often at its own task run. Not here where it stands in a loop: there the number is that of the loop.
    """
    if work.execution.state is State.PAUSED:
        work.enter_execution(State.RUNNING)
    work.remove_children(run)
    work.live.frames[run.id] = Frame()
    if run.value is None:
        run.iteration = _view(work, run, work.live.frames[run.id]).holds
    go_on(work, run)


_STARTS: dict[type[Start], Callable[[Work, TaskRun, _Step], None]] = {
    Ask: _ask,
    Begin: _begin_control,
    Fail: _fail_control,
}


# a task run ends


def done(work: Work, run: TaskRun, state: State) -> None:
    """An attempt ended in this state: the task run ends, unless it is tried again."""
    if state is State.FAILED and work.execution.state is not State.KILLING and _tried_again(work, run):
        return
    if state is State.SUCCESS and len(run.attempts) > 1 and _warns(work, run):
        state = State.WARNING
    end(work, run, softened(work.task(run), state))


def called(work: Work, run: TaskRun, state: State, *, transmits: bool) -> None:
    """The execution that a task run waited for ended in this state.

    Kestra: a failure that is softened shows in the histories.
    """
    final = softened(work.task(run), state) if transmits else State.SUCCESS
    if state is not State.FAILED or final is State.FAILED:
        work.end_attempt(run, final)
        done(work, run, final)
        return
    work.end_attempt(run, State.FAILED, final)
    work.enter(run, State.FAILED, final)
    work.agenda.append(partial(look, work, run.parent_id or FLOW, Child(run.task_id, final, run.value, run.iteration)))


def _warns(work: Work, run: TaskRun) -> bool:
    retry = retry_of(work.flow, work.task(run))
    tried = sum(1 for attempt in run.attempts if attempt.state is not State.RESUBMITTED)
    return retry is not None and retry.warning_on_retry and tried > 1


def _tried_again(work: Work, run: TaskRun) -> bool:
    retry = retry_of(work.flow, work.task(run))
    if retry is None or run.force:
        return False
    if retry.behavior is RetryBehavior.CREATE_NEW_EXECUTION:
        return _made_anew(work, run, retry)
    due = next_attempt(retry, run, work.flow.dialect)
    if due is None:
        return False
    work.enter(run, State.FAILED, State.RETRYING)
    work.set_timer(run, RETRY, due)
    if work.execution.state is State.RUNNING:
        work.enter_execution(*((State.FAILED,) if run.parent_id is None else ()), State.RETRYING)
    return True


def _made_anew(work: Work, run: TaskRun, retry: Retry) -> bool:
    """The whole execution is tried again, as a new one: this one is over, and RETRIED."""
    execution = work.execution
    began = ids.created_at(execution.original_id or execution.id)
    due = next_execution(retry, execution.attempt_number, began, run, work.flow.dialect)
    if due is None:
        return False
    work.enter(run, State.FAILED, State.RETRIED)
    parents = [*work.parents(run)]
    for parent in parents:
        work.enter(parent, State.RETRIED)
    for other in [*work.live.children.get(FLOW, {}).values()]:
        if not other.state.terminal:
            give_up(work, other, State.KILLED)
    work.enter_execution(*(() if parents else (State.FAILED,)), State.RETRIED)
    work.forget_future()
    work.do(StartExecution(again.anew(execution, work.flow, due)))
    work.do(EndGeneration(execution.generation, execution.state))
    return True


def try_again(work: Work, run: TaskRun) -> None:
    """The time of the next attempt has come."""
    work.enter(run, State.CREATED)
    work.live.answers.pop(run.id, None)
    if work.execution.state is State.RETRYING:
        work.enter_execution(State.RUNNING)
    begin(work, run)


def end(work: Work, run: TaskRun, state: State) -> None:
    """A task run ends; its scope looks for what comes next."""
    work.enter(run, state)
    is_main = lives.section_of(work.live, work.flow, run) is Section.MAIN
    ended = Child(run.task_id, run.state, run.value, run.iteration) if is_main else None
    work.agenda.append(partial(look, work, run.parent_id or FLOW, ended))


def softened(task: Task, state: State) -> State:
    """The final state of a task run, as its task allows it."""
    if state is State.FAILED and task.allow_failure:
        state = State.WARNING
    if state is State.WARNING and task.allow_warning:
        state = State.SUCCESS
    return state


# a scope goes on


def look(work: Work, owner: str, ended: Child | None = None) -> None:
    """See what comes next in a scope: the flow, or the flow-control task run with this id."""
    frame = work.live.frames.get(owner)
    if frame is None or work.is_paused() or work.execution.state in _HELD_BACK:
        return
    if work.execution.state is State.KILLING:
        _look_killing(work, owner, frame)
    elif owner == FLOW:
        _look_flow(work, frame, ended)
    else:
        _look_control(work, work.execution.task_runs[owner], frame, ended)


def look_everywhere(work: Work) -> None:
    """See what comes next in all scopes: children may have ended while nobody looked."""
    work.live.scratch.clear()
    for owner in [*work.live.frames]:
        lanes = _last_of_lanes(work, owner)
        for ended in lanes or [None]:
            work.agenda.append(partial(look, work, owner, ended))


def _last_of_lanes(work: Work, owner: str) -> list[Child]:
    """The last child of each iteration (or of all), where it has ended."""
    lanes: dict[int | None, TaskRun] = {}
    for run in work.live.children.get(owner, {}).values():
        if lives.section_of(work.live, work.flow, run) is Section.MAIN:
            lanes[run.iteration] = run
    return [Child(run.task_id, run.state, run.value, run.iteration) for run in lanes.values() if run.state.terminal]


def _look_again(work: Work, run: TaskRun) -> None:
    work.agenda.append(partial(look, work, run.id))


def _look_killing(work: Work, owner: str, frame: Frame) -> None:
    """Nothing new begins; the scope ends when nothing is left in it."""
    if frame.open:
        return
    if owner == FLOW:
        finish(work, State.KILLED)
    else:
        end_control(work, work.execution.task_runs[owner], State.KILLED)


def _look_flow(work: Work, frame: Frame, ended: Child | None) -> None:
    if work.execution.state is State.RETRIED:
        return
    if work.execution.state.terminal:
        if _sequence(work, None, frame, Section.AFTER):
            tell_caller(work)
        return
    lists = lives.layout(work.live, work.flow, None).lists
    view = View(work.execution, work.live, None, frame, ended=ended, now=work.now)
    step = in_sequence(lists[Section.MAIN], view)
    if _go_on(work, None, frame, step, keeps_going=False):
        finish(work, _state_of(frame.groups[Section.MAIN]))


def tell_caller(work: Work) -> None:
    """Who waits for the end of the execution is told, once it has ended."""
    execution = work.execution
    if execution.caller is not None and execution.state.terminal:
        caller, run_id = execution.caller
        work.do(Tell(caller, ChildEnded(run_id, execution.id, execution.state, execution.outputs)))


def _look_control(work: Work, run: TaskRun, frame: Frame, ended: Child | None) -> None:
    control = cast("FlowControl", work.task(run))
    view = _view(work, run, frame, ended)
    step = control.next(view)
    if type(step) in _SPECIAL:
        _SPECIAL[type(step)](work, run, step)
    elif _go_on(work, run, frame, step, keeps_going=control.keeps_going):
        judgement = control.judge(view)
        _JUDGEMENTS[type(judgement)](work, run, judgement)


def _finish_control(work: Work, run: TaskRun, step: _Step) -> None:
    verdict, control = cast("Finish", step), cast("FlowControl", work.task(run))
    if verdict.warning is not None:
        work.log(run, Level.WARN, verdict.warning)
    state = verdict.state or _state_of(work.live.frames[run.id].groups[Section.MAIN])
    state = control.final_state(state)
    end_control(work, run, softened(control, state) if control.softens else state)


_SPECIAL: dict[type[Next], Callable[[Work, TaskRun, _Step], None]] = {
    Ask: _ask,
    Do: _do,
    Fail: _fail_control,
    Hold: _hold,
}
"""Answers of ``next`` that have nothing to do with children."""
_JUDGEMENTS: dict[type[Judgement], Callable[[Work, TaskRun, _Step], None]] = {
    Ask: _ask,
    Do: _do,
    Fail: _fail_control,
    Finish: _finish_control,
    Give: _give,
    Repeat: _repeat,
}


def _go_on(work: Work, run: TaskRun | None, frame: Frame, step: Next, *, keeps_going: bool) -> bool:
    """Create what comes next; True when the scope has come to its end."""
    main = frame.groups[Section.MAIN]
    failing = main.counts.get(State.FAILED, 0) > 0
    if isinstance(step, Create) and (keeps_going or not failing):
        for child in step.children:
            create(work, _numbered(work, child, run), run, Section.MAIN)
    more = isinstance(step, Create | Wait) and (keeps_going or not failing)
    handled = not failing or _sequence(work, run, frame, Section.ERRORS)
    if more or main.open or not handled:
        return False
    return step == Finish(at_once=True) or _sequence(work, run, frame, Section.FINALLY)


def _sequence(work: Work, run: TaskRun | None, frame: Frame, section: Section) -> bool:
    """Create the next task of a list when the one before has ended; True when all have."""
    group = frame.groups[section]
    scope = work.task(run) if run else None
    tasks = lives.layout(work.live, work.flow, scope).lists[section]
    if group.open:
        return False
    if group.created < len(tasks):
        create(work, _numbered(work, Run(tasks[group.created]), run), run, section)
        return False
    return True


def _numbered(work: Work, child: Run, run: TaskRun | None) -> Run:
    """The child with the number of the iteration of its scope, where it has one."""
    if run is None:
        return child
    iteration = cast("FlowControl", work.task(run)).iteration(_view(work, run, work.live.frames[run.id]))
    return child if iteration is None else child._replace(iteration=iteration)


def end_control(work: Work, run: TaskRun, state: State) -> None:
    """A flow-control task run ends."""
    work.end_attempt(run, state)
    end(work, run, state)


def _state_of(group: Group) -> State:
    """The state that follows from the children's."""
    return next((state for state in _PRECEDENCE if state in group.counts), State.SUCCESS)


def _view(work: Work, run: TaskRun, frame: Frame, ended: Child | None = None) -> ScopeView:
    return View(work.execution, work.live, run, frame, ended=ended, now=work.now)


# the execution ends


def stop_all(work: Work, runs: State, execution: State) -> None:
    """The execution ends at once, and all that has not ended in it: in these states."""
    for run in [each for each in work.live.children.get(FLOW, {}).values() if not each.state.terminal]:
        give_up(work, run, runs)
    finish(work, execution, at_once=True)


def finish(work: Work, state: State, *, at_once: bool = False) -> None:
    """The execution ends, as soon as its outputs are rendered."""
    if work.execution.state.terminal:
        return
    rendered = flow_outputs(work, at_once=at_once)
    if rendered is None:
        return
    if work.execution.state is State.RETRYING:
        work.enter_execution(State.RUNNING)
    work.enter_execution(state)
    work.forget_future()
    work.execution.outputs = rendered.outputs
    for level, message in rendered.messages:
        work.log(None, level, message)
    if rendered.failed and state in (State.SUCCESS, State.WARNING):
        work.enter_execution(State.FAILED)
    work.do(EndGeneration(work.execution.generation, work.execution.state))
    work.agenda.append(partial(look, work, FLOW))


def _text(written: str | bool | float) -> str:  # noqa: FBT001 -- what stands in the flow
    return str(written).lower() if isinstance(written, bool) else str(written)
