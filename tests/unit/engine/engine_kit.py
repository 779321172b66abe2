"""A tiny loop around the engine: no storage, no threads; task runs end when the loop says so."""

from __future__ import annotations

import copy
import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pauta.engine.decide import decide, recover
from pauta.engine.effects import (
    AskOutside,
    Decision,
    Effect,
    EndGeneration,
    StartExecution,
    StopTaskRun,
    SubmitTaskRun,
    Tell,
    WriteLog,
)
from pauta.engine.events import (
    Event,
    ExecutionCreated,
    KillRequested,
    RequestAnswered,
    TaskRunEnded,
    TaskRunStarted,
    TimerRang,
)
from pauta.engine.execution import CALL, PHASE, SLOT, Change, Execution, TaskRun
from pauta.engine.scope import Variables
from pauta.errors import ExpressionError, PautaError
from pauta.expression import compile as compile_template
from pauta.expression import truthy
from pauta.flow.inputs import resolve_inputs
from pauta.flow.load import parse
from pauta.sdk.durations import read_duration
from pauta.sdk.states import State

CORE = "io.kestra.plugin.core."
ID = "01J5ZXk3Vq8yT2mN4pR7sW"
Outcome = tuple[State, Mapping[str, Any] | None]


@dataclass
class Loop:
    """Drives one execution. ``held`` names tasks whose runs stay RUNNING until something stops them.

    ``answer`` gives what the outside says to a template: a text, or an error to raise.
    """

    source: str
    """The flow; flows that it calls stand before it, each a document."""
    inputs: dict[str, Any] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    answer: Callable[[str], str] = lambda template: template
    place: bool = True
    """Whether there is a place for the execution, where its flow has a limit."""
    now: int = 1_000_000

    def __post_init__(self):
        *others, self.flow = [parse(document) for document in self.source.split("\n---\n")]
        self.flows = {other.id: other for other in others}
        self.parent: Loop | None = None
        self.children: list[Loop] = []
        self.execution = Execution(
            ID,
            self.flow.namespace,
            self.flow.id,
            1,
            [Change(State.CREATED, self.now)],
            inputs=self.inputs,
            labels=(*self.flow.labels, ("system.correlationId", ID)),
            variables=self.flow.variables,
        )
        self.events: deque[Event] = deque()
        self.later: list[tuple[int, str, Event]] = []
        self.history: list[tuple[Event, int]] = []
        self.effects: list[Effect] = []
        self.decisions: list[Decision] = []

    def run(self) -> Loop:
        """From the beginning until nothing happens any more."""
        self.happen(ExecutionCreated())
        return self.go_on()

    def go_on(self, until: Callable[[], bool] = lambda: False) -> Loop:
        """Until nothing happens any more, or something holds. When nothing else does, the next instant comes."""
        while not until() and (self.has_events() or self.all_future()):
            self.happen_next()
        return self

    def has_events(self) -> bool:
        return bool(self.events) or any(child.has_events() for child in self.children)

    def all_future(self) -> list[tuple[int, str, Event]]:
        return sorted([*self.future(), *(each for child in self.children for each in child.all_future())], key=at)

    def happen_next(self) -> None:
        """The next event, here or in an execution that this one started."""
        if self.events:
            self.happen(self.events.popleft())
            return
        due = self.all_future()[:1]
        for child in self.children:
            if child.has_events() or (not self.has_events() and child.all_future()[:1] == due):
                child.now = max(child.now, self.now)
                child.happen_next()
                self.now = max(self.now, child.now)
                return
        self.happen(self.come(*due[0]))

    def future(self) -> list[tuple[int, str, Event]]:
        """What happens by itself, and when: timers ring, tasks that take their time end."""
        timers = [(timer.due, timer.id, TimerRang(timer.id)) for timer in self.execution.timers.values()]
        return sorted([*self.later, *timers], key=lambda each: each[:2])

    def come(self, at: int, name: str, event: Event) -> Event:
        """The instant has come."""
        self.later = [each for each in self.later if each[1] != name]
        self.now = max(self.now, at - 1)
        return event

    def ring(self) -> Loop:
        """Let the next timer ring, at its instant."""
        self.happen(self.come(*self.future()[0]))
        return self

    def happen(self, event: Event) -> Decision:
        self.now += 1
        self.history.append((event, self.now))
        return self._carry_out(decide(self.execution, self.flow, event, self.now))

    def kill(self) -> Loop:
        self.happen(KillRequested())
        return self.go_on()

    def crash(self) -> Loop:
        """The process dies: what was under way is lost, the rows are read back."""
        self.events.clear()
        self.later.clear()
        self.execution = stored(self.execution)
        self.now += 1
        self._carry_out(recover(self.execution, self.flow, self.now))
        return self

    def _carry_out(self, decision: Decision) -> Decision:
        self.decisions.append(decision)
        self.effects += decision.effects
        for effect in decision.effects:
            if isinstance(effect, SubmitTaskRun):
                self._work(effect.task_run, effect.fence)
            elif isinstance(effect, StopTaskRun):
                self.later = [each for each in self.later if each[1] != effect.task_run.id]
                self.events.append(TaskRunEnded(effect.task_run.id, effect.fence, State.KILLED))
            elif isinstance(effect, StartExecution):
                self._begin(effect.execution)
            elif isinstance(effect, Tell):
                self._find(effect.execution_id).events.append(effect.event)
            elif isinstance(effect, AskOutside) and effect.request.kind == CALL:
                self.events.append(self._found(effect))
            elif isinstance(effect, AskOutside) and effect.request.kind == SLOT:
                self.events.append(RequestAnswered(effect.request.id, "true" if self.place else "false"))
            elif isinstance(effect, AskOutside) and effect.request.kind == PHASE:
                self.events.append(RequestAnswered(effect.request.id, "{}"))
            elif isinstance(effect, AskOutside):
                self.events.append(self._answered(effect))
        return decision

    def _work(self, run: TaskRun, fence: int) -> None:
        """What a worker would do: begin, and end unless the task is held."""
        state, outputs = State.SUCCESS, None
        try:
            state, outputs = outcome(self, run)
        except ExpressionError:
            state = State.FAILED
        self.events.append(TaskRunStarted(run.id, fence, "worker"))
        if run.task_id in self.held:
            return
        length, late = self._length(run)
        end = TaskRunEnded(run.id, fence, State.FAILED if late else state, outputs)
        if length:
            self.later.append((self.now + length, run.id, end))
        else:
            self.events.append(end)

    def _length(self, run: TaskRun) -> tuple[int, bool]:
        """How long a task run takes (microseconds), and whether that is because of its timeout."""
        task: Any = self.flow.task(run.task_id)
        scope = Variables(self.execution, self.flow, run)
        lengths = [(task.duration, False)] if type(task).type_name.endswith(".Sleep") else [(timedelta(), False)]
        lengths += [] if task.timeout is None else [(task.timeout, True)]
        known = [(moment(self, scope, length), late) for length, late in lengths]
        return min(known)

    def _begin(self, execution: Execution) -> None:
        """Start another execution; one of a flow that is not known never begins."""
        flow = self.flows.get(execution.flow_id)
        if flow is None:
            return
        child = copy.copy(self)
        child.flow, child.execution, child.parent, child.children = flow, execution, self, []
        child.events, child.later, child.history = deque([ExecutionCreated()]), [], []
        child.effects, child.decisions = [], []
        self.children.append(child)

    def _find(self, execution_id: str) -> Loop:
        known = [self, *self.children, *([self.parent] if self.parent else [])]
        return next(loop for loop in known if loop.execution.id == execution_id)

    def _found(self, effect: AskOutside) -> RequestAnswered:
        """What the outside says to a call."""
        wanted = json.loads(effect.request.template)
        flow = self.flows.get(wanted["flowId"])
        if flow is None or flow.disabled:
            return RequestAnswered(effect.request.id, None, f"there is no flow {wanted['flowId']}")
        try:
            inputs = dict(resolve_inputs(flow, wanted["inputs"]))
        except PautaError as error:
            return RequestAnswered(effect.request.id, None, str(error))
        known = {"namespace": flow.namespace, "flowId": flow.id, "revision": 1, "inputs": inputs}
        found = {**known, "labels": flow.labels, "variables": dict(flow.variables)}
        return RequestAnswered(effect.request.id, json.dumps(found))

    def _answered(self, effect: AskOutside) -> RequestAnswered:
        try:
            return RequestAnswered(effect.request.id, self.answer(effect.request.template))
        except ExpressionError as error:
            return RequestAnswered(effect.request.id, None, str(error))

    # what is asserted on

    @property
    def state(self) -> State:
        return self.execution.state

    @property
    def runs(self) -> dict[str, TaskRun]:
        """The last task run of each task."""
        return {run.task_id: run for run in self.execution.task_runs.values()}

    @property
    def running(self) -> set[str]:
        return {run.task_id for run in self.execution.task_runs.values() if run.state is State.RUNNING}

    @property
    def states(self) -> dict[str, str]:
        return {task: str(run.state) for task, run in self.runs.items()}

    @property
    def logs(self) -> list[tuple[str, str | None, str]]:
        lines = [effect for effect in self.effects if isinstance(effect, WriteLog)]
        return [(str(line.level), line.task_run.task_id if line.task_run else None, line.message) for line in lines]

    @property
    def ends(self) -> list[EndGeneration]:
        return [effect for effect in self.effects if isinstance(effect, EndGeneration)]


