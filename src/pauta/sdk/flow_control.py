"""Flow control: tasks that schedule other tasks, and nothing else.

A flow-control task is asked two things. ``start``: what are your outputs (children can read them)? ``next``: which
children come now? It is asked again whenever one of its children ended. It looks at a ``ScopeView``, and answers with
one decision. The engine does the rest: it makes the task runs, runs ``errors`` and ``finally`` in their turn, finds the
final state, and ends what has to end.

Both methods are pure and cheap: an answer depends on the task and on the view alone, and never walks over the
children (the view counts them; ``view.created`` is the cursor). After a crash the view is made anew from the stored
task runs, and the same question gets the same answer.

What the kinds of flow control make of this:

- in sequence: the task at ``view.created`` when nothing is open (``in_sequence``);
- in parallel: as many as the limit leaves room for (``in_parallel``);
- a branch: ``start`` asks for the rendered condition and keeps the choice in the outputs, ``next`` goes through it;
- a loop: children carry a ``value`` and an ``iteration``; ``view.iterations`` counts those that began, ``view.ended``
  tells which lane goes on;
- a graph: ``view.state_of`` tells how a child stands;
- a pause: ``next`` holds it (``Hold``) until somebody resumes it or its time is over;
- doing the same again: ``next`` repeats it (``Repeat``) after a while, without the children that there were.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol

from pydantic import Field

from pauta.sdk.durations import read_duration
from pauta.sdk.states import State
from pauta.sdk.tasks import AnyTask, Task

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


class Child(NamedTuple):
    """A child as flow control sees it. ``state`` is its present one."""

    task_id: str
    state: State
    value: str | None = None
    iteration: int | None = None


class ScopeView(Protocol):
    """What a flow-control task may look at: its own task run, and its children but those of ``errors`` and ``finally``.

    Every look costs the same, however many children there are.
    """

    @property
    def outputs(self) -> Mapping[str, object]:
        """What it gave when it started; empty before."""
        ...

    @property
    def memory(self) -> Mapping[str, object]:
        """What it wanted to remember when it started (see ``Begin``); empty before."""
        ...

    @property
    def scratch(self) -> dict[str, Any]:
        """Room for what it derived from all this, to stay fast. Empty again after a crash: it can be derived anew."""
        ...

    @property
    def created(self) -> int:
        """How many children were created so far (and are still there, after ``Repeat``)."""
        ...

    @property
    def holds(self) -> int:
        """How many times it was held (see ``Hold``) since it began."""
        ...

    @property
    def age(self) -> timedelta:
        """How long ago it was created, or restarted."""
        ...

    @property
    def open(self) -> int:
        """How many of them have not ended."""
        ...

    @property
    def iterations(self) -> int:
        """How many iterations have begun."""
        ...

    @property
    def ended(self) -> Child | None:
        """The child whose end is the reason for the question, if it is one."""
        ...

    def count(self, state: State) -> int:
        """How many children are in a state."""
        ...

    def state_of(self, task_id: str) -> State | None:
        """The present state of the last child with this task; None when there is none."""
        ...

    def answer(self, name: str) -> str | None:
        """The text that was rendered for a question (see ``Ask``); None when it was not asked yet."""
        ...

    def value(self, name: str) -> object:
        """What was rendered for a question whose template is a list or a map; None when it was not asked yet."""
        ...


@dataclass(frozen=True, slots=True)
class Ask:
    """Render this template in the variables of the task run, then ask me again: ``view.answer(name)`` has the text.

    The template may be a list or a map: then every text in it is rendered, and ``view.value(name)`` has the whole.

    When it cannot be rendered, the task run fails. Answers are kept under their names until the task run ends, but not
    over a crash: then ask again. ``view.ended`` is not told a second time: ask before you need it.
    """

    name: str
    template: object


@dataclass(frozen=True, slots=True)
class Do:
    """Have a worker call ``phase`` with this name, then ask me again: ``view.value(name)`` has what it gave.

    When it raises, the task run fails.
    """

    name: str


@dataclass(frozen=True, slots=True)
class Begin:
    """It starts, with these outputs: the answer of ``start``. ``memory`` is kept for ``view.memory``, as plain data."""

    outputs: Mapping[str, object] | None = None
    memory: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Fail:
    """It cannot go on: FAILED, with this sentence in its log."""

    message: str


class Run(NamedTuple):
    """A child to create: its task, and in a loop the value and the iteration it is for."""

    task: Task
    value: str | None = None
    iteration: int | None = None


@dataclass(frozen=True, slots=True)
class Create:
    """Create these children now; ``next`` is asked again only when one of the children has ended."""

    children: Sequence[Run]


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing new until a child ends."""


