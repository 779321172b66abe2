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

from pauta.engine import live as lives
from pauta.engine.effects import EndGeneration, StopTaskRun, SubmitTaskRun
from pauta.engine.execution import TaskRun
from pauta.engine.live import FLOW, Answer, Frame, Group, Section
from pauta.engine.outputs import flow_outputs
from pauta.engine.view import View
from pauta.engine.work import Work
from pauta.expression import truthy
from pauta.sdk.flow_control import (
    Ask,
    Begin,
    Child,
    Create,
    Fail,
    Finish,
    FlowControl,
    Next,
    Run,
    ScopeView,
    Start,
    Wait,
    in_sequence,
)
from pauta.sdk.states import Level, State
from pauta.sdk.tasks import Task

RUN_IF = "runIf"
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
    if answer.text is None:
        fail(work, run, answer.error or "an expression could not be rendered", began=name != RUN_IF)
    elif name == RUN_IF:
        (start if truthy(answer.text) else _skip)(work, run)
    else:
        work.live.answers.setdefault(run.id, {})[name] = answer
        (start if run.state is State.CREATED else _look_again)(work, run)


def start(work: Work, run: TaskRun) -> None:
    """Start a task run: flow control here, everything else at a worker."""
    task = work.task(run)
    if isinstance(task, FlowControl):
        _STARTS[type(step := task.start(_view(work, run, Frame())))](work, run, step)
    else:
        submit(work, run)


def submit(work: Work, run: TaskRun) -> None:
    """Give a task run to a worker."""
    run.fence += 1
    work.enter(run, State.SUBMITTED)
    work.do(SubmitTaskRun(run, run.fence))


def fail(work: Work, run: TaskRun, message: str, *, began: bool) -> None:
    """A task run cannot go on: it fails, with a sentence in its log.

    Kestra: without any attempt when ``runIf`` cannot be evaluated, as one that ran otherwise; nothing softens it.
    """
    work.log(run, Level.ERROR, message)
    if began and run.state is State.CREATED:
        work.begin_attempt(run)
        work.enter(run, State.RUNNING)
    if run.id in work.live.frames:
        _give_up_children(work, run)
    work.end_attempt(run, State.FAILED)
    end(work, run, State.FAILED)


def _give_up_children(work: Work, run: TaskRun) -> None:
    """Kestra: when flow control ends before its children, they get its state. What runs is stopped."""
    for child in [each for each in work.live.open.values() if each.parent_id == run.id]:
        if child.id in work.live.frames:
            _give_up_children(work, child)
        elif child.state is not State.CREATED:
            work.do(StopTaskRun(child, child.fence))
        work.end_attempt(child, State.FAILED)
        work.enter(child, State.FAILED)


def _skip(work: Work, run: TaskRun) -> None:
    work.begin_attempt(run, State.SKIPPED)
    end(work, run, State.SKIPPED)


def _answer(work: Work, run: TaskRun, name: str, answered: Answer | None) -> None:
    if answered is not None:
        answer(work, run, name, answered)


def _ask(work: Work, run: TaskRun, step: Start | Next) -> None:
    ask = cast("Ask", step)
    _answer(work, run, ask.name, work.render(run, ask.name, ask.template))


def _begin_control(work: Work, run: TaskRun, step: Start | Next) -> None:
    work.begin_attempt(run)
    work.enter(run, State.RUNNING)
    work.live.frames[run.id] = Frame()
    work.give(run, cast("Begin", step).outputs)
    _look_again(work, run)


def _fail_control(work: Work, run: TaskRun, step: Start | Next) -> None:
    fail(work, run, cast("Fail", step).message, began=True)


_STARTS: dict[type[Start], Callable[[Work, TaskRun, Start], None]] = {
    Ask: _ask,
    Begin: _begin_control,
    Fail: _fail_control,
}


# a task run ends


def end(work: Work, run: TaskRun, state: State) -> None:
    """A task run ends; its scope looks for what comes next."""
    work.enter(run, state)
    ended = Child(run.task_id, run.state, run.value, run.iteration)
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
    if frame is None:
        return
    if work.execution.state is State.KILLING:
        _look_killing(work, owner, frame)
    elif owner == FLOW:
        _look_flow(work, frame, ended)
    else:
        _look_control(work, work.execution.task_runs[owner], frame, ended)


def _look_again(work: Work, run: TaskRun) -> None:
    work.agenda.append(partial(look, work, run.id))


def _look_killing(work: Work, owner: str, frame: Frame) -> None:
    """Nothing new begins; the scope ends when nothing is left in it."""
    if frame.open:
        return
    if owner == FLOW:
        finish(work, State.KILLED)
    else:
        _end_control(work, work.execution.task_runs[owner], State.KILLED)


def _look_flow(work: Work, frame: Frame, ended: Child | None) -> None:
    if work.execution.state.terminal:
        _sequence(work, None, frame, Section.AFTER)
        return
    lists = lives.layout(work.live, work.flow, None).lists
    view = View(work.execution, work.live, None, frame, ended)
    step = in_sequence(lists[Section.MAIN], view)
    if _go_on(work, None, frame, step, keeps_going=False):
        finish(work, _state_of(frame.groups[Section.MAIN]))


def _look_control(work: Work, run: TaskRun, frame: Frame, ended: Child | None) -> None:
    control = cast("FlowControl", work.task(run))
    view = _view(work, run, frame, ended)
    step = control.next(view)
    if isinstance(step, Ask):
        _ask(work, run, step)
    elif isinstance(step, Fail):
        _fail_control(work, run, step)
    elif _go_on(work, run, frame, step, keeps_going=control.keeps_going):
        state = control.final_state(_state_of(frame.groups[Section.MAIN]))
        _end_control(work, run, softened(control, state))


def _go_on(work: Work, run: TaskRun | None, frame: Frame, step: Next, *, keeps_going: bool) -> bool:
    """Create what comes next; True when the scope has come to its end."""
    main = frame.groups[Section.MAIN]
    failing = main.counts.get(State.FAILED, 0) > 0
    if isinstance(step, Create) and (keeps_going or not failing):
        for child in step.children:
            create(work, child, run, Section.MAIN)
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
        create(work, Run(tasks[group.created]), run, section)
        return False
    return True


def _end_control(work: Work, run: TaskRun, state: State) -> None:
    work.end_attempt(run, state)
    end(work, run, state)


def _state_of(group: Group) -> State:
    """The state that follows from the children's."""
    return next((state for state in _PRECEDENCE if state in group.counts), State.SUCCESS)


def _view(work: Work, run: TaskRun, frame: Frame, ended: Child | None = None) -> ScopeView:
    return View(work.execution, work.live, run, frame, ended)


# the execution ends


def finish(work: Work, state: State) -> None:
    """The execution ends, as soon as its outputs are rendered."""
    if work.execution.state.terminal:
        return
    rendered = flow_outputs(work)
    if rendered is None:
        return
    work.enter_execution(state)
    work.execution.outputs = rendered.outputs
    for level, message in rendered.messages:
        work.log(None, level, message)
    if rendered.failed and state in (State.SUCCESS, State.WARNING):
        work.enter_execution(State.FAILED)
    work.do(EndGeneration(work.execution.generation, work.execution.state))
    work.agenda.append(partial(look, work, FLOW))


def _text(written: str | bool | float) -> str:  # noqa: FBT001 -- what stands in the flow
    return str(written).lower() if isinstance(written, bool) else str(written)
