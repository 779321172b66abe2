"""The states of executions, task runs and attempts, and the moves between them.

Theory of operation
===================

Three things have a state, and each is a *history*: a list of ``(state, instant)`` that only grows. The present state is
the last entry. An execution is CREATED when it is accepted, a task run when its turn has come, an attempt when a worker
(or, for a flow-control task, the engine itself) begins it.

A move that is not in the table of its machine cannot happen: ``Machine.enter`` refuses it and leaves the history as it
is. Everything that changes a state goes through ``enter``, so the tables below are all there is to know about which
state can follow which. What makes a move happen is decided elsewhere (``decide.py``).

Worth knowing:

- *Terminal is terminal* for everything that arrives by itself: a late result, a second kill or a message that comes twice
  cannot bring anything back to life. What leads out of a terminal state is asked for: restart, replay and change of
  state (RESTARTED, and RUNNING for the flow control around), never out of KILLED. Two entries are made in passing, by the
  same event (Kestra shows both in the history): FAILED before RETRYING or RETRIED, or before WARNING or SUCCESS when the
  failure of another execution is softened; SUCCESS or WARNING before FAILED when outputs cannot be rendered.
- What is held by a pause is PAUSED; it goes on by way of RESTARTED (the execution) or RUNNING (the task run).
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
        CREATED="RUNNING KILLING QUEUED SUCCESS FAILED CANCELLED",
        QUEUED="RUNNING KILLING FAILED CANCELLED",
        RUNNING="PAUSED RETRYING SUCCESS WARNING FAILED CANCELLED KILLING KILLED RETRIED",
        PAUSED="RUNNING RESTARTED KILLING FAILED CANCELLED",
        RETRYING="RUNNING PAUSED KILLING",
        RESTARTED="RUNNING QUEUED KILLING SUCCESS FAILED CANCELLED",
        KILLING="KILLED",
        SUCCESS="FAILED RESTARTED",
        WARNING="FAILED RESTARTED",
        FAILED="RETRYING RETRIED RESTARTED",
        CANCELLED="RESTARTED",
    ),
)
"""CREATED leads to SUCCESS at once when the flow has nothing to run."""

TASK_RUN = Machine(
    "task run",
    _moves(
        CREATED="SUBMITTED RUNNING SKIPPED FAILED KILLED CANCELLED",
        SUBMITTED="RUNNING WARNING FAILED KILLED CANCELLED",
        RUNNING="SUBMITTED PAUSED SUCCESS WARNING FAILED CANCELLED KILLED RETRIED",
        PAUSED="RUNNING RESTARTED SUCCESS WARNING FAILED CANCELLED KILLED",
        RETRYING="CREATED FAILED CANCELLED KILLED",
        RESTARTED="SUBMITTED RUNNING SKIPPED FAILED KILLED CANCELLED",
        SUCCESS="RESTARTED RUNNING",
        WARNING="RESTARTED RUNNING",
        FAILED="RETRYING RETRIED RESTARTED RUNNING WARNING SUCCESS",
        CANCELLED="RESTARTED RUNNING",
        SKIPPED="RESTARTED",
    ),
)
"""Flow control around a task run that is restarted goes from its end back to RUNNING."""

ATTEMPT = Machine(
    "attempt",
    _moves(
        CREATED="RUNNING SKIPPED",
        RUNNING="SUCCESS WARNING FAILED CANCELLED KILLED RESUBMITTED RETRIED",
        FAILED="WARNING SUCCESS",
    ),
)

MACHINES = (EXECUTION, TASK_RUN, ATTEMPT)


def document() -> str:
    """The page of the documentation that shows the tables."""
    head = "# States\n\nWhich state can follow which. This page is made from the tables that the engine goes by.\n"
    parts = (f"\n## {machine.name.capitalize()}\n\n```mermaid\n{machine.diagram()}```\n" for machine in MACHINES)
    return "".join((head, *parts))
