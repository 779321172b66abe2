"""The states of executions, task runs and attempts, and the moves between them.

Theory of operation
===================

Three things have a state, and each is a *history*: a list of ``(state, instant)`` that only grows. The present state is
the last entry. An execution is CREATED when it is accepted, a task run when its turn has come, an attempt when a worker
(or, for a flow-control task, the engine itself) begins it.

A move that is not in the table of its machine cannot happen: ``Machine.enter`` refuses it and leaves the history as it
is. Everything that changes a state goes through ``enter``, so the tables below are all there is to know about which
state can follow which. What makes a move happen is decided elsewhere (``decide.py``).

Three things are worth knowing:

- *Terminal is terminal*, with one exception: an execution that ended well becomes FAILED when its outputs cannot be
  rendered (Kestra: both entries stay in the history). Nothing else leads out of a terminal state, so a late result, a
  second kill or a message that arrives twice cannot bring anything back to life.
- A task run whose attempt was lost goes back from RUNNING to SUBMITTED, and that attempt ends RESUBMITTED.
- Flow-control tasks skip SUBMITTED: they run in the engine. A skipped task run goes from CREATED to SKIPPED, one whose
  ``runIf`` cannot be evaluated from CREATED to FAILED.

Time never goes back within a history: an instant that lies before the last entry counts as that entry's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pauta.engine.execution import Change
from pauta.sdk.states import State

_Moves = Mapping[State, frozenset[State]]


class IllegalMove(Exception):
    """A state was to be entered that cannot follow the present one: a mistake in the engine."""

    def __init__(self, machine: str, before: State, after: State) -> None:
        super().__init__(f"{machine}: {after} cannot follow {before}")


@dataclass(frozen=True, slots=True)
class Machine:
    """A table of legal moves. Every history begins with ``CREATED``."""

    name: str
    moves: _Moves

    def allows(self, before: State, after: State) -> bool:
        """Whether one state can follow another."""
        return after in self.moves.get(before, frozenset())

    def enter(self, history: list[Change], state: State, at: int) -> None:
        """Append a state to a history. Raises IllegalMove, and leaves the history alone, when it cannot follow."""
        last = history[-1]
        if not self.allows(last.state, state):
            raise IllegalMove(self.name, last.state, state)
        history.append(Change(state, max(at, last.at)))

    def diagram(self) -> str:
        """The table as a Mermaid state diagram."""
        return "\n".join(("stateDiagram-v2", *self._lines())) + "\n"

    def _lines(self) -> Iterator[str]:
        yield f"    [*] --> {State.CREATED}"
        for before, following in self.moves.items():
            yield from (f"    {before} --> {after}" for after in sorted(following))
        ends = {after for following in self.moves.values() for after in following if after.terminal}
        yield from (f"    {state} --> [*]" for state in sorted(ends))


def _moves(**table: str) -> _Moves:
    """A table from texts: the states that can follow each state."""
    return {State(before): frozenset(map(State, after.split())) for before, after in table.items()}


EXECUTION = Machine(
    "execution",
    _moves(
        CREATED="RUNNING KILLING SUCCESS FAILED",
        RUNNING="SUCCESS WARNING FAILED CANCELLED KILLING",
        KILLING="KILLED",
        SUCCESS="FAILED",
        WARNING="FAILED",
    ),
)
"""CREATED leads to SUCCESS at once when the flow has nothing to run."""

TASK_RUN = Machine(
    "task run",
    _moves(
        CREATED="SUBMITTED RUNNING SKIPPED FAILED KILLED",
        SUBMITTED="RUNNING FAILED KILLED CANCELLED",
        RUNNING="SUBMITTED SUCCESS WARNING FAILED CANCELLED KILLED",
    ),
)

ATTEMPT = Machine(
    "attempt",
    _moves(
        CREATED="RUNNING SKIPPED",
        RUNNING="SUCCESS WARNING FAILED CANCELLED KILLED RESUBMITTED",
    ),
)

MACHINES = (EXECUTION, TASK_RUN, ATTEMPT)
