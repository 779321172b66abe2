import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from runtime_kit import Runtime

from pauta.errors import DataInUse, StorageFailed
from pauta.operations.queries import Filter
from pauta.runtime.listeners import ExecutionChanged, LogWritten, TaskRunChanged
from pauta.storage import shards, task_runs

SAY, GIVE, WAIT = "type: io.example.Say", "type: io.example.Give", "type: io.example.Wait"
APPEND, BREAK = "type: io.example.Append", "type: io.example.Break"
EVERYTHING = Filter()
HERE = str(Path(__file__).parent)


@pytest.fixture
def runtime(tmp_path: Path):
    with Runtime(tmp_path) as running:
        yield running


def states(document: dict[str, Any]) -> list[str]:
    return [document["state"]["current"], *(run["state"]["current"] for run in document["taskRunList"])]


def test_light_tasks_run_one_after_the_other(runtime: Runtime):
    document = runtime.run(f"{GIVE}, value: one", f"{SAY}, message: two")
    assert states(document) == ["SUCCESS", "SUCCESS", "SUCCESS"]
    assert document["taskRunList"][0]["outputs"] == {"value": "one"}
    assert runtime.messages(document["id"]) == ["two"]


def test_a_heavy_task_runs_between_light_ones(runtime: Runtime, tmp_path: Path):
    document = runtime.run(SAY, f"{APPEND}, file: {tmp_path / 'out'}, line: hello", SAY)
    assert states(document) == ["SUCCESS"] * 4
    assert (tmp_path / "out").read_text() == "hello\n"


def test_listeners_hear_everything_in_its_order(runtime: Runtime):
    document = runtime.run(f"{SAY}, message: hello")
    told = [
        (type(each).__name__, getattr(getattr(each, "task_run", each), "state", None))
        for each in runtime.heard
        if isinstance(each, ExecutionChanged | LogWritten | TaskRunChanged)
    ]
    names = [name for name, _ in told]
    assert names.index("LogWritten") > told.index(("TaskRunChanged", "RUNNING"))
    assert names.index("LogWritten") < told.index(("TaskRunChanged", "SUCCESS"))
    assert runtime.heard[-1] == ExecutionChanged(document["id"], "SUCCESS", runtime.heard[-1].at, settled=True)


def test_a_failed_task_says_its_sentence_and_keeps_its_outputs(runtime: Runtime):
    document = runtime.run(f"{BREAK}, message: no luck", SAY)
    assert states(document) == ["FAILED", "FAILED"]
    assert document["taskRunList"][0]["outputs"] == {"before": 1}
    assert runtime.messages(document["id"]) == ["no luck"]


def test_what_nobody_foresaw_fails_the_task_and_leaves_its_traceback_at_debug(runtime: Runtime, tmp_path: Path):
    document = runtime.run(BREAK)
    assert states(document) == ["FAILED", "FAILED"]
    error, trace = runtime.queries.logs(document["id"])
    assert (error["level"], error["message"]) == ("ERROR", "ZeroDivisionError: division by zero")
    assert (trace["level"], "Traceback" in trace["message"]) == ("DEBUG", True)
    assert list((tmp_path / "temporary").iterdir()) == []


def test_large_outputs_are_kept_in_files_and_read_back(runtime: Runtime, tmp_path: Path):
    document = runtime.run(f"{BREAK}, size: 100000")
    assert document["taskRunList"][0]["outputs"] == {"text": "x" * 100_000}
    assert len(list((tmp_path / "files").rglob("outputs-*.json"))) == 1


def test_a_running_task_is_killed(runtime: Runtime):
    running = runtime.when_running()
    execution_id = runtime.begin(WAIT, SAY)
    assert running.wait(10)
    runtime.executor.kill(execution_id)
    assert states(runtime.end_of(execution_id)) == ["KILLED", "KILLED"]


def test_a_kill_from_another_process_arrives(runtime: Runtime, tmp_path: Path):
    running = runtime.when_running()
    execution_id = runtime.begin(WAIT)
    assert running.wait(10)
    with program(tmp_path, f"runtime.executions.kill({execution_id!r})") as other:
        other.communicate(timeout=30)
    assert states(runtime.end_of(execution_id)) == ["KILLED", "KILLED"]


def test_a_task_that_takes_longer_than_its_timeout_fails(runtime: Runtime):
    document = runtime.run(f"{WAIT}, timeout: PT0.05S")
    assert states(document) == ["FAILED", "FAILED"]
    assert "timeout" in runtime.messages(document["id"])[0]


def test_ten_thousand_tasks_run_in_one_execution(runtime: Runtime):
    document = runtime.run(*[f"{GIVE}, value: x"] * 10_000)
    assert document["state"]["current"] == "SUCCESS"
    assert len(document["taskRunList"]) == 10_000


def test_many_executions_run_at_the_same_time(runtime: Runtime, tmp_path: Path):
    flow = [f"{APPEND}, file: {tmp_path / 'out'}", SAY]
    ids = [runtime.begin(*flow) for _ in range(50)]
    assert {states(runtime.end_of(each))[0] for each in ids} == {"SUCCESS"}
    assert (tmp_path / "out").read_text() == "x\n" * 50


