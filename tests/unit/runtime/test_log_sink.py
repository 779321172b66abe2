import threading
from collections.abc import Callable

from pauta.runtime.logs import LONGEST_MESSAGE, LogSink, TaskLog, pieces_of
from pauta.sdk.context import Metric, TaskRunInfo
from pauta.sdk.states import Level, MetricKind
from pauta.secrets.masking import Masker
from pauta.storage.logs import LogRow
from pauta.storage.metrics import MetricRow

RUN = TaskRunInfo("n", "f", "e", "task", "t", 2)


class SetClock:
    def __init__(self, *instants: int) -> None:
        self._instants = list(instants)

    def now(self) -> int:
        return self._instants.pop(0) if len(self._instants) > 1 else self._instants[0]


def lines(sink: LogSink) -> list[LogRow]:
    return [entry for entry in sink.take() if isinstance(entry, LogRow)]


def test_lines_are_numbered_and_never_go_back_in_time():
    sink = LogSink(SetClock(10, 9, 11))
    log = TaskLog(sink, RUN, Masker())
    for message in ("a", "b", "c"):
        log.write(Level.INFO, message)
    assert [(row.at, row.line, row.message) for row in lines(sink)] == [(10, 1, "a"), (10, 2, "b"), (11, 3, "c")]
    assert sink.take() == []


def test_secrets_are_masked():
    masker, sink = Masker(), LogSink(SetClock(1))
    masker.add("hunter2")
    log = TaskLog(sink, RUN, masker)
    log.write(Level.INFO, "the password is hunter2")
    log.metric(Metric("m", MetricKind.COUNTER, 1, {"who": "hunter2"}))
    line, metric = sink.take()
    assert isinstance(line, LogRow)
    assert isinstance(metric, MetricRow)
    assert line.message == "the password is ******"
    assert metric.tags == '{"who":"******"}'


def test_a_secret_is_not_cut_in_two_by_the_longest_message():
    masker, sink = Masker(), LogSink(SetClock(1))
    masker.add("hunter2")
    TaskLog(sink, RUN, masker).write(Level.INFO, "x" * (LONGEST_MESSAGE - 3) + "hunter2")
    assert not any("hun" in row.message or "er2" in row.message for row in lines(sink))


def test_a_secret_is_not_shown_by_a_line_that_was_cut_in_two():
    masker, sink = Masker(), LogSink(SetClock(1))
    masker.add("hunter2")
    log = TaskLog(sink, RUN, masker)
    log.write(Level.INFO, "x" * 8_000 + "hun")
    log.write(Level.INFO, "ter2 and more")
    log.write(Level.INFO, "ends with hun")
    log.write(Level.INFO, "y" * 8_000 + "hun")
    log.close()
    assert [row.message.strip("xy") for row in lines(sink)] == ["", "****** and more", "ends with hun", "", "hun"]


def test_what_no_database_takes_is_replaced():
    sink = LogSink(SetClock(1))
    log = TaskLog(sink, RUN, Masker())
    log.write(Level.INFO, "a\0b\udc80c")
    log.metric(Metric("m", MetricKind.GAUGE, float("nan")))
    nul, metric = lines(sink)
    assert nul.message == "a\ufffdb?c"
    assert metric.message == "the metric 'm' is left out: its value is nan"


def test_long_messages_are_cut_into_lines_of_their_own():
    sink = LogSink(SetClock(1))
    TaskLog(sink, RUN, Masker()).write(Level.INFO, "x" * (2 * LONGEST_MESSAGE + 1))
    assert [(row.line, len(row.message)) for row in lines(sink)] == [(1, LONGEST_MESSAGE), (2, LONGEST_MESSAGE), (3, 1)]
    assert pieces_of("") == [""]


def test_lines_below_the_level_of_the_task_are_dropped():
    sink = LogSink(SetClock(1))
    log = TaskLog(sink, RUN, Masker(), Level.WARN)
    log.write(Level.INFO, "dropped")
    log.write(Level.WARN, "kept")
    assert [row.message for row in lines(sink)] == ["kept"]


def test_metrics_are_numbered():
    sink = LogSink(SetClock(7))
    log = TaskLog(sink, RUN, Masker())
    log.metric(Metric("rows", MetricKind.COUNTER, 3))
    log.metric(Metric("took", MetricKind.TIMER, 1.5, {"a": "b"}))
    assert sink.take() == [
        MetricRow("e", "t", 2, 1, "task", 7, "rows", "counter", 3, "{}"),
        MetricRow("e", "t", 2, 2, "task", 7, "took", "timer", 1.5, '{"a":"b"}'),
    ]


def in_thread(call: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    return thread


def test_the_first_line_wakes_whoever_takes_them():
    sink, woken = LogSink(SetClock(1)), threading.Event()
    sink.serve(woken.set)
    in_thread(lambda: TaskLog(sink, RUN, Masker()).write(Level.INFO, "a"))
    assert woken.wait(5)


def test_whoever_takes_lines_never_waits_for_room():
    sink = LogSink(SetClock(1), capacity=1)
    sink.serve(lambda: None)
    log = TaskLog(sink, RUN, Masker())
    for _ in range(3):
        log.write(Level.INFO, "a")
    assert len(sink.take()) == 3


def test_a_full_sink_makes_writers_wait_until_there_is_room():
    sink, done = LogSink(SetClock(1), capacity=1), threading.Event()
    log = TaskLog(sink, RUN, Masker())
    log.write(Level.INFO, "first")

    def write_more() -> None:
        log.write(Level.INFO, "second")
        done.set()

    in_thread(write_more)
    taken: list[str] = []
    while len(taken) < 2:
        taken += [row.message for row in lines(sink)]
    assert taken == ["first", "second"]
    assert done.wait(5)


def test_a_closed_sink_lets_writers_go():
    sink = LogSink(SetClock(1), capacity=1)
    log = TaskLog(sink, RUN, Masker())
    log.write(Level.INFO, "first")
    writer = in_thread(lambda: log.write(Level.INFO, "second"))
    sink.close()
    writer.join(5)
    assert not writer.is_alive()
