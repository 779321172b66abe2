from pathlib import Path
from typing import Any

import pytest
from runtime_kit import Runtime

from pauta.errors import NotFound

GIVE, SAY = "type: io.example.Give", "type: io.example.Say"
CORE = "type: io.kestra.plugin.core"
PURGE = f'{CORE}.execution.PurgeExecutions, namespace: test, endDate: "2999-01-01T00:00:00Z"'
WRITE = f"{CORE}.storage.Write, content: x"


@pytest.fixture
def runtime(tmp_path: Path):
    with Runtime(tmp_path) as running:
        yield running


def outputs(document: dict[str, Any]) -> dict[str, Any]:
    return document["taskRunList"][-1]["outputs"]


def test_executions_that_are_over_are_removed_with_all_that_was_kept(runtime: Runtime, tmp_path: Path):
    old = runtime.run(WRITE, f"{SAY}, message: hello", f"{CORE}.debug.Return, format: hello")
    purging = runtime.run(PURGE)
    assert outputs(purging) == {"executionsCount": 1, "logsCount": 2, "metricsCount": 1, "storagesCount": 1}
    with pytest.raises(NotFound):
        runtime.queries.execution(old["id"])
    assert list(Path(tmp_path / "files").rglob(f"*{old['id']}*/**/*.tmp")) == []
    assert runtime.queries.execution(purging["id"])["state"]["current"] == "SUCCESS"


def test_what_must_stay_of_executions_stays(runtime: Runtime):
    old = runtime.run(WRITE, f"{SAY}, message: hello")
    kept = "purgeExecution: false, purgeLog: false, purgeMetric: false, purgeStorage: false"
    assert set(outputs(runtime.run(f"{PURGE}, {kept}")).values()) == {0}
    assert set(outputs(runtime.run(f"{PURGE}, states: [FAILED]")).values()) == {0}
    assert set(outputs(runtime.run(f'{PURGE}, startDate: "2998-01-01T00:00:00Z"')).values()) == {0}
    assert runtime.messages(old["id"]) == ["hello"]


def test_many_executions_are_removed_in_batches(runtime: Runtime):
    for _ in range(5):
        runtime.run(GIVE)
    assert outputs(runtime.run(f"{PURGE}, batchSize: 2"))["executionsCount"] == 5


def test_log_lines_are_removed_by_level(runtime: Runtime):
    log = f"{CORE}.log.Log"
    old = runtime.run(f"{log}, message: one", f"{log}, message: two, level: WARN")
    purge = f'{CORE}.log.PurgeLogs, endDate: "2999-01-01T00:00:00Z"'
    assert outputs(runtime.run(f"{purge}, namespace: other")) == {"count": 0}
    assert outputs(runtime.run(f"{purge}, logLevels: [INFO], executionId: {old['id']}")) == {"count": 1}
    assert runtime.messages(old["id"]) == ["two"]
    assert outputs(runtime.run(f"{purge}, flowId: flow")) == {"count": 1}
    assert runtime.messages(old["id"]) == []


def test_the_files_of_the_present_execution_are_removed(runtime: Runtime):
    document = runtime.run(WRITE, f"{CORE}.storage.PurgeCurrentExecutionFiles")
    assert outputs(document) == {"uris": [document["taskRunList"][0]["outputs"]["uri"]]}


def test_a_state_of_a_loop_has_a_key_of_its_own(runtime: Runtime):
    document = runtime.run(
        f"{CORE}.flow.ForEach, values: [a, b], tasks: [{{id: set, {CORE}.state.Set, data: {{v: 1}}}}]"
    )
    keys = [run["outputs"]["key"] for run in document["taskRunList"] if run["taskId"] == "set"]
    assert keys[0] == "flow_states_tasks-states_default_897859f6655555855a890e51483ab5e6"
    assert len(set(keys)) == 2
