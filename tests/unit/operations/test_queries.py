from pathlib import Path

import pytest

from pauta.blobs.store import Blobs
from pauta.engine.execution import Change, Execution, TaskRun
from pauta.errors import NotFound
from pauta.operations.queries import Filter, Queries
from pauta.sdk.states import Level, State
from pauta.storage import executions, flows, logs, metrics, task_runs
from pauta.storage.connection import Database
from pauta.storage.logs import LogRow, Wanted
from pauta.storage.metrics import MetricRow
from pauta.storage.migrate import migrate
from pauta.storage.spill import Spill

FILES = {"one": ["kestra:///a/b/x"], "gone": "kestra:///a/b/gone", "odd": "kestra:///../../x", "number": 1}


class SetClock:
    def now(self) -> int:
        return 5


@pytest.fixture
def queries(tmp_path: Path):
    database, blobs = Database(tmp_path / "pauta.db"), Blobs(tmp_path / "files")
    migrate(database, 1)
    spill = Spill(blobs)
    with database.transaction() as session:
        flows.save(session, "a.b", "f", "id: f\n", 1)
        for identity, namespace, state in (("e1", "a.b", State.SUCCESS), ("e2", "c", State.FAILED)):
            execution = Execution(identity, namespace, "f", 1, [Change(State.CREATED, 1), Change(state, 2)])
            execution.outputs = FILES if identity == "e2" else None
            executions.insert(session, execution)
        run = TaskRun("t", "e1", 0, "task", [Change(State.SUCCESS, 2)], outputs={"x": 1})
        task_runs.save(session, [task_runs.row_of(execution, run, spill)])
        logs.append(session, [LogRow("e1", 1, "t", 0, 1, "task", Level.INFO.severity, "hello")])
        metrics.append(session, [MetricRow("e1", "t", 0, 1, "task", 1, "m", "counter", 1, "{}")])
    yield Queries(database=database, blobs=blobs, spill=spill, clock=SetClock())
    database.close()


def test_executions_are_listed_newest_first(queries: Queries):
    assert [each["id"] for each in queries.executions(Filter())] == ["e2", "e1"]
    assert [each["id"] for each in queries.executions(Filter(), before="e2")] == ["e1"]
    assert [each["id"] for each in queries.executions(Filter(), limit=1)] == ["e2"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(namespace="a"), ["e1"]),
        (Filter(flow_id="f"), ["e2", "e1"]),
        (Filter(state=State.FAILED), ["e2"]),
        (Filter(namespace="a", state=State.FAILED), []),
    ],
)
def test_executions_are_filtered(queries: Queries, wanted: Filter, found: list[str]):
    assert [each["id"] for each in queries.executions(wanted)] == found


def test_an_execution_is_shown_with_its_task_runs(queries: Queries):
    document = queries.execution("e1")
    assert document["state"]["current"] == "SUCCESS"
    assert document["taskRunList"][0]["outputs"] == {"x": 1}


def test_logs_and_metrics_are_shown(queries: Queries):
    assert [each["message"] for each in queries.logs("e1")] == ["hello"]
    assert list(queries.logs("e1", Wanted(Level.WARN))) == []
    assert [each["name"] for each in queries.metrics("e1")] == ["m"]


def test_what_is_not_there_is_not_found(queries: Queries):
    for ask in (queries.execution, queries.logs, queries.metrics):
        with pytest.raises(NotFound, match="there is no execution 'x'"):
            ask("x")


def test_last_is_the_newest_execution(queries: Queries, tmp_path: Path):
    assert queries.resolve("last") == "e2"
    assert queries.resolve("e1") == "e1"
    empty = Database(tmp_path / "empty.db")
    migrate(empty, 1)
    with pytest.raises(NotFound):
        Queries(database=empty, blobs=Blobs(tmp_path), spill=Spill(Blobs(tmp_path)), clock=SetClock()).resolve("last")
    empty.close()


def test_flows_are_listed_with_their_sources(queries: Queries):
    assert [(each["id"], each["source"]) for each in queries.flows()] == [("f", "id: f\n")]


def test_the_whole_result_has_the_places_of_files_that_exist(queries: Queries, tmp_path: Path):
    file = tmp_path / "files" / "a" / "b" / "x"
    file.parent.mkdir(parents=True)
    file.write_text("x")
    result = queries.result("e2", logs=True)
    assert result["files"] == {"kestra:///a/b/x": str(file.resolve())}
    assert (result["execution"]["id"], result["logs"], result["metrics"]) == ("e2", [], [])
    assert "logs" not in queries.result("e2")
