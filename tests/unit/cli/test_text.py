import io

import pytest

from pauta.cli.text import Paint, columns, paint_for, printable, seconds
from pauta.sdk.states import Level, State


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain\ttab\nline", "plain\ttab\nline"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;http://x\x1b\\link", "link"),
        ("bell\x07 back\x08 nul\x00", "bell back nul"),
        ("a\rb", "ab"),
        ("\x9b31mC1", "31mC1"),
    ],
)
def test_nothing_printed_can_move_the_terminal(raw, shown):
    assert printable(raw) == shown


@pytest.mark.parametrize(
    ("duration", "text"),
    [(0, "0 ms"), (12_345, "12 ms"), (1_250_000, "1.25 s"), (125_000_000, "2 m 05 s")],
)
def test_a_duration_reads_well(duration, text):
    assert seconds(duration) == text


def test_columns_align_whatever_the_colours():
    paint = Paint(colours=True)
    text = columns([[paint.state(State.FAILED), "a"], ["x", "b"]], indent="")
    assert text.startswith("\x1b")
    assert printable(text).split("\n") == ["FAILED  a", "x       b"]


def test_a_pipe_gets_no_colours():
    assert paint_for(io.StringIO()).level(Level.ERROR) == "ERROR"


def test_no_rows_make_no_text():
    assert columns([]) == ""
