import threading
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from pauta.blobs.store import Blobs
from pauta.engine.events import Event, TaskRunEnded, TaskRunStarted
from pauta.errors import CommandFailed, PautaError
from pauta.runtime.context import Surroundings
from pauta.runtime.logs import LogSink
from pauta.runtime.worker import Job, Worker
from pauta.sdk.context import TaskRunInfo
from pauta.sdk.properties import P
from pauta.sdk.states import Level, State
from pauta.sdk.tasks import Result, RunnableTask
from pauta.secrets.masking import Masker
from pauta.storage.logs import LogRow


class SetClock:
    def now(self) -> int:
        return 1


class Numbers:
    """Renders every template to 5."""

    def render(self, value: object, variables: Mapping[str, object] | None = None) -> object:
        del value, variables
        return "5"


class Texts:
    """Renders every template to a text that is no number."""

    def render(self, value: object, variables: Mapping[str, object] | None = None) -> object:
        del value, variables
        return "many"


class Delivered:
    def __init__(self) -> None:
        self.events: list[Event] = []
        self._ended = threading.Semaphore(0)
        self.started = threading.Event()

    def __call__(self, execution_id: str, event: Event) -> None:
        assert execution_id == "e"
        self.events.append(event)
        if isinstance(event, TaskRunEnded):
            self._ended.release()
        else:
            self.started.set()

    def end(self) -> TaskRunEnded:
        assert self._ended.acquire(timeout=10)
        last = self.events[-1]
        assert isinstance(last, TaskRunEnded)
        return last


class Counting(RunnableTask):
    count: P[int] = 1
    do: Any = None
    light: ClassVar[bool] = True

    def run(self, ctx: Any) -> Result | None:
        return self.do(self, ctx) if self.do else Result({"count": self.count})


@pytest.fixture
def sink() -> LogSink:
    return LogSink(SetClock())


@pytest.fixture
def delivered() -> Delivered:
    return Delivered()


@pytest.fixture
def worker(tmp_path: Path, sink: LogSink, delivered: Delivered) -> Worker:
    surroundings = Surroundings(Blobs(tmp_path), None, None, tmp_path, None, None)  # type: ignore[arg-type]
    made = Worker(surroundings=surroundings, sink=sink, worker_id="w", limit=2)
    made.serve(delivered)
    return made


def a_job(task_run_id: str = "t", rendering: Any = None, **properties: Any) -> Job:
    task = Counting(id="task", type="x", **properties)
    return Job(TaskRunInfo("n", "f", "e", "task", task_run_id), 3, task, rendering or Numbers(), Masker())


def logged(sink: LogSink) -> list[tuple[Level, str]]:
    return [(entry.level, entry.message) for entry in sink.take() if isinstance(entry, LogRow)]


def test_a_task_run_starts_and_ends(worker: Worker, delivered: Delivered):
    worker.submit(a_job())
    assert delivered.end() == TaskRunEnded("t", 3, State.SUCCESS, {"count": 1})
    assert delivered.events[0] == TaskRunStarted("t", 3, "w")


def test_expressions_are_rendered_and_converted_before_it_runs(worker: Worker, delivered: Delivered):
    worker.submit(a_job(count="{{ inputs.n }}"))
    assert delivered.end().outputs == {"count": 5}


def test_a_rendered_value_that_does_not_fit_fails_the_task_run(worker: Worker, delivered: Delivered, sink: LogSink):
    worker.submit(a_job(rendering=Texts(), count="{{ inputs.n }}"))
    assert delivered.end() == TaskRunEnded("t", 3, State.FAILED)
    ((level, message),) = logged(sink)
    assert level is Level.ERROR
    assert "'task'" in message
    assert "'many'" in message


def test_the_state_that_a_task_reports_is_its_result(worker: Worker, delivered: Delivered):
    worker.submit(a_job(do=lambda *_: Result({}, State.WARNING)))
    assert delivered.end() == TaskRunEnded("t", 3, State.WARNING)


def raising(error: Exception) -> Any:
    def do(*_: object) -> Result:
        raise error

    return do


