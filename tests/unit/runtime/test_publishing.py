from pauta.engine.effects import Decision
from pauta.engine.execution import Change, Execution, TaskRun
from pauta.runtime.listeners import ExecutionChanged, Listeners, LogWritten, MetricReported, Notice, TaskRunChanged
from pauta.runtime.publishing import Publisher
from pauta.sdk.context import Metric
from pauta.sdk.states import Level, MetricKind, State
from pauta.storage.logs import LogRow
from pauta.storage.metrics import MetricRow


def an_execution(*history: Change) -> Execution:
    return Execution("e", "n", "f", 1, list(history or (Change(State.RUNNING, 1),)))


def a_run(*history: Change) -> TaskRun:
    return TaskRun("t", "e", 0, "task", list(history))


def a_line(at: int, task_run_id: str = "t") -> LogRow:
    return LogRow("e", at, task_run_id, 0, 1, "task", Level.INFO.severity, f"at {at}")


def listening() -> tuple[Publisher, list[Notice]]:
    listeners, heard = Listeners(), list[Notice]()
    listeners.subscribe(heard.append)
    return Publisher(listeners), heard


def test_what_happened_is_told_in_its_order():
    publisher, heard = listening()
    run = a_run(Change(State.RUNNING, 2))
    publisher.decided(an_execution(), Decision(execution=True, task_runs={"t": run}))
    run.history.append(Change(State.SUCCESS, 4))
    publisher.decided(an_execution(), Decision(task_runs={"t": run}))
    publisher.publish([a_line(3)])
    assert heard[0] == ExecutionChanged("e", State.RUNNING, 1)
    assert heard[2] == LogWritten("e", 3, Level.INFO, "task", "t", "at 3")
    assert [each.task_run.state for each in heard if isinstance(each, TaskRunChanged)] == [State.RUNNING, State.SUCCESS]


def test_nothing_is_told_before_the_commit():
    publisher, heard = listening()
    publisher.decided(an_execution(), Decision(execution=True))
    assert heard == []


def test_a_line_of_a_task_run_is_told_after_its_start():
    publisher, heard = listening()
    publisher.publish([a_line(3)])
    assert heard == []
    publisher.decided(an_execution(), Decision(task_runs={"t": a_run(Change(State.RUNNING, 2))}))
    publisher.publish([])
    assert [type(each) for each in heard] == [TaskRunChanged, LogWritten]


def test_a_task_run_that_waits_for_a_worker_has_not_started():
    publisher, heard = listening()
    publisher.decided(an_execution(), Decision(task_runs={"t": a_run(Change(State.SUBMITTED, 2))}))
    publisher.publish([a_line(3)])
    publisher.decided(an_execution(), Decision(task_runs={"t": a_run(Change(State.RUNNING, 3))}))
    publisher.publish([])
    assert [type(each) for each in heard] == [TaskRunChanged, TaskRunChanged, LogWritten]


def test_lines_of_the_execution_itself_are_told_at_once():
    publisher, heard = listening()
    publisher.publish([a_line(3, task_run_id="")])
    assert heard == [LogWritten("e", 3, Level.INFO, "task", None, "at 3")]


def test_metrics_are_told():
    publisher, heard = listening()
    publisher.decided(an_execution(), Decision(task_runs={"t": a_run(Change(State.RUNNING, 2))}))
    publisher.publish([MetricRow("e", "t", 0, 1, "task", 3, "rows", "counter", 2, '{"a":"b"}')])
    assert heard[1] == MetricReported("e", "task", "t", 3, Metric("rows", MetricKind.COUNTER, 2, {"a": "b"}))


def test_the_end_of_everything_is_told():
    publisher, heard = listening()
    publisher.settled(an_execution(Change(State.SUCCESS, 9)))
    assert heard == [ExecutionChanged("e", State.SUCCESS, 9, settled=True)]


def test_a_listener_that_raises_is_not_called_again_and_disturbs_nobody():
    listeners, heard, calls = Listeners(), list[Notice](), list[Notice]()

    def broken(notice: Notice) -> None:
        calls.append(notice)
        raise ValueError

    listeners.subscribe(broken)
    listeners.subscribe(heard.append)
    notice = ExecutionChanged("e", State.RUNNING, 1)
    listeners.publish(notice)
    listeners.publish(notice)
    assert (calls, heard) == ([notice], [notice, notice])


def test_who_no_longer_listens_is_not_called():
    listeners, heard = Listeners(), list[Notice]()
    listeners.subscribe(heard.append)()
    assert not listeners
    listeners.publish(ExecutionChanged("e", State.RUNNING, 1))
    assert heard == []