@dataclass(frozen=True, slots=True)
class Finish:
    """No child comes any more: it ends when all are done, in the state that follows from theirs, or in ``state``.

    ``at_once``: without running its ``finally``. ``warning``: a sentence for its log.
    """

    at_once: bool = False
    state: State | None = None
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """It is PAUSED until somebody resumes it, or until ``after`` is over; then ``next`` is asked again.

    ``then``: the state in which it ends when ``after`` is over (None: it goes on). ``limit``: after this time it fails.
    ``aside``: these tasks run at the same time, not as its children; their end makes no difference.
    """

    after: timedelta | None = None
    then: State | None = None
    limit: timedelta | None = None
    aside: Sequence[Task] = ()


@dataclass(frozen=True, slots=True)
class Give:
    """It gets new outputs; then it is asked again."""

    outputs: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Repeat:
    """It is PAUSED for a while; then it has no children any more, and ``next`` is asked again."""

    after: timedelta


Start = Ask | Begin | Fail
Next = Ask | Do | Create | Wait | Finish | Fail | Hold
Judgement = Ask | Do | Finish | Fail | Give | Repeat

WAIT, FINISH, BEGIN = Wait(), Finish(), Begin()


class FlowControl(Task):
    """A task that schedules its children."""

    keeps_going: ClassVar[bool] = False
    """Whether children are still created after one of them failed. ``errors`` start at once all the same."""
    softens: ClassVar[bool] = True
    """Whether ``allowFailure`` and ``allowWarning`` mean something to it."""

    errors: tuple[AnyTask, ...] = ()
    """Run when a child failed."""
    finally_: tuple[AnyTask, ...] = Field(default=(), alias="finally")
    """Run at last, whatever happened."""

    def start(self, view: ScopeView) -> Start:
        """Its outputs, asked when it starts."""
        del view
        return BEGIN

    def next(self, view: ScopeView) -> Next:
        """Which children come now."""
        raise NotImplementedError

    shares_directory: ClassVar[bool] = False
    """Whether its children work in one directory, which is also that of its phases."""

    def phase(self, name: str, ctx: RunContext) -> object:
        """Do something outside, in a worker; gives plain data. See ``Do``. Raises PautaError."""
        raise NotImplementedError

    def judge(self, view: ScopeView) -> Judgement:
        """Whether it is over, asked when all its lists are done: ``Repeat`` says that it is not."""
        del view
        return FINISH

    def follows(self, child: Child, other: Child) -> bool:
        """Whether a child that was created after another one came because of it: a replay of that one takes it away."""
        del child, other
        return True

    def iteration(self, view: ScopeView) -> int | None:
        """The number of the present iteration of a task that is repeated: its children get it."""
        del view
        return None

    def aside(self) -> Sequence[Task]:
        """All tasks that it may name in ``Hold.aside``."""
        return ()

    def final_state(self, state: State) -> State:
        """Its final state, from the one that follows from its children's."""
        return state


def active(tasks: Sequence[Task] | None) -> tuple[Task, ...]:
    """Those that are not disabled."""
    return tuple(task for task in tasks or () if not task.disabled)


def in_sequence(tasks: Sequence[Task], view: ScopeView) -> Next:
    """One after the other. ``tasks`` are those that are not disabled."""
    if view.open:
        return WAIT
    if view.created < len(tasks):
        return Create((Run(tasks[view.created]),))
    return FINISH


def number(view: ScopeView, name: str, written: object) -> int | Ask | Fail:
    """A whole number that stands in the flow or is rendered."""
    if isinstance(written, int):
        return written
    rendered = view.answer(name)
    if rendered is None:
        return Ask(name, str(written))
    try:
        return int(rendered.strip() or "0")
    except ValueError:
        return Fail(f"'{name}' must be a whole number, not '{rendered}'")


def duration(view: ScopeView, name: str, written: object) -> timedelta | Ask | Fail | None:
    """A duration that stands in the flow or is rendered; None when there is none."""
    if written is None or isinstance(written, timedelta):
        return written
    rendered = view.answer(name)
    if rendered is None:
        return Ask(name, str(written))
    try:
        return read_duration(rendered.strip()) if rendered.strip() else None
    except ValueError as error:
        return Fail(f"'{name}': {error}")


def in_parallel(tasks: Sequence[Task], limit: int, view: ScopeView) -> Next:
    """Up to ``limit`` at the same time (0: all). ``tasks`` are those that are not disabled."""
    first = view.created
    if first >= len(tasks):
        return FINISH
    room = limit - view.open if limit > 0 else len(tasks)
    return Create([Run(task) for task in tasks[first : first + room]]) if room > 0 else WAIT