def test_a_task_that_fails_says_why_and_keeps_its_outputs(worker: Worker, delivered: Delivered, sink: LogSink):
    worker.submit(a_job(do=raising(CommandFailed(7, {"exitCode": 7}))))
    assert delivered.end() == TaskRunEnded("t", 3, State.FAILED, {"exitCode": 7})
    assert logged(sink) == [(Level.ERROR, "Command failed with exit code 7")]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (PautaError("a sentence"), "a sentence"),
        (OSError(28, "No space left on device", "/tmp/x"), "there is no space left for /tmp/x: free some space"),
        (KeyError(), "KeyError"),
    ],
)
def test_errors_are_said_in_a_sentence(
    worker: Worker, delivered: Delivered, sink: LogSink, error: Exception, sentence: str
):
    worker.submit(a_job(do=raising(error)))
    assert delivered.end().state is State.FAILED
    assert logged(sink)[0] == (Level.ERROR, sentence)


def test_outputs_that_are_no_plain_data_fail_the_task_run(worker: Worker, delivered: Delivered, sink: LogSink):
    worker.submit(a_job(do=lambda *_: Result({"thing": object()})))
    assert delivered.end() == TaskRunEnded("t", 3, State.FAILED)
    assert "no plain data" in logged(sink)[0][1]


def until_stopped(_: Counting, ctx: Any) -> Result:
    stopped = threading.Event()
    with ctx.on_kill(stopped.set):
        stopped.wait(10)
    return Result({"so": "far"})


def test_a_killed_task_run_ends_killed(worker: Worker, delivered: Delivered):
    worker.submit(a_job(do=until_stopped))
    assert delivered.started.wait(10)
    worker.stop("t", 3)
    assert delivered.end() == TaskRunEnded("t", 3, State.KILLED, {"so": "far"})


def test_a_kill_of_another_attempt_changes_nothing(worker: Worker, delivered: Delivered):
    worker.submit(a_job(do=until_stopped))
    assert delivered.started.wait(10)
    worker.stop("t", 2)
    worker.stop("other", 3)
    worker.stop("t", 3)
    assert delivered.end().state is State.KILLED


def test_a_task_run_that_was_killed_before_its_turn_never_starts(worker: Worker, delivered: Delivered):
    for name in ("a", "b"):
        worker.submit(a_job(name, do=until_stopped))
    worker.submit(a_job("waiting"))
    worker.stop("waiting", 3)
    worker.stop("a", 3)
    worker.stop("b", 3)
    ends = {delivered.end().state for _ in range(3)}
    assert ends == {State.KILLED}
    assert "waiting" not in [each.task_run_id for each in delivered.events if isinstance(each, TaskRunStarted)]


def test_a_task_that_does_not_stop_is_not_waited_for(
    worker: Worker, delivered: Delivered, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("pauta.runtime.worker._GRACE", 0.01)
    leave = threading.Event()
    worker.submit(a_job(do=lambda *_: leave.wait(10) and None))
    assert delivered.started.wait(10)
    worker.stop("t", 3)
    assert delivered.end() == TaskRunEnded("t", 3, State.KILLED)
    leave.set()
    worker.stop_all()
    assert [each for each in delivered.events if isinstance(each, TaskRunEnded)] == delivered.events[1:]


def test_a_task_run_that_takes_too_long_fails(worker: Worker, delivered: Delivered, sink: LogSink):
    worker.submit(a_job(do=until_stopped, timeout=timedelta(seconds=0.01)))
    assert delivered.end() == TaskRunEnded("t", 3, State.FAILED, {"so": "far"})
    assert "timeout" in logged(sink)[0][1]


def test_the_end_of_the_worker_stops_what_runs(worker: Worker, delivered: Delivered):
    worker.submit(a_job(do=until_stopped))
    assert delivered.started.wait(10)
    worker.stop_all()
    assert delivered.end().state is State.KILLED


def test_a_light_task_runs_in_the_calling_thread(worker: Worker, delivered: Delivered):
    threads: list[int] = []
    events = worker.run_light(a_job(do=lambda *_: threads.append(threading.get_ident())))
    assert events == [(TaskRunStarted("t", 3, "w"), 1), (TaskRunEnded("t", 3, State.SUCCESS), 1)]
    assert threads == [threading.get_ident()]
    assert delivered.events == []


def test_lines_below_the_tasks_level_are_dropped(worker: Worker, sink: LogSink):
    worker.run_light(a_job(do=lambda _, ctx: ctx.log(Level.INFO, "x"), logLevel="WARN"))
    assert logged(sink) == []
