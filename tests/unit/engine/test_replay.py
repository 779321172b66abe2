"""What a replay keeps, and what it does again."""

import pytest
from engine_kit import ID, Loop, flow

from pauta import ids
from pauta.engine import again
from pauta.engine.events import ExecutionCreated
from pauta.errors import NotFound
from pauta.sdk.states import State

LEAF = "type: $debug.Return, format: '{{ taskrun.value ?? 1 }}'"


def replayed(tasks: str, task: str, value: str | None = None) -> dict[str, int]:
    """How many attempts each task run has after a replay from a task, by task and value."""
    loop = Loop(flow(tasks)).run()
    (run,) = [run for run in loop.execution.task_runs.values() if (run.task_id, run.value) == (task, value)]
    loop.execution = again.replayed(loop.execution, loop.flow, ids.derived(ID, 1 << 50), loop.now, run.id)
    loop.happen(ExecutionCreated())
    assert loop.go_on().state is State.SUCCESS
    return {f"{run.task_id} {run.value or ''}".strip(): len(run.attempts) for run in loop.execution.task_runs.values()}


def test_in_a_graph_what_depends_on_a_task_is_done_again_and_nothing_else():
    tasks = f"""
  - id: dag
    type: $flow.Dag
    tasks:
      - task: {{id: first, {LEAF}}}
      - task: {{id: left, {LEAF}}}
        dependsOn: [first]
      - task: {{id: right, {LEAF}}}
        dependsOn: [first]
      - task: {{id: last, {LEAF}}}
        dependsOn: [left, right]"""
    attempts = replayed(tasks, "left")
    assert attempts == {"dag": 2, "first": 1, "left": 2, "right": 1, "last": 1}


@pytest.mark.parametrize(("limit", "kept"), [(1, 1), (0, 3), (2, 3)])
def test_in_a_loop_other_values_are_kept_unless_they_come_after_one_another(limit: int, kept: int):
    tasks = f"""
  - id: each
    type: $flow.ForEach
    values: ["a", "b", "c"]
    concurrencyLimit: {limit}
    tasks:
      - {{id: leaf, {LEAF}}}"""
    loop = Loop(flow(tasks)).run()
    (run,) = [run for run in loop.execution.task_runs.values() if run.value == "a"]
    new = again.replayed(loop.execution, loop.flow, ids.derived(ID, 1 << 50), loop.now, run.id)
    assert len([run for run in new.task_runs.values() if run.value]) == kept
    assert replayed(tasks, "leaf", "a")["leaf a"] == 2


def test_tasks_for_all_values_at_the_same_time_do_not_come_after_one_another():
    tasks = f"""
  - id: each
    type: $flow.EachParallel
    value: ["a", "b"]
    tasks:
      - {{id: leaf, {LEAF}}}"""
    assert replayed(tasks, "leaf", "a") == {"each": 2, "leaf a": 2, "leaf b": 1}


def test_flow_control_that_is_replayed_does_all_its_tasks_again():
    tasks = f"""
  - id: outer
    type: $flow.Sequential
    tasks:
      - {{id: one, {LEAF}}}
      - {{id: two, {LEAF}}}
  - {{id: after, {LEAF}}}"""
    assert replayed(tasks, "outer") == {"outer": 2, "one": 1, "two": 1, "after": 1}


def test_a_task_run_that_does_not_exist_cannot_be_replayed():
    loop = Loop(flow(f"  - {{id: one, {LEAF}}}")).run()
    with pytest.raises(NotFound):
        again.replayed(loop.execution, loop.flow, ids.derived(ID, 1 << 50), loop.now, "nothing")
