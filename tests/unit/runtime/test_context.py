from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pauta.blobs.store import Blobs
from pauta.errors import NotFound, PathRefused, StorageFailed
from pauta.runtime.context import Stop, Surroundings, TaskRunContext
from pauta.runtime.logs import LogSink, TaskLog
from pauta.sdk.context import Metric, Request, TaskRunInfo
from pauta.sdk.states import Level, MetricKind
from pauta.secrets.masking import Masker

RUN = TaskRunInfo("company.team", "my_flow", "E", "my_task", "T", 1)


class SetClock:
    def now(self) -> int:
        return 1


class Upper:
    def render(self, value: object, variables: Mapping[str, object] | None = None) -> object:
        return f"{value} {dict(variables or {})}".upper()


class Recorder:
    def __init__(self) -> None:
        self.calls: list[Any] = []

    def send(self, request: Request) -> Any:
        self.calls.append(request)
        return "response"

    def choose(self, declared: Any, execution_id: str, warn: Any) -> Any:
        self.calls.append((declared, execution_id))
        warn("no containers")
        return "runner"


@pytest.fixture
def sink() -> LogSink:
    return LogSink(SetClock())


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def stop() -> Stop:
    return Stop()


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "files")


@pytest.fixture
def context(tmp_path: Path, sink: LogSink, recorder: Recorder, stop: Stop, blobs: Blobs) -> TaskRunContext:
    surroundings = Surroundings(blobs, recorder, recorder, tmp_path / "temporary", recorder, recorder)
    return TaskRunContext(
        RUN, rendering=Upper(), log=TaskLog(sink, RUN, Masker()), stop=stop, surroundings=surroundings
    )


def test_the_working_directory_is_made_at_its_first_use_and_removed(context: TaskRunContext, tmp_path: Path):
    assert not (tmp_path / "temporary").exists()
    folder = context.working_dir
    assert folder.is_dir()
    assert folder.stat().st_mode & 0o077 == 0
    assert context.working_dir == folder
    (folder / "sub").mkdir()
    (folder / "sub" / "file").write_text("x")
    context.close()
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_working_directory_that_cannot_be_made_is_said_in_a_sentence(context: TaskRunContext, tmp_path: Path):
    (tmp_path / "temporary").write_text("a file")
    with pytest.raises(StorageFailed, match=r"the working directory .* cannot be made"):
        _ = context.working_dir


def test_expressions_are_rendered_with_added_variables(context: TaskRunContext):
    assert context.render("a", {"b": 1}) == "A {'B': 1}"


def test_files_are_kept_under_the_task_run(context: TaskRunContext, tmp_path: Path):
    (tmp_path / "x").write_bytes(b"123")
    uri = context.put_file(tmp_path / "x", "my file.txt")
    assert uri == "kestra:///company/team/my-flow/executions/E/tasks/my-task/T/my+file.txt"
    streamed = context.put_stream([b"a", b"bc"], "s")
    assert streamed == ("kestra:///company/team/my-flow/executions/E/tasks/my-task/T/s", 3)
    with context.open_file(uri) as file:
        assert file.read() == b"123"


def test_files_of_the_namespace_can_be_read(context: TaskRunContext, blobs: Blobs):
    blobs.put("company/team/_files/sql/a.sql", b"select 1")
    blobs.put("other/_files/b", b"other")
    assert list(context.namespace_files("company.team")) == ["sql/a.sql"]
    with context.open_file("nsfile:///sql/a.sql") as file:
        assert file.read() == b"select 1"
    with context.open_file("nsfile://other/b") as file:
        assert file.read() == b"other"
    with pytest.raises(NotFound):
        context.open_namespace_file("company.team", "missing")
    with pytest.raises(PathRefused):
        context.open_namespace_file("company.team", "../x")


def test_the_files_of_the_execution_are_listed_and_deleted(context: TaskRunContext):
    uri = context.put_file(b"x", "x.txt")
    assert list(context.execution_files()) == [uri]
    assert context.delete_file(uri) is True
    assert context.delete_file(uri) is False
    assert list(context.execution_files()) == []
    with pytest.raises(PathRefused):
        context.delete_file("kestra:///other/file")


def test_namespace_files_are_kept_and_deleted(context: TaskRunContext):
    assert context.put_namespace_file("n", "dir/a b.txt", b"x") == "kestra:///n/_files/dir/a+b.txt"
    assert list(context.namespace_files("n")) == ["dir/a+b.txt"]
    assert context.delete_namespace_file("n", "dir/a+b.txt") is True
    assert context.delete_namespace_file("n", "dir/a+b.txt") is False


def test_files_of_another_namespace_are_refused(context: TaskRunContext, blobs: Blobs):
    blobs.put("other/f/executions/E/x", b"")
    blobs.put("company/teammates/f/executions/E/x", b"")
    for uri in ("kestra:///other/f/executions/E/x", "kestra:///company/teammates/f/executions/E/x"):
        with pytest.raises(PathRefused, match="does not belong to the namespace"):
            context.open_file(uri)


@pytest.mark.parametrize(
    "uri", ["file:///etc/passwd", "/etc/passwd", "kestra:///company/team/../../x", "nsfile:///../x"]
)
def test_what_is_no_file_of_the_storage_is_refused(context: TaskRunContext, uri: str):
    with pytest.raises(PathRefused):
        context.open_file(uri)


def test_logs_and_metrics_reach_the_sink(context: TaskRunContext, sink: LogSink):
    context.log(Level.INFO, "hello")
    context.metric(Metric("m", MetricKind.GAUGE, 1))
    assert [(entry.task_run_id, entry.attempt) for entry in sink.take()] == [("T", 1), ("T", 1)]


def test_requests_and_runners_are_left_to_the_surroundings(context: TaskRunContext, recorder: Recorder, sink: LogSink):
    request = Request("GET", "https://example.org")
    assert context.http(request) == "response"
    assert context.runner(None) == "runner"
    assert recorder.calls == [request, (None, "E")]
    assert [entry.message for entry in sink.take() if hasattr(entry, "message")] == ["no containers"]


def test_a_kill_calls_back_inside_the_block_only(context: TaskRunContext, stop: Stop):
    calls: list[str] = []
    with context.on_kill(lambda: calls.append("outer")), context.on_kill(lambda: calls.append("inner")):
        stop.ask("killed")
        stop.ask("again")
    assert calls == ["outer", "inner"]
    assert stop.reason == "killed"


def test_a_kill_that_came_earlier_calls_back_at_once(context: TaskRunContext, stop: Stop):
    calls: list[str] = []
    stop.ask("killed")
    with context.on_kill(lambda: calls.append("late")):
        assert calls == ["late"]


def test_after_the_block_nobody_is_called_back(context: TaskRunContext, stop: Stop):
    calls: list[str] = []
    with context.on_kill(lambda: calls.append("x")):
        pass
    stop.ask("killed")
    assert calls == []
