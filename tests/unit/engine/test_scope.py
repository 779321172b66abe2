from typing import Any

import pytest
from engine_kit import ID, Loop, flow

from pauta.clock import to_iso
from pauta.engine.execution import Change, TaskRun
from pauta.engine.scope import Variables
from pauta.errors import ExpressionError
from pauta.expression import compile as compile_template
from pauta.sdk.states import State

SEALED = {"type": "io.kestra.datatype:aes_encrypted", "value": "c2VjcmV0"}
HEAD = "labels: {team: core, a.b: c}\nvariables: {greeting: hello}\n"
TASKS = """\
  - {id: first, type: $debug.Return, format: "1"}
  - id: outer
    type: $flow.If
    condition: "true"
    then:
      - id: middle
        type: $flow.Sequential
        tasks:
          - {id: leaf, type: $debug.Return, format: "2"}
"""


@pytest.fixture
def loop() -> Loop:
    return Loop(flow(TASKS, HEAD), inputs={"name": "Ada", "password": SEALED, "deep": {"list": [SEALED, 1]}}).run()


def variables(loop: Loop, task: str | None = "leaf", **more: Any) -> Variables:
    return Variables(loop.execution, loop.flow, loop.runs[task] if task else None, **more)


def test_a_task_run_sees_what_it_belongs_to(loop: Loop):
    scope = variables(loop)
    assert scope.get("flow") == {"id": "flow", "namespace": "test", "revision": 1, "tenantId": "main"}
    assert scope.get("task") == {"id": "leaf", "type": "io.kestra.plugin.core.debug.Return"}
    run, parent = loop.runs["leaf"], loop.runs["middle"]
    assert scope.get("taskrun") == {
        "id": run.id,
        "startDate": to_iso(run.history[0].at),
        "attemptsCount": 1,
        "parentId": parent.id,
    }
    assert scope.get("execution") == {
        "id": ID,
        "state": "SUCCESS",
        "startDate": to_iso(1_000_000),
        "originalId": ID,
    }


def test_labels_are_nested_by_their_dots(loop: Loop):
    assert variables(loop).get("labels") == {"team": "core", "a": {"b": "c"}, "system": {"correlationId": ID}}


def test_a_label_beside_a_label_below_it_gives_way():
    loop = Loop(flow("  - {id: a, type: $log.Log, message: x}", "labels: {a: x, a.b: c}")).run()
    assert variables(loop, "a").get("labels")["a"] == {"b": "c"}


def test_variables_and_inputs_are_those_of_the_execution(loop: Loop):
    assert variables(loop).get("vars") == {"greeting": "hello"}
    assert variables(loop).get("inputs")["name"] == "Ada"


def test_parents_are_those_with_outputs_or_a_value(loop: Loop):
    scope = variables(loop)
    assert scope.get("parents") == [{"outputs": {"evaluationResult": True}}]
    assert scope.get("parent") == {"outputs": {"evaluationResult": True}}
    assert variables(loop, "first").get("parents") == []


@pytest.mark.parametrize("name", ["parent", "trigger", "nothing"])
def test_what_does_not_exist_is_a_missing_key(loop: Loop, name: str):
    with pytest.raises(KeyError):
        variables(loop, "first").get(name)


def test_the_execution_itself_has_no_task(loop: Loop):
    names = variables(loop, None).names()
    assert set(names) == {"flow", "execution", "inputs", "outputs", "tasks", "vars", "labels"}


def test_absent_inputs_and_variables_do_not_exist():
    loop = Loop(flow("  - {id: a, type: $log.Log, message: x}")).run()
    assert {"inputs", "vars", "trigger"}.isdisjoint(variables(loop, "a").names())


def test_the_variables_of_a_trigger_are_its_variables(loop: Loop):
    loop.execution.trigger = {"id": "t", "type": "x", "variables": {"date": "today"}}
    assert variables(loop).get("trigger") == {"date": "today"}


