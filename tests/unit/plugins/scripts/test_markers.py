from typing import Any

import pytest

from pauta.plugins.scripts import lines
from pauta.plugins.scripts.lines import PIECE
from pauta.plugins.scripts.markers import Output
from pauta.sdk.context import Metric
from pauta.sdk.states import Level, MetricKind


class Log:
    def __init__(self) -> None:
        self.logs: list[tuple[Level, str]] = []
        self.metrics: list[Metric] = []

    def log(self, level: Level, message: str) -> None:
        self.logs.append((level, message))

    def metric(self, metric: Metric) -> None:
        self.metrics.append(metric)


def taken(*chunks: str | bytes, stderr: bool = False) -> tuple[Output, Log]:
    log: Any = Log()
    output = Output(log)
    for chunk in chunks:
        output.feed(stderr, chunk.encode() if isinstance(chunk, str) else chunk)
    output.finish()
    return output, log


def test_lines_are_logged_as_they_are():
    assert taken("a\n\n  b  \nlast")[1].logs == [(Level.INFO, text) for text in ("a", "", "  b  ", "last")]
    assert taken("a\n", stderr=True)[1].logs == [(Level.ERROR, "a")]


def test_a_long_line_is_logged_in_pieces_without_losing_anything():
    line = "é" * PIECE
    messages = [message for _, message in taken(f"{line}\nnext\n")[1].logs]
    assert len(messages) == 3
    assert "".join(messages) == f"{line}next"


def test_long_markers_are_not_cut():
    text = "x" * (PIECE * 3)
    output, log = taken(f'::{{"outputs": {{"a": "{text}"}}}}::\n')
    assert output.vars == {"a": text}
    assert log.logs == []


@pytest.mark.parametrize("step", [1, 7, 1000])
def test_markers_may_be_split_over_chunks_and_hold_any_text(step: int):
    data = 'before\n::{"outputs": {"a": "ü ::x:: é"}}::\r\nafter'.encode()
    output, log = taken(*(data[start : start + step] for start in range(0, len(data), step)))
    assert output.vars == {"a": "ü ::x:: é"}
    assert [message for _, message in log.logs] == ["before", "after"]


def test_outputs_are_merged_and_later_ones_win():
    output, _ = taken(
        '::{"outputs": {"a": 1, "b": {"x": 1}}}::\n::{"outputs": {"b": {"y": 2}}}::\n::{"outputs": null}::'
    )
    assert output.vars == {"a": 1, "b": {"y": 2}}


@pytest.mark.parametrize("between", ["::::", ":: ::", "::  ::"])
def test_several_markers_may_stand_on_one_line(between: str):
    output, log = taken(f'::{{"outputs": {{"a": 1}}}}{between}{{"outputs": {{"b": 2}}}}::\n')
    assert output.vars == {"a": 1, "b": 2}
    assert log.logs == []


def test_what_follows_a_marker_without_being_one_is_ignored():
    assert taken('::{"outputs": {"a": 1}}:: and {x}::\n')[0].vars == {"a": 1}


def test_metrics_have_kinds_and_tags():
    _, log = taken(
        '::{"metrics": [{"name": "c", "type": "counter", "value": 2, "tags": {"n": 1}}, {"name": "t", "type": "timer", '
        '"value": 1.5}, {"name": "g", "type": "gauge", "value": -1}]}::'
    )
    assert log.metrics == [
        Metric("c", MetricKind.COUNTER, 2.0, {"n": "1"}),
        Metric("t", MetricKind.TIMER, 1.5),
        Metric("g", MetricKind.GAUGE, -1.0),
    ]


def test_assets_are_said_not_to_be_kept_once():
    output, log = taken('::{"outputs": {"a": 1}, "assets": {"outputs": [{"id": "t"}]}}::\n' * 2)
    assert output.vars == {"a": 1}
    assert log.logs == [(Level.WARN, "a marker reports assets, which are not kept")]


def test_logs_have_levels():
    _, log = taken(
        '::{"logs": [{"level": "WARN", "message": "w"}, {"level": "error", "message": "e"}, {"message": "i"}]}::'
    )
    assert log.logs == [(Level.WARN, "w"), (Level.ERROR, "e"), (Level.INFO, "i")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("::{bad}::", "Expecting property name"),
        ('::{"outputs": [1]}::', "outputs has to be a map"),
        ('::{"metrics": {}}::', "metrics has to be a list"),
        ('::{"metrics": [{"name": "a", "type": "bad", "value": 1}]}::', "counter, timer or gauge, not 'bad'"),
        ('::{"metrics": [{"name": "a", "type": "counter", "value": "1"}]}::', "a number as its value"),
        ('::{"outputs": {"a": 1}, "logs": [{"level": "LOUD", "message": "x"}]}::', "there is no log level LOUD"),
    ],
)
def test_a_marker_that_cannot_be_read_is_a_warning_and_a_line(line: str, reason: str):
    output, log = taken(line)
    assert output.vars == {}
    assert [level for level, _ in log.logs] == [Level.WARN, Level.INFO]
    assert reason in log.logs[0][1]
    assert log.logs[1][1] == line


def test_a_long_marker_that_cannot_be_read_is_logged_in_pieces():
    line = "::{" + "x" * (2 * PIECE) + "}::"
    _, log = taken(line)
    assert [level for level, _ in log.logs] == [Level.WARN, *[Level.INFO] * 3]
    assert "".join(message for _, message in log.logs[1:]) == line


def test_a_marker_beyond_all_limits_is_a_line_with_a_warning(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lines, "MARKER_LIMIT", 2 * PIECE)
    line = '::{"outputs": {"a": "' + "x" * (3 * PIECE) + '"}}::'
    output, log = taken(line)
    assert output.vars == {}
    assert "longer than" in log.logs[0][1]
    assert "".join(message for level, message in log.logs if level is Level.INFO) == line


@pytest.mark.parametrize("line", ['x ::{"outputs": {}}::', ' ::{"outputs": {}}::', '::{"outputs": {}}:: ', "::[]::"])
def test_only_whole_lines_are_markers(line: str):
    output, log = taken(line)
    assert output.vars == {}
    assert log.logs == [(Level.INFO, line)]


def test_values_that_json_does_not_know_are_taken_as_python_writes_them():
    assert taken('::{"outputs": {"a": Infinity}}::')[0].vars == {"a": float("inf")}
