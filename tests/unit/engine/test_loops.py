"""Loops over values and repeated tasks: what the published engine does not tell, or tells differently every time."""

import pytest
from engine_kit import CORE, Loop, flow

from pauta.sdk.states import State


def each(more: str, leaf: str = "type: $debug.Return, format: '{{ taskrun.value }}'") -> str:
    return flow(f"  - id: each\n    type: $flow.ForEach\n    {more}\n    tasks:\n      - {{id: leaf, {leaf}}}")


def test_a_repeated_task_in_a_loop_keeps_the_number_of_its_loop():
    tasks = """
  - id: each
    type: $flow.ForEach
    values: ["a", "b"]
    tasks:
      - id: again
        type: $flow.LoopUntil
        condition: "{{ outputs.again[taskrun.value].iterationCount > 2 }}"
        checkFrequency: {interval: PT1S, maxIterations: 5}
        tasks:
          - {id: leaf, type: $debug.Return, format: "{{ parent.taskrun.value }} {{ taskrun.iteration }}"}"""
    loop = Loop(flow(tasks)).run()
    assert loop.state is State.SUCCESS
    runs = [run for run in loop.execution.task_runs.values() if run.task_id == "again"]
    assert [(run.value, run.iteration) for run in runs] == [("a", 0), ("b", 1)]
    leaves = [run.outputs for run in loop.execution.task_runs.values() if run.task_id == "leaf"]
    assert leaves == [{"value": "a 1"}, {"value": "b 1"}]


def test_a_repeated_task_ends_when_its_time_is_over():
    tasks = """
  - id: again
    type: $flow.LoopUntil
    condition: "false"
    checkFrequency: {interval: PT2S, maxDuration: PT5S}
    tasks:
      - {id: leaf, type: $log.Log, message: x}"""
    loop = Loop(flow(tasks)).run()
    assert loop.state is State.SUCCESS
    assert [change.state for change in loop.runs["again"].history].count(State.PAUSED) == 3
    assert loop.logs[-1][0] == "WARN"


@pytest.mark.parametrize(
    ("limit", "written"),
    [("interval", "soon"), ("maxIterations", "many"), ("maxDuration", "long")],
)
def test_a_limit_of_a_repeated_task_that_cannot_be_read_fails_it(limit: str, written: str):
    tasks = f"""
  - id: again
    type: $flow.LoopUntil
    condition: "false"
    checkFrequency: {{{limit}: "{{{{ '{written}' }}}}"}}
    tasks:
      - {{id: leaf, type: $log.Log, message: x}}"""
    loop = Loop(flow(tasks)).run()
    assert loop.states["again"] == "FAILED"
    assert any(level == "ERROR" and limit in message for level, _, message in loop.logs)


def test_the_values_of_a_loop_are_asked_of_the_outside():
    loop = Loop(each("values: \"{{ kv('list') }}\""), answer=lambda _: '["x", "y"]').run()
    assert [run.value for run in loop.execution.task_runs.values()] == [None, "x", "y"]


def test_a_list_of_values_is_asked_of_the_outside_as_a_whole():
    loop = Loop(
        each('values: ["{{ kv(\'a\') }}", "b"]'), answer=lambda template: template.replace("{{ kv('a') }}", "A")
    )
    assert [run.value for run in loop.run().execution.task_runs.values()] == [None, "A", "b"]


def test_the_values_of_a_loop_are_not_looked_for_again_after_a_crash():
    given = iter(['["x", "y"]', '["z"]'])
    loop = Loop(each("values: \"{{ kv('list') }}\""), answer=lambda _: next(given), held={"leaf"})
    loop.run()
    loop.crash()
    assert loop.execution.task_runs[loop.runs["each"].id].memory == {"values": ["x", "y"]}


@pytest.mark.parametrize("values", ['"{}"', '"1"', "'null'"])
def test_values_that_are_no_list_fail_the_loop(values: str):
    loop = Loop(each(f"values: {values}")).run()
    assert loop.states == {"each": "FAILED"}


@pytest.mark.parametrize("limit", [0, 1, 2])
def test_a_loop_over_many_values_runs_each_once(limit: int):
    values = str([f"v{number}" for number in range(50)]).replace("'", '"')
    loop = Loop(each(f"concurrencyLimit: {limit}\n    values: '{values}'")).run()
    assert [run.iteration for run in loop.execution.task_runs.values()][1:] == [*range(50)]


def test_a_pause_with_a_behaviour_that_does_not_exist_fails():
    loop = Loop(flow(f"  - {{id: wait, type: {CORE}flow.Pause, behavior: \"{{{{ 'SLEEP' }}}}\"}}")).run()
    assert loop.states == {"wait": "FAILED"}