def test_extra_variables_win(loop: Loop):
    scope = variables(loop, extra={"workingDir": "/w", "vars": {"x": 1}})
    assert (scope.get("workingDir"), scope.get("vars")) == ("/w", {"x": 1})
    assert scope.names().count("vars") == 1


def test_functions_of_the_outside_are_called_with_their_arguments(loop: Loop):
    calls: list[Any] = []
    variables(loop, outside=lambda name, arguments: calls.append((name, arguments))).outside("kv", {"key": "k"})
    assert calls == [("kv", {"key": "k"})]
    with pytest.raises(ExpressionError, match=r"kv\(\) needs the outside"):
        variables(loop).outside("kv", {})


def test_encrypted_values_are_decrypted_where_they_are_read(loop: Loop):
    told: list[Any] = []

    def decrypt(value: Any) -> str:
        told.append(value)
        return "open"

    inputs: Any = variables(loop, decrypt=decrypt).get("inputs")
    assert (inputs["name"], told) == ("Ada", [])
    assert (inputs["password"], inputs["deep"]["list"]) == ("open", ["open", 1])
    assert told == [SEALED, SEALED]
    assert len(inputs) == 3
    assert "password" in inputs


def test_without_a_key_encrypted_values_stay_as_they_are(loop: Loop):
    inputs: Any = variables(loop).get("inputs")
    assert inputs["password"] == SEALED


def test_reading_one_output_computes_nothing_else(loop: Loop):
    read: set[str] = set()

    class Watched(dict[str, Any]):
        def __getitem__(self, name: str) -> Any:
            read.add(name)
            return super().__getitem__(name)

    live: Any = loop.execution.live
    live.outputs = Watched(live.outputs)
    text = compile_template("{{ outputs.first.value }}", loop.flow.dialect)
    assert text.render(variables(loop)) == "1"
    assert read == {"first"}


def test_a_task_run_sees_itself_as_created():
    loop = Loop(flow("  - {id: a, type: $log.Log, message: x}\n  - {id: b, type: $log.Log, message: x}"), held={"b"})
    loop.run()
    tasks: Any = variables(loop, "b").get("tasks")
    assert {name: state["state"] for name, state in tasks.items()} == {"a": "SUCCESS", "b": "CREATED"}


# loops: rows as a loop over two values around a loop over one makes them


def test_outputs_in_loops_are_nested_by_the_values_around_them(loop: Loop):
    add(loop, "first", value="x", outputs=None)
    for number, (outer, inner) in enumerate([("x", "1"), ("x", "2"), ("y", "1")]):
        around = add(loop, "outer", value=outer, outputs={})
        middle = add(loop, "middle", parent=around, outputs={})
        add(loop, "leaf", parent=middle, value=inner, outputs={"value": number})
    loop.execution.live = None
    scope = variables(loop)
    outputs: Any = scope.get("outputs")
    assert outputs["leaf"]["x"] == {"1": {"value": 0}, "2": {"value": 1}}
    assert outputs["leaf"]["y"]["1"]["value"] == 2
    assert scope.get("parents") == [{"taskrun": {"value": "y"}}]
    tasks: Any = scope.get("tasks")
    assert tasks["first"]["x"] == {"state": "SUCCESS"}
    assert (len(tasks["first"]), list(tasks["first"])) == (1, ["x"])


def add(loop: Loop, task: str, *, outputs: Any, parent: TaskRun | None = None, value: str | None = None) -> TaskRun:
    """One more row."""
    runs = loop.execution.task_runs
    number = len(runs)
    run = TaskRun(
        f"run{number}",
        ID,
        number,
        task,
        [Change(State.CREATED, 1), Change(State.RUNNING, 2), Change(State.SUCCESS, 3)],
        parent_id=parent.id if parent else None,
        value=value,
        outputs=outputs,
    )
    runs[run.id] = run
    return run
