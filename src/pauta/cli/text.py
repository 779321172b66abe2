"""Text for terminals: colours, columns, durations. Plain functions, because importing rich costs 45 ms of every start."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TextIO

from pauta.sdk.states import Level, State

_RESET = "\x1b[0m"
_BOLD, _DIM = "\x1b[1m", "\x1b[2m"
_RED, _GREEN, _YELLOW, _BLUE, _MAGENTA, _CYAN = (f"\x1b[{code}m" for code in range(31, 37))

_STATE_COLOURS = {
    State.SUCCESS: _GREEN,
    State.WARNING: _YELLOW,
    State.FAILED: _RED,
    State.KILLED: _MAGENTA,
    State.KILLING: _MAGENTA,
    State.CANCELLED: _MAGENTA,
    State.RUNNING: _BLUE,
    State.PAUSED: _CYAN,
    State.SKIPPED: _DIM,
}
_LEVEL_COLOURS = {Level.ERROR: _RED, Level.WARN: _YELLOW, Level.INFO: _BLUE, Level.DEBUG: _CYAN, Level.TRACE: _DIM}
_MARKS = {State.SUCCESS: "✓", State.WARNING: "!", State.FAILED: "✗", State.KILLED: "✗", State.SKIPPED: "-"}

# Control characters and escape sequences of a log line could repaint the reader's terminal.
# So could characters that turn the direction of writing around.
_CONTROL = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)|[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
)


class Paint:
    """Colours text when the stream is a terminal that wants colours."""

    def __init__(self, *, colours: bool) -> None:
        self._colours = colours

    def state(self, state: State) -> str:
        """The name of a state, in its colour."""
        return self._in(_STATE_COLOURS.get(state, ""), str(state))

    def level(self, level: Level) -> str:
        """The name of a level, padded to five characters, in its colour."""
        return self._in(_LEVEL_COLOURS[level], f"{level:<5}")

    def mark(self, state: State) -> str:
        """One character that stands for a state."""
        return self._in(_STATE_COLOURS.get(state, ""), _MARKS.get(state, "·"))

    def bold(self, text: str) -> str:
        """A title."""
        return self._in(_BOLD, text)

    def dim(self, text: str) -> str:
        """Something of less weight."""
        return self._in(_DIM, text)

    def error(self, text: str) -> str:
        """Something that went wrong."""
        return self._in(_RED, text)

    def warning(self, text: str) -> str:
        """Something to know about."""
        return self._in(_YELLOW, text)

    def _in(self, colour: str, text: str) -> str:
        return f"{colour}{text}{_RESET}" if self._colours and colour else text


def paint_for(stream: TextIO) -> Paint:
    """Colours for a terminal, none for a file or a pipe, nor when NO_COLOR is set."""
    import os

    return Paint(colours=stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb")


def printable(text: str) -> str:
    """``text`` without control characters and escape sequences (tabs and line ends stay)."""
    return _CONTROL.sub("", text)


def on_one_line(text: str) -> str:
    """``text`` for a cell of a table: printable, line ends and tabs as blanks."""
    return " ".join(printable(text).split("\n")).replace("\t", " ")


def seconds(microseconds: int) -> str:
    """A duration to read: ``12 ms``, ``1.25 s``, ``2 m 05 s``."""
    if microseconds < 1_000_000:
        return f"{microseconds // 1000} ms"
    if microseconds < 60_000_000:
        return f"{microseconds / 1_000_000:.2f} s"
    minutes, rest = divmod(microseconds // 1_000_000, 60)
    return f"{minutes} m {rest:02d} s"


def columns(rows: Sequence[Sequence[str]], *, indent: str = "  ") -> str:
    """Rows as aligned columns; escape sequences of colours take no width."""
    widths = [max(_width(row[place]) for row in rows) for place in range(len(rows[0]))] if rows else []
    return "\n".join(_line(row, widths, indent) for row in rows)


def _line(row: Sequence[str], widths: Sequence[int], indent: str) -> str:
    cells = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
    return (indent + "  ".join(cells)).rstrip()


def _width(text: str) -> int:
    return len(_CONTROL.sub("", text))
