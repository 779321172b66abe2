import re

import pytest

from pauta.engine.execution import Change
from pauta.engine.state import ATTEMPT, EXECUTION, MACHINES, TASK_RUN, IllegalMove, Machine
from pauta.sdk.states import State

LEGAL = {
    "execution": {
        ("CREATED", "RUNNING"),
        ("CREATED", "KILLING"),
        ("CREATED", "SUCCESS"),
        ("CREATED", "FAILED"),
        ("RUNNING", "SUCCESS"),
        ("RUNNING", "WARNING"),
        ("RUNNING", "FAILED"),
        ("RUNNING", "CANCELLED"),
        ("RUNNING", "KILLING"),
        ("KILLING", "KILLED"),
        ("SUCCESS", "FAILED"),
        ("WARNING", "FAILED"),
    },
    "task run": {
        ("CREATED", "SUBMITTED"),
        ("CREATED", "RUNNING"),
        ("CREATED", "SKIPPED"),
        ("CREATED", "FAILED"),
        ("CREATED", "KILLED"),
        ("SUBMITTED", "RUNNING"),
        ("SUBMITTED", "FAILED"),
        ("SUBMITTED", "KILLED"),
        ("SUBMITTED", "CANCELLED"),
        ("RUNNING", "SUBMITTED"),
        ("RUNNING", "SUCCESS"),
        ("RUNNING", "WARNING"),
        ("RUNNING", "FAILED"),
        ("RUNNING", "CANCELLED"),
        ("RUNNING", "KILLED"),
    },
    "attempt": {
        ("CREATED", "RUNNING"),
        ("CREATED", "SKIPPED"),
        ("RUNNING", "SUCCESS"),
        ("RUNNING", "WARNING"),
        ("RUNNING", "FAILED"),
        ("RUNNING", "CANCELLED"),
        ("RUNNING", "KILLED"),
        ("RUNNING", "RESUBMITTED"),
    },
}
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
def test_nothing_leads_out_of_a_terminal_state_but_failed_outputs(machine: Machine):
    ways_out = {(before, after) for _, before, after in PAIRS if before.terminal and machine.allows(before, after)}
    allowed = {(State.SUCCESS, State.FAILED), (State.WARNING, State.FAILED)} if machine is EXECUTION else set()
    assert ways_out == allowed


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
