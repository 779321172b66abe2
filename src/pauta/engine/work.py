"""One decision in the making: the moves that it is made of.

Everything that follows from an event is put on an agenda and done one after the other, so that a deep tree of tasks
never becomes a deep stack of calls.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from pauta import ids
from pauta.engine import live as lives
from pauta.engine.effects import AskOutside, Decision, Effect, WriteLog
from pauta.engine.execution import Attempt, Change, Execution, Request, TaskRun
from pauta.engine.live import Answer, Live, Section
from pauta.engine.scope import Variables
from pauta.engine.state import ATTEMPT, EXECUTION, TASK_RUN
from pauta.errors import ExpressionError, PautaError
from pauta.expression import compile as compile_template
from pauta.sdk.flow_control import Run
from pauta.sdk.states import Level, State
from pauta.sdk.tasks import Task

if TYPE_CHECKING:
    from pauta.expression import Template
    from pauta.flow.model import Flow


class Work:
    """An execution, its flow and the instant; and what was decided so far."""

    __slots__ = ("agenda", "decision", "execution", "flow", "live", "now")

    def __init__(self, execution: Execution, flow: Flow, now: int) -> None:
        self.execution = execution
        self.flow = flow
        self.now = max(now, execution.history[-1].at)
        self.live: Live = lives.of(execution, flow)
        self.decision = Decision()
        self.agenda: deque[Callable[[], None]] = deque()

    def do_all(self) -> Decision:
        """Do what is on the agenda, and what that puts there; gives the decision."""
        while self.agenda:
            self.agenda.popleft()()
        return self.decision

    # moves

    def enter_execution(self, state: State) -> None:
        """Move the execution to a state."""
        EXECUTION.enter(self.execution.history, state, self.now)
        self.decision.execution = True

    def create(self, child: Run, parent: TaskRun | None, section: Section) -> TaskRun:
        """A new task run."""
        execution = self.execution
        number = len(execution.task_runs)
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

    def enter(self, run: TaskRun, state: State) -> None:
        """Move a task run to a state."""
        before = run.state
        TASK_RUN.enter(run.history, state, self.now)
        if state.terminal:
            self.forget_question(run)
        lives.moved(self.live, self.flow, run, before)
        if state.terminal:
            lives.gave(self.live, self.execution, run)
        self.changed(run)

    def begin_attempt(self, run: TaskRun, state: State = State.RUNNING, worker_id: str | None = None) -> None:
        """A new attempt of a task run."""
        attempt = Attempt([Change(State.CREATED, self.now)], worker_id)
        ATTEMPT.enter(attempt.history, state, self.now)
        run.attempts.append(attempt)

    def end_attempt(self, run: TaskRun, state: State) -> None:
        """End the open attempt of a task run, if there is one."""
        if run.attempts and not run.attempts[-1].state.terminal:
            ATTEMPT.enter(run.attempts[-1].history, state, self.now)

    def give(self, run: TaskRun, outputs: Mapping[str, object] | None) -> None:
        """Set the outputs of a flow-control task run that begins."""
        run.outputs = outputs
        lives.gave(self.live, self.execution, run)

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

    # expressions

    def render(self, run: TaskRun | None, name: str, text: str, *, may_ask: bool = True) -> Answer | None:
        """Render a template in the variables of a task run (None: of the execution).

        None when it needs the outside (functions such as ``kv()``, randomness, encrypted values): then it was asked for
        under ``name``, and the answer will be an event. Without ``may_ask`` such a template cannot be rendered. The
        time, ``now()``, is that of the event.
        """
        if "{" not in text:
            return Answer(text)
        try:
            answer = self._rendered(run, text)
        except PautaError as error:
            return Answer(None, str(error))
        if answer is None and not may_ask:
            return Answer(None, "it needs the outside, and the execution was killed")
        if answer is None:
            self._ask(run, name, text)
        return answer

    def _rendered(self, run: TaskRun | None, text: str) -> Answer | None:
        """What can be had by computing alone; None when that is not enough. Raises ExpressionError."""
        template = self._template(text)
        if template.outside:
            return None
        inside = _Inside(self.now)
        scope = Variables(self.execution, self.flow, run, outside=inside.call, decrypt=inside.decrypt)
        try:
            rendered = template.render(scope)
        except PautaError:
            if inside.not_enough:
                return None
            raise
        return None if inside.not_enough else Answer(rendered)

    def _template(self, text: str) -> Template:
        template = self.live.templates.get(text)
        if template is None:
            template = self.live.templates[text] = compile_template(text, self.flow.dialect)
        return template

    def _ask(self, run: TaskRun | None, name: str, text: str) -> None:
        execution = self.execution
        owner = run.id if run else execution.id
        request = Request(f"{owner}:{name}:{execution.generation}", run.id if run else None, text, execution.generation)
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

    def forget_question(self, run: TaskRun) -> None:
        """A task run that has ended waits for no answer."""
        request_id = self.live.asking.get(run.id)
        if request_id is not None:
            self.answered(self.execution.requests[request_id])


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
