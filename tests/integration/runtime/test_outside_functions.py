from pathlib import Path

import pytest
from runtime_kit import Runtime

RETURN = "type: io.kestra.plugin.core.debug.Return"
FOR_EACH = "type: io.kestra.plugin.core.flow.ForEach"
IF = "type: io.kestra.plugin.core.flow.If"


@pytest.fixture
def runtime(tmp_path: Path):
    with Runtime(tmp_path) as running:
        yield running


def values(document: dict) -> list[str]:
    return [run["outputs"]["value"] for run in document["taskRunList"] if "value" in (run.get("outputs") or {})]


def test_flow_control_asks_the_key_value_store(runtime: Runtime):
    runtime.key_values.of("test", "test").set("on", value=True)
    document = runtime.run(f"{IF}, condition: \"{{{{ kv('on') }}}}\", then: [{{id: good, {RETURN}, format: 'yes'}}]")
    assert values(document) == ["yes"]


def test_the_output_of_the_same_iteration_is_found(runtime: Runtime):
    one = f"{{id: one, {RETURN}, format: 'one-{{{{ taskrun.value }}}}'}}"
    two = f"{{id: two, {RETURN}, format: '{{{{ currentEachOutput(outputs.one).value }}}}'}}"
    document = runtime.run(f"{FOR_EACH}, values: [a, b], tasks: [{one}, {two}]")
    found = {(run["taskId"], run.get("value")): run.get("outputs") for run in document["taskRunList"]}
    assert found["two", "a"] == {"value": "one-a"}
    assert found["two", "b"] == {"value": "one-b"}


def test_the_errors_before_are_seen_by_the_tasks_after(runtime: Runtime):
    failing = "type: io.example.Break, message: no luck, allowFailure: true"
    document = runtime.run(failing, f"{RETURN}, format: \"{{{{ errorLogs() | jq('.[].message') | first }}}}\"")
    assert values(document) == ["no luck"]
