"""One decision in the making: the moves that it is made of.

Everything that follows from an event is put on an agenda and done one after the other, so that a deep tree of tasks
never becomes a deep stack of calls.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import orjson

from pauta import ids
from pauta.engine import live as lives
from pauta.engine.effects import AskOutside, Decision, Effect, RemoveDirectory, StopTaskRun, Tell, WriteLog
from pauta.engine.events import KillRequested
from pauta.engine.execution import RENDER, RENDER_VALUE, Attempt, Change, Execution, Request, TaskRun, Timer
from pauta.engine.live import Answer, Live, Section
from pauta.engine.scope import Variables
from pauta.engine.state import ATTEMPT, EXECUTION, TASK_RUN
from pauta.errors import ExpressionError, PautaError
from pauta.expression import compile as compile_template
from pauta.sdk.executables import ExecutableTask
from pauta.sdk.flow_control import FlowControl, Run
from pauta.sdk.states import Level, State
from pauta.sdk.tasks import Task

if TYPE_CHECKING:
    from pauta.expression import Template
    from pauta.flow.model import Flow


_MICROSECOND = timedelta(microseconds=1)


class Work:
    """An execution, its flow and the instant; and what was decided so far."""

    __slots__ = ("agenda", "decision", "execution", "flow", "live", "now")

    def __init__(self, execution: Execution, flow: Flow, now: int) -> None:
        self.execution = execution
        self.flow = flow
        self.now = max(now, execution.history[-1].at)
        self.live: Live = lives.of(execution, flow)
        execution.numbered = max(execution.numbered, len(execution.task_runs))
        self.decision = Decision()
        self.agenda: deque[Callable[[], None]] = deque()

    def do_all(self) -> Decision:
        """Do what is on the agenda, and what that puts there; gives the decision."""
        while self.agenda:
            self.agenda.popleft()()
        return self.decision

    # moves

    def enter_execution(self, *states: State) -> None:
        """Move the execution to a state, by way of others."""
        for state in states:
            EXECUTION.enter(self.execution.history, state, self.now)
        self.decision.execution = True

    def create(self, child: Run, parent: TaskRun | None, section: Section) -> TaskRun:
        """A new task run."""
        execution = self.execution
        number, execution.numbered = execution.numbered, execution.numbered + 1
        run = TaskRun(
            id=ids.derived(execution.id, number),
            execution_id=execution.id,
            number=number,
            task_id=child.task.id,
            history=[Change(State.CREATED, self.now)],
            parent_id=parent.id if parent else None,
            value=child.value,
            iteration=child.iteration,
            generation=execution.generation,
            force=section is Section.AFTER,
        )
        execution.task_runs[run.id] = run
        lives.added(self.live, self.flow, run)
        self.changed(run)
        return run

    def enter(self, run: TaskRun, *states: State) -> None:
        """Move a task run to a state, by way of others."""
        before, state = run.state, states[-1]
        for each in states:
            TASK_RUN.enter(run.history, each, self.now)
        if state.terminal:
            self.forget_question(run)
            self.drop_timers(run)
        lives.moved(self.live, self.flow, run, before)
        if state.terminal:
            lives.gave(self.live, self.execution, run)
            self._clean_up(run)
        self.changed(run)

    def _clean_up(self, run: TaskRun) -> None:
        task = self.task(run)
        if isinstance(task, FlowControl) and task.shares_directory:
            self.do(RemoveDirectory(run))

    def forget_future(self) -> None:
        """Nothing happens any more by itself in the generation that ends."""
        for timer in [*self.execution.timers.values()]:
            self.drop_timer(timer)

    def begin_attempt(self, run: TaskRun, state: State = State.RUNNING, worker_id: str | None = None) -> None:
        """A new attempt of a task run."""
        attempt = Attempt([Change(State.CREATED, self.now)], worker_id)
        ATTEMPT.enter(attempt.history, state, self.now)
        run.attempts.append(attempt)

    def end_attempt(self, run: TaskRun, *states: State) -> None:
        """End the open attempt of a task run, if there is one, in a state, by way of others."""
        if run.attempts and not run.attempts[-1].state.terminal:
            for state in states:
                ATTEMPT.enter(run.attempts[-1].history, state, self.now)

    def give(self, run: TaskRun, outputs: Mapping[str, object] | None) -> None:
        """Set the outputs of a flow-control task run that begins."""
        run.outputs = outputs
        lives.gave(self.live, self.execution, run)

    def remove_children(self, run: TaskRun) -> None:
        """Take away whatever a task run created: all of it has ended."""
        for child in list(self.live.children.get(run.id, {}).values()):
            self.remove_children(child)
            lives.removed(self.live, self.execution, self.flow, child)
            del self.execution.task_runs[child.id]
            self.decision.task_runs.pop(child.id, None)
            self.decision.removed[child.id] = child

    def parents(self, run: TaskRun) -> Iterator[TaskRun]:
        """The task runs around a task run, nearest first."""
        while run.parent_id is not None:
            run = self.execution.task_runs[run.parent_id]
            yield run

    def changed(self, run: TaskRun) -> None:
        """The task run has to be saved."""
        self.decision.task_runs[run.id] = run

    def task(self, run: TaskRun) -> Task:
        """The task of a task run."""
        return self.flow.task(run.task_id)

    # effects

    def do(self, effect: Effect) -> None:
        """Have something done outside."""
        self.decision.effects.append(effect)

    def log(self, run: TaskRun | None, level: Level, message: str) -> None:
        """Write a log line of the engine."""
        self.do(WriteLog(run, level, message))

    def stop(self, run: TaskRun) -> None:
        """Stop whatever works on a task run."""
        if run.state not in (State.SUBMITTED, State.RUNNING):
            return
        if isinstance(self.task(run), ExecutableTask):
            self.do(Tell(str((run.outputs or {})["executionId"]), KillRequested()))
        else:
            self.do(StopTaskRun(run, run.fence))

    def is_paused(self) -> bool:
        """Whether somebody paused the execution: nothing new begins. A task run that is held pauses only itself."""
        return self.execution.state is State.PAUSED and not self.live.paused

    # timers

    def after(self, delay: timedelta) -> int:
        """The instant so long after this one."""
        return self.now + max(0, delay // _MICROSECOND)

    def set_timer(self, run: TaskRun | None, kind: str, due: int) -> None:
        """Let something happen at the instant ``due``."""
        execution = self.execution
        owner = run.id if run else lives.FLOW
        timer = Timer(f"{owner or execution.id}:{kind}:{due}", owner or None, kind, due, execution.generation)
        execution.timers[timer.id] = timer
        self.live.timers.setdefault(owner, set()).add(timer.id)
        self.decision.set.append(timer)

    def drop_timers(self, run: TaskRun | None, *kinds: str) -> None:
        """Nothing happens any more at a later time: to a task run, or (None) to the execution. All kinds, or some."""
        for timer_id in [*self.live.timers.get(run.id if run else lives.FLOW, ())]:
            if not kinds or self.execution.timers[timer_id].kind in kinds:
                self.drop_timer(self.execution.timers[timer_id])

    def drop_timer(self, timer: Timer) -> None:
        """It came, or is not wanted any more."""
        owner = timer.task_run_id or lives.FLOW
        del self.execution.timers[timer.id]
        self.live.timers[owner].discard(timer.id)
        if not self.live.timers[owner]:
            del self.live.timers[owner]
        self.decision.dropped.append(timer.id)

    # expressions

    def render(self, run: TaskRun | None, name: str, value: object, *, may_ask: bool = True) -> Answer | None:
        """Render the expressions in a text, list or map in the variables of a task run (None: of the execution).

        None when it needs the outside (functions such as ``kv()``, randomness, encrypted values): then it was asked for
        under ``name``, and the answer will be an event. Without ``may_ask`` such a template cannot be rendered. The
        time, ``now()``, is that of the event.
        """
        if isinstance(value, str) and "{" not in value:
            return Answer(value)
        try:
            answer = Answer(self._rendered_value(run, value))
        except _NotEnough:
            answer = None
        except PautaError as error:
            return Answer(None, str(error))
        if answer is None and not may_ask:
            return Answer(None, "it needs the outside, and the execution was killed")
        if answer is None:
            self._ask_to_render(run, name, value)
        return answer

    def _rendered_value(self, run: TaskRun | None, value: object) -> object:
        """What can be had by computing alone. Raises _NotEnough when it cannot, or ExpressionError."""
        if isinstance(value, str):
            return self._rendered(run, value) if "{" in value else value
        if isinstance(value, Mapping):
            items = cast("Mapping[object, object]", value).items()
            return {self._rendered_value(run, name): self._rendered_value(run, inner) for name, inner in items}
        if isinstance(value, list | tuple):
            return [self._rendered_value(run, inner) for inner in cast("Sequence[object]", value)]
        return value

    def _rendered(self, run: TaskRun | None, text: str) -> str:
        template = self._template(text)
        if template.outside:
            raise _NotEnough
        inside = _Inside(self.now)
        scope = Variables(self.execution, self.flow, run, outside=inside.call, decrypt=inside.decrypt)
        try:
            rendered = template.render(scope)
        except PautaError:
            if inside.not_enough:
                raise _NotEnough from None
            raise
        if inside.not_enough:
            raise _NotEnough
        return rendered

    def _template(self, text: str) -> Template:
        template = self.live.templates.get(text)
        if template is None:
            template = self.live.templates[text] = compile_template(text, self.flow.dialect)
        return template

    def _ask_to_render(self, run: TaskRun | None, name: str, value: object) -> None:
        if isinstance(value, str):
            self.ask(run, name, RENDER, value)
        else:
            self.ask(run, name, RENDER_VALUE, orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode())

    def ask(self, run: TaskRun | None, name: str, kind: str, template: str) -> None:
        """Ask the outside; the answer will be an event."""
        execution = self.execution
        owner = run.id if run else execution.id
        identity = f"{owner}:{name}:{execution.generation}"
        request = Request(identity, run.id if run else None, template, execution.generation, kind)
        if request.id in execution.requests:
            return
        execution.requests[request.id] = request
        self.live.asking[run.id if run else lives.FLOW] = request.id
        self.decision.asked.append(request)
        self.do(AskOutside(request))

    def answered(self, request: Request) -> None:
        """The question is settled."""
        del self.execution.requests[request.id]
        self.live.asking.pop(request.task_run_id or lives.FLOW, None)
        self.decision.answered.append(request.id)

    def forget_questions(self) -> None:
        """The execution itself waits for no answer."""
        request_id = self.live.asking.get(lives.FLOW)
        if request_id is not None:
            self.answered(self.execution.requests[request_id])

    def forget_question(self, run: TaskRun) -> None:
        """A task run that has ended waits for no answer."""
        request_id = self.live.asking.get(run.id)
        if request_id is not None:
            self.answered(self.execution.requests[request_id])


class _NotEnough(Exception):
    """An expression cannot be answered by computing alone."""


class _Inside:
    """What stands in for the outside while the engine renders: it knows the instant, and notes when more is needed."""

    __slots__ = ("not_enough", "now")

    def __init__(self, now: int) -> None:
        self.now = now
        self.not_enough = False

    def call(self, function: str, arguments: object) -> object:
        """Answer a function: the time is that of the event."""
        del arguments
        if function == "now":
            return self.now
        self.not_enough = True
        raise ExpressionError(f"{function}() needs the outside")

    def decrypt(self, value: object) -> object:
        """Encrypted values are read outside, where the key is."""
        self.not_enough = True
        return value


def question_of(request: Request) -> str:
    """The name under which a question was asked."""
    return request.id.split(":")[1]
