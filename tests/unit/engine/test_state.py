import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pauta.engine.execution import Change
from pauta.engine.state import ATTEMPT, EXECUTION, MACHINES, TASK_RUN, IllegalMove, Machine, document
from pauta.sdk.states import State

DOCUMENT = Path(__file__).parents[3] / "docs" / "states.md"


def moves(text: str) -> Iterator[tuple[str, str]]:
    for line in text.split("\n"):
        before, _, following = line.strip().partition(": ")
        yield from ((before, after) for after in following.split())


TABLES = {
    "execution": """
        CREATED: RUNNING KILLING QUEUED SUCCESS FAILED CANCELLED
        QUEUED: RUNNING KILLING FAILED CANCELLED
        RUNNING: PAUSED RETRYING SUCCESS WARNING FAILED CANCELLED KILLING KILLED RETRIED
        PAUSED: RUNNING RESTARTED KILLING FAILED CANCELLED
        RETRYING: RUNNING PAUSED KILLING
        RESTARTED: RUNNING QUEUED KILLING SUCCESS FAILED CANCELLED
        KILLING: KILLED
        SUCCESS: FAILED RESTARTED
        WARNING: FAILED RESTARTED
        FAILED: RETRYING RETRIED RESTARTED
        CANCELLED: RESTARTED
    """,
    "task run": """
        CREATED: SUBMITTED RUNNING SKIPPED FAILED KILLED CANCELLED
        SUBMITTED: RUNNING FAILED KILLED CANCELLED WARNING
        RUNNING: SUBMITTED PAUSED SUCCESS WARNING FAILED CANCELLED KILLED RETRIED
        PAUSED: RUNNING RESTARTED SUCCESS WARNING FAILED CANCELLED KILLED
        RETRYING: CREATED FAILED CANCELLED KILLED
        RESTARTED: SUBMITTED RUNNING SKIPPED FAILED KILLED CANCELLED
        SUCCESS: RESTARTED RUNNING
        WARNING: RESTARTED RUNNING
        FAILED: RETRYING RETRIED RESTARTED RUNNING WARNING SUCCESS
        CANCELLED: RESTARTED RUNNING
        SKIPPED: RESTARTED
    """,
    "attempt": """
        CREATED: RUNNING SKIPPED
        RUNNING: SUCCESS WARNING FAILED CANCELLED KILLED RESUBMITTED RETRIED
        FAILED: WARNING SUCCESS
    """,
}
LEGAL = {name: set(moves(text)) for name, text in TABLES.items()}
PAIRS = [(machine, before, after) for machine in MACHINES for before in State for after in State]


@pytest.mark.parametrize(("machine", "before", "after"), PAIRS, ids=lambda each: getattr(each, "name", each))
def test_a_move_happens_only_when_the_table_has_it(machine: Machine, before: State, after: State):
    history = [Change(before, 5)]
    if (before, after) in LEGAL[machine.name]:
        machine.enter(history, after, 7)
        assert history == [(before, 5), (after, 7)]
    else:
        with pytest.raises(IllegalMove, match=rf"{machine.name}: {after} cannot follow {before}"):
            machine.enter(history, after, 7)
        assert history == [(before, 5)]


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_out_of_a_terminal_state_leads_only_what_is_asked_for(machine: Machine):
    """Failed outputs, another attempt, and what restart, replay and change of state do."""
    after = {after for _, before, after in PAIRS if before.terminal and machine.allows(before, after)}
    asked = {State.RESTARTED, State.RETRYING, State.RETRIED}
    softened = {State.RUNNING, State.WARNING, State.SUCCESS}
    assert after <= asked | ({State.FAILED} if machine is EXECUTION else softened)
    assert not any(machine.allows(State.KILLED, each) for each in State)


def test_the_diagrams_in_the_documentation_are_those_of_the_tables():
    assert DOCUMENT.read_text("utf-8") == document()


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_every_state_of_a_table_can_be_reached_and_left_or_is_terminal(machine: Machine):
    reached, new = {State.CREATED}, {State.CREATED}
    while new:
        new = {after for before in new for after in State if machine.allows(before, after)} - reached
        reached |= new
    assert set(machine.moves) <= reached
    assert {state for state in reached if state not in machine.moves} == {
        state for state in reached if state.terminal and state not in machine.moves
    }


def test_time_never_goes_back_in_a_history():
    history = [Change(State.CREATED, 10)]
    TASK_RUN.enter(history, State.RUNNING, 9)
    assert history[-1] == (State.RUNNING, 10)


def test_the_diagram_shows_every_move():
    lines = ATTEMPT.diagram().splitlines()
    assert lines[:2] == ["stateDiagram-v2", "    [*] --> CREATED"]
    moves = {tuple(match) for line in lines for match in re.findall(r"^    (\w+) --> (\w+)$", line)}
    assert moves == LEGAL["attempt"]
    assert "    RESUBMITTED --> [*]" in lines
