"""What the engine derives from the rows to stay fast: cursors, counts by state, indices. Never stored.

``restore`` derives it from the rows alone; ``decide`` keeps it up to date by ``added``, ``moved`` and ``gave``, each of
which costs the same however many task runs there are. Both ways give the same: a test compares them after every event.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from pauta.engine.execution import Execution, TaskRun
from pauta.sdk.flow_control import FlowControl, active
from pauta.sdk.states import State
from pauta.sdk.tasks import RunnableTask, Task

if TYPE_CHECKING:
    from pauta.expression import Template
    from pauta.flow.model import Flow

_BEGAN = frozenset({State.RUNNING, State.PAUSED})
_WORKING = frozenset({State.CREATED, State.RESTARTED, State.SUBMITTED, State.RUNNING})
FLOW = ""
"""The frame of the flow itself; the others have the id of their task run."""


Latest = dict[str | None, dict[str, TaskRun]]
"""The task runs of a task by value (None outside of loops) and id; the last entries are the latest ones."""


class Section(Enum):
    """A list of tasks in a scope."""

    MAIN = "tasks"
    ERRORS = "errors"
    FINALLY = "finally"
    AFTER = "afterExecution"
    ASIDE = "aside"
    """Tasks whose end makes no difference."""


@dataclass(slots=True)
class Group:
    """The children of one section: how many there are, how many have not ended, and how many are in each state."""

    created: int = 0
    open: int = 0
    iterations: int = 0
    counts: dict[State, int] = field(default_factory=dict[State, int])

    def add(self, run: TaskRun) -> None:
        """Count a child in its present state."""
        self.created += 1
        if run.iteration is not None and run.value is not None:
            self.iterations = max(self.iterations, run.iteration + 1)
        self._count(run.state, 1)

    def move(self, before: State, after: State) -> None:
        """Count a child in its new state."""
        self._count(before, -1)
        self._count(after, 1)

    def remove(self, run: TaskRun) -> None:
        """A child is no more."""
        self.created -= 1
        self._count(run.state, -1)

    def _count(self, state: State, step: int) -> None:
        self.counts[state] = self.counts.get(state, 0) + step
        if self.counts[state] == 0:
            del self.counts[state]
        if not state.terminal:
            self.open += step


@dataclass(slots=True)
class Frame:
    """An open scope: the flow, or a flow-control task run that is RUNNING."""

    groups: dict[Section, Group] = field(default_factory=lambda: {section: Group() for section in Section})

    @property
    def open(self) -> int:
        """How many children have not ended."""
        return sum(group.open for group in self.groups.values())


@dataclass(frozen=True, slots=True)
class Layout:
    """The task lists of a scope without disabled tasks, and which task stands in which list."""

    lists: Mapping[Section, tuple[Task, ...]]
    sections: Mapping[str, Section]


class Answer(NamedTuple):
    """The rendered value (a text of a text), or the message of what went wrong."""

    value: object
    error: str | None = None

    @property
    def text(self) -> str | None:
        """The rendered text; None when something went wrong."""
        return self.value if isinstance(self.value, str) else None


@dataclass(slots=True)
class Live:
    """The derived part of an execution.

    ``frames`` are the open scopes, ``open`` the task runs that have not ended, ``busy`` those of them that somebody
    works on now, ``paused`` those that are PAUSED, ``by_task`` the task runs of each task and value, ``children`` those of each scope, ``outputs`` what
    expressions read under ``outputs`` (nested by the values of loops), ``asking`` the unanswered question of a task run,
    ``timers`` its timers. What is not compared is a memory of what was computed or answered.
    """

    frames: dict[str, Frame] = field(default_factory=lambda: {FLOW: Frame()})
    open: dict[str, TaskRun] = field(default_factory=dict[str, TaskRun])
    busy: set[str] = field(default_factory=set[str])
    paused: set[str] = field(default_factory=set[str])
    by_task: dict[str, Latest] = field(default_factory=dict[str, Latest])
    children: dict[str, dict[str, TaskRun]] = field(default_factory=dict[str, "dict[str, TaskRun]"])
    outputs: dict[str, Any] = field(default_factory=dict[str, Any])
    asking: dict[str, str] = field(default_factory=dict[str, str])
    timers: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    scratch: dict[str, dict[str, Any]] = field(default_factory=dict[str, "dict[str, Any]"], compare=False)
    answers: dict[str, dict[str, Answer]] = field(default_factory=dict[str, "dict[str, Answer]"], compare=False)
    violated: set[str] = field(default_factory=set[str], compare=False)
    layouts: dict[str, Layout] = field(default_factory=dict[str, Layout], compare=False)
    templates: dict[str, Template] = field(default_factory=dict[str, "Template"], compare=False)


def of(execution: Execution, flow: Flow) -> Live:
    """The live part of an execution, derived from its rows when there is none yet."""
    if not isinstance(execution.live, Live):
        execution.live = restore(execution, flow)
    return execution.live


def restore(execution: Execution, flow: Flow) -> Live:
    """Derive the live part from the rows."""
    live = Live()
    for run in execution.task_runs.values():
        _restore_run(live, execution, flow, run)
    for request in execution.requests.values():
        live.asking[request.task_run_id or FLOW] = request.id
    for timer in execution.timers.values():
        live.timers.setdefault(timer.task_run_id or FLOW, set()).add(timer.id)
    return live


def _restore_run(live: Live, execution: Execution, flow: Flow, run: TaskRun) -> None:
    added(live, flow, run)
    began = run.state in _BEGAN and not isinstance(flow.task(run.task_id), RunnableTask)
    if began and isinstance(flow.task(run.task_id), FlowControl):
        live.frames[run.id] = Frame()
    if run.state.terminal or began:
        gave(live, execution, run)


def added(live: Live, flow: Flow, run: TaskRun) -> None:
    """There is a new task run."""
    latest = live.by_task.setdefault(run.task_id, {})
    same = latest.pop(run.value, {})
    same[run.id] = run
    latest[run.value] = same
    live.children.setdefault(run.parent_id or FLOW, {})[run.id] = run
    if not run.state.terminal:
        live.open[run.id] = run
    _note_busy(live, flow, run)
    group = _group(live, flow, run)
    if group is not None:
        group.add(run)


def moved(live: Live, flow: Flow, run: TaskRun, before: State) -> None:
    """A task run entered another state."""
    if run.state.terminal:
        live.open.pop(run.id, None)
        live.frames.pop(run.id, None)
        live.answers.pop(run.id, None)
        live.scratch.pop(run.id, None)
    _note_busy(live, flow, run)
    group = _group(live, flow, run)
    if group is not None:
        group.move(before, run.state)


def removed(live: Live, execution: Execution, flow: Flow, run: TaskRun) -> None:
    """A task run, whose children are no more and which had ended, is no more either."""
    _take(live.by_task, run.task_id, run.value, run.id)
    _take(live.children, run.parent_id or FLOW, run.id)
    _take(live.outputs, run.task_id, *values(execution, run))
    group = _group(live, flow, run)
    if group is not None:
        group.remove(run)


def latest(runs: Latest) -> TaskRun:
    """The latest task run of a task."""
    return last(next(reversed(runs.values())))


def last(runs: dict[str, TaskRun]) -> TaskRun:
    """The last of some task runs."""
    return next(reversed(runs.values()))


def _take(nested: dict[Any, Any], name: str | None, *inner: str | None) -> None:
    """Take out what is at a path of names, and the maps around it that become empty."""
    if name in nested:
        if inner:
            _take(nested[name], *inner)
        if not inner or not nested[name]:
            del nested[name]


def _note_busy(live: Live, flow: Flow, run: TaskRun) -> None:
    (live.paused.add if run.state is State.PAUSED else live.paused.discard)(run.id)
    works = run.state in _WORKING and not (
        run.state is State.RUNNING and isinstance(flow.task(run.task_id), FlowControl)
    )
    (live.busy.add if works else live.busy.discard)(run.id)


def gave(live: Live, execution: Execution, run: TaskRun) -> None:
    """A task run has outputs, or ended without.

    Kestra: ``outputs`` has a key for every flow-control task run that began and every other one that ran to its end,
    also when it gave nothing. In a loop there is one level
    for each value around it, outermost first.
    """
    if run.outputs is None and run.state is State.SKIPPED:
        return
    names = [run.task_id, *values(execution, run)]
    place = live.outputs
    for name in names[:-1]:
        place = place.setdefault(name, {})
    place[names[-1]] = {} if run.outputs is None else run.outputs


def values(execution: Execution, run: TaskRun) -> list[str]:
    """The values of the loops around a task run, outermost first, its own last."""
    found: list[str] = []
    step: TaskRun | None = run
    while step is not None:
        if step.value is not None:
            found.append(step.value)
        step = execution.task_runs.get(step.parent_id) if step.parent_id else None
    return found[::-1]


def section_of(live: Live, flow: Flow, run: TaskRun) -> Section:
    """In which list of its scope a task run's task stands."""
    parent = flow.parent(run.task_id)
    return layout(live, flow, parent).sections.get(run.task_id, Section.MAIN)


def layout(live: Live, flow: Flow, scope: Task | None) -> Layout:
    """The task lists of a scope (None: the flow)."""
    key = scope.id if scope is not None else FLOW
    if key not in live.layouts:
        live.layouts[key] = _layout(_lists(flow, scope))
    return live.layouts[key]


def _lists(flow: Flow, scope: Task | None) -> dict[Section, Sequence[Task]]:
    if scope is None:
        return {
            Section.MAIN: flow.tasks,
            Section.ERRORS: flow.errors,
            Section.FINALLY: flow.finally_,
            Section.AFTER: flow.after_execution,
        }
    control = cast("FlowControl", scope)
    return {Section.ERRORS: control.errors, Section.FINALLY: control.finally_, Section.ASIDE: control.aside()}


def _layout(lists: Mapping[Section, Sequence[Task]]) -> Layout:
    return Layout(
        {section: active(tasks) for section, tasks in lists.items()},
        {task.id: section for section, tasks in lists.items() for task in tasks},
    )


def _group(live: Live, flow: Flow, run: TaskRun) -> Group | None:
    """The group that counts a task run; None when its scope has ended."""
    frame = live.frames.get(run.parent_id or FLOW)
    return None if frame is None else frame.groups[section_of(live, flow, run)]