def test_an_execution_that_the_engine_cannot_decide_fails_alone(runtime: Runtime, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as patched:
        patched.setattr("pauta.runtime.executor.decide", lambda *_: 1 // 0)
        broken = runtime.run(SAY)
    assert states(broken) == ["FAILED"]
    assert runtime.messages(broken["id"])[0] == (
        "the execution cannot go on: ZeroDivisionError: integer division or modulo by zero"
    )
    assert states(runtime.run(SAY)) == ["SUCCESS", "SUCCESS"]


def test_an_execution_that_cannot_be_loaded_fails_alone(runtime: Runtime):
    flow = runtime.flows.deploy("id: gone\nnamespace: test\ntasks:\n  - {id: a, type: io.example.Say}\n")
    with runtime.database.transaction() as session:
        session.run("UPDATE flows SET source = '{' WHERE id = 'gone'")
    runtime.flows._parsed.clear()
    broken = runtime.end_of(runtime.executions.start(flow, {}))
    assert states(broken) == ["FAILED"]
    assert "cannot be loaded" in runtime.messages(broken["id"])[0]
    assert states(runtime.run(SAY)) == ["SUCCESS", "SUCCESS"]


def test_an_owner_that_was_replaced_writes_nothing_more(runtime: Runtime):
    with runtime.database.transaction() as session:
        shards.take(session, 0, "another")
    execution_id = runtime.begin(SAY)
    with pytest.raises(DataInUse, match="taken over"):
        runtime.executor.wait(execution_id, 10)
    assert states(runtime.queries.execution(execution_id)) == ["CREATED"]


def test_a_full_disk_is_said_in_a_sentence(tmp_path: Path):
    with Runtime(tmp_path, max_pages=110) as runtime:
        execution_id = runtime.begin(*[f"{GIVE}, value: {'x' * 3000}"] * 60)
        with pytest.raises(StorageFailed, match="no space left for the database"):
            runtime.executor.wait(execution_id, 10)


def program(folder: Path, code: str) -> subprocess.Popen[str]:
    """Another process with a runtime on the same data."""
    whole = (
        f"import sys; sys.path.insert(0, {HERE!r})\n"
        "from pathlib import Path\nfrom runtime_kit import Runtime\n"
        f"with Runtime(Path({str(folder)!r})) as runtime:\n    {code}\n"
    )
    return subprocess.Popen([sys.executable, "-c", whole], stdout=subprocess.PIPE, text=True)


def await_lines(file: Path, count: int) -> list[str]:
    """The lines of a file that another process writes, as soon as there are so many."""
    end = time.monotonic() + 30
    while not file.exists() or len(file.read_text().splitlines()) < count:
        assert time.monotonic() < end, f"{file} does not get {count} lines"
        time.sleep(0.01)
    return file.read_text().splitlines()


def test_a_killed_process_is_continued_by_the_next_one(tmp_path: Path):
    begun, out = tmp_path / "begun", tmp_path / "out"
    flow = [f"{APPEND}, file: {out}, line: one", f"{WAIT}, begun: {begun}", f"{APPEND}, file: {out}, line: two"]
    with program(tmp_path, f"print(runtime.run(*{flow!r}))") as other:
        await_lines(begun, 1)
        other.kill()
    with Runtime(tmp_path) as runtime:
        first, second = await_lines(begun, 2)
        assert first == second
        assert out.read_text() == "one\n"
        (open_,) = runtime.queries.executions(EVERYTHING)
        assert open_["state"]["current"] == "RUNNING"
        runtime.executor.kill(open_["id"])
        assert runtime.end_of(open_["id"])["state"]["current"] == "KILLED"


def test_two_processes_work_on_the_same_data_at_the_same_time(tmp_path: Path):
    begun = tmp_path / "begun"
    waiting = f"{WAIT}, begun: {begun}, timeout: PT1S"
    with program(tmp_path, f"print(runtime.run({waiting!r})['state']['current'])") as other:
        await_lines(begun, 1)
        with Runtime(tmp_path) as runtime:
            assert states(runtime.run(f"{APPEND}, file: {tmp_path / 'out'}", SAY)) == ["SUCCESS"] * 3
            assert len(runtime.queries.executions(EVERYTHING)) == 2
            assert runtime.ownership.taken == (1,)
        assert other.communicate(timeout=30)[0].strip() == "FAILED"


def test_an_execution_whose_row_cannot_be_stored_fails_alone(runtime: Runtime, monkeypatch: pytest.MonkeyPatch):
    original = task_runs.row_of

    def poisoned(execution: Any, run: Any, spill: Any) -> Any:
        row = original(execution, run, spill)
        return (*row[:6], 2**70, *row[7:]) if execution.id == broken else row

    running = runtime.when_running()
    healthy = runtime.begin(WAIT)
    assert running.wait(10)
    running = runtime.when_running()
    broken = runtime.begin(WAIT)
    assert running.wait(10)
    monkeypatch.setattr(task_runs, "row_of", poisoned)
    runtime.executor.kill(broken)
    assert states(runtime.end_of(broken))[0] == "FAILED"
    assert "cannot be stored" in runtime.messages(broken)[0]
    runtime.executor.kill(healthy)
    assert states(runtime.end_of(healthy)) == ["KILLED", "KILLED"]
