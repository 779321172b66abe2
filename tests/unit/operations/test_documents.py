import pytest

from pauta.engine.execution import Attempt, Change, Execution, TaskRun
from pauta.operations import documents
from pauta.sdk.states import Level, State
from pauta.storage.flows import FlowRow
from pauta.storage.logs import LogRow
from pauta.storage.metrics import MetricRow

SECOND = 1_000_000


def an_execution(**fields: object) -> Execution:
    history = [Change(State.CREATED, 0), Change(State.RUNNING, SECOND)]
    return Execution("e", "n", "f", 3, history, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("microseconds", "text"),
    [
        (0, "PT0S"),
        (1_234_000, "PT1.234S"),
        (125_000_000, "PT2M5S"),
        (3_600_000_000, "PT1H"),
        (3_600_000_001, "PT1H0.000001S"),
        (-5, "PT0S"),
    ],
)
def test_durations_are_iso_texts(microseconds: int, text: str):
    assert documents.duration(microseconds) == text


def test_the_state_of_what_runs_has_no_end():
    assert documents.state([Change(State.CREATED, 0), Change(State.RUNNING, 1)], 2 * SECOND) == {
        "current": "RUNNING",
        "duration": "PT2S",
        "startDate": "1970-01-01T00:00:00.000000Z",
        "histories": [
            {"state": "CREATED", "date": "1970-01-01T00:00:00.000000Z"},
            {"state": "RUNNING", "date": "1970-01-01T00:00:00.000001Z"},
        ],
    }


def test_the_state_of_what_has_ended_has_its_duration():
    state = documents.state([Change(State.CREATED, 0), Change(State.SUCCESS, SECOND)], 9 * SECOND)
    assert (state["duration"], state["endDate"]) == ("PT1S", "1970-01-01T00:00:01.000000Z")


def test_an_execution_has_kestras_shape():
    run = TaskRun(
        "t",
        "e",
        0,
        "task",
        [Change(State.CREATED, 0), Change(State.SUCCESS, SECOND)],
        parent_id="p",
        value="v",
        iteration=1,
        attempts=[Attempt([Change(State.SUCCESS, SECOND)], "w")],
        outputs={"a": 1},
    )
    document = documents.execution(
        an_execution(labels=(("k", "v"),), inputs={"i": 1}, outputs={"o": 2}, variables={"x": 3}), [run], SECOND
    )
    assert {name: value for name, value in document.items() if name not in {"state", "taskRunList"}} == {
        "id": "e",
        "namespace": "n",
        "flowId": "f",
        "flowRevision": 3,
        "originalId": "e",
        "deleted": False,
        "labels": [{"key": "k", "value": "v"}],
        "inputs": {"i": 1},
        "outputs": {"o": 2},
        "variables": {"x": 3},
        "metadata": {"attemptNumber": 1, "originalCreatedDate": "1970-01-01T00:00:00.000000Z"},
    }
    (task_run,) = document["taskRunList"]
    assert {name: value for name, value in task_run.items() if name not in {"state", "attempts"}} == {
        "id": "t",
        "executionId": "e",
        "namespace": "n",
        "flowId": "f",
        "taskId": "task",
        "parentTaskRunId": "p",
        "value": "v",
        "iteration": 1,
        "outputs": {"a": 1},
    }
    assert task_run["attempts"][0]["workerId"] == "w"


def test_outputs_of_an_execution_are_absent_or_what_they_are():
    assert "outputs" not in documents.execution(an_execution(), [], 0)
    assert documents.execution(an_execution(outputs={}), [], 0)["outputs"] == {}


def test_a_log_line_has_kestras_shape():
    row = LogRow("e", SECOND, "t", 1, 2, "task", Level.WARN.severity, "m")
    assert documents.log_line(an_execution(), row) == {
        "namespace": "n",
        "flowId": "f",
        "taskId": "task",
        "executionId": "e",
        "taskRunId": "t",
        "attemptNumber": 1,
        "timestamp": "1970-01-01T00:00:01.000000Z",
        "at": SECOND,
        "level": "WARN",
        "message": "m",
    }


def test_a_log_line_of_the_execution_names_no_task_run():
    line = documents.log_line(an_execution(), LogRow("e", 1, "", 0, 2, None, 2, "m"))
    assert not {"taskId", "taskRunId", "attemptNumber"} & set(line)


def test_a_metric_has_kestras_shape():
    row = MetricRow("e", "t", 0, 1, "task", 0, "rows", "counter", 2.0, '{"a":"b"}')
    assert documents.metric(an_execution(), row) == {
        "namespace": "n",
        "flowId": "f",
        "taskId": "task",
        "executionId": "e",
        "taskRunId": "t",
        "type": "counter",
        "name": "rows",
        "value": 2.0,
        "timestamp": "1970-01-01T00:00:00.000000Z",
        "tags": {"a": "b"},
    }


def test_a_stored_flow_shows_its_source():
    assert documents.flow(FlowRow("n", "f", 2, "id: f\n", 0))["source"] == "id: f\n"