def outcome(loop: Loop, run: TaskRun) -> Outcome:
    """What the light tasks of the core do, and how a task without work ends."""
    task: Any = loop.flow.task(run.task_id)
    kind = type(task).type_name.removeprefix(CORE)
    scope = Variables(loop.execution, loop.flow, run)
    if kind == "debug.Return":
        return State.SUCCESS, {"value": rendered(loop, scope, task.format)}
    if kind == "output.OutputValues":
        return State.SUCCESS, {"values": rendered(loop, scope, task.values)}
    if kind == "log.Log":
        rendered(loop, scope, task.message)
    return (State.FAILED if kind == "execution.Fail" and fails(loop, scope, task) else State.SUCCESS), None


def fails(loop: Loop, scope: Variables, task: Any) -> bool:
    return task.condition is None or truthy(rendered(loop, scope, task.condition))


def at(future: tuple[int, str, Event]) -> tuple[int, str]:
    return future[:2]


def moment(loop: Loop, scope: Variables, written: Any) -> int:
    """A duration in microseconds."""
    length = read_duration(rendered(loop, scope, written)) if isinstance(written, str) else written
    return length // timedelta(microseconds=1)


def rendered(loop: Loop, scope: Variables, value: Any) -> Any:
    if isinstance(value, str):
        return compile_template(value, loop.flow.dialect).render(scope)
    if isinstance(value, dict):
        return {name: rendered(loop, scope, inner) for name, inner in value.items()}
    return [rendered(loop, scope, inner) for inner in value] if isinstance(value, list) else value


def stored(execution: Execution) -> Execution:
    """The execution as its rows have it."""
    live, execution.live = execution.live, None
    copied = copy.deepcopy(execution)
    execution.live = live
    return copied


def flow(tasks: str, head: str = "") -> str:
    """A flow of tasks in YAML; ``$`` stands for the prefix of core types."""
    return f"id: flow\nnamespace: test\n{head}\ntasks:\n{tasks}\n".replace("$", CORE)


def histories(execution: Execution) -> list[tuple[str, list[str]]]:
    return [(run.task_id, [str(change.state) for change in run.history]) for run in execution.task_runs.values()]
