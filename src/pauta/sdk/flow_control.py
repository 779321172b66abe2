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
- a graph: ``view.state_of`` tells how a child stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Protocol

from pydantic import Field

from pauta.sdk.states import State
from pauta.sdk.tasks import AnyTask, Task


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
    def created(self) -> int:
        """How many children were created so far."""
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


@dataclass(frozen=True, slots=True)
class Ask:
    """Render this template in the variables of the task run, then ask me again: ``view.answer(name)`` has the text.

    When it cannot be rendered, the task run fails. Answers are kept under their names until the task run ends, but not
    over a crash: then ask again. ``view.ended`` is not told a second time: ask before you need it.
    """

    name: str
    template: str


@dataclass(frozen=True, slots=True)
class Begin:
    """It starts, with these outputs: the answer of ``start``."""

    outputs: Mapping[str, object] | None = None


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
    """No child comes any more: it ends when all are done, in the state that follows from theirs.

    ``at_once``: without running its ``finally``.
    """

    at_once: bool = False


Start = Ask | Begin | Fail
Next = Ask | Create | Wait | Finish | Fail

WAIT, FINISH, BEGIN = Wait(), Finish(), Begin()


class FlowControl(Task):
    """A task that schedules its children."""

    keeps_going: ClassVar[bool] = False
    """Whether children are still created after one of them failed. ``errors`` start at once all the same."""

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


def in_parallel(tasks: Sequence[Task], limit: int, view: ScopeView) -> Next:
    """Up to ``limit`` at the same time (0: all). ``tasks`` are those that are not disabled."""
    first = view.created
    if first >= len(tasks):
        return FINISH
    room = limit - view.open if limit > 0 else len(tasks)
    return Create([Run(task) for task in tasks[first : first + room]]) if room > 0 else WAIT
