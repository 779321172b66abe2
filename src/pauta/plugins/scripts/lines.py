"""Cuts what a command prints into lines, with bounded memory and without losing anything."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

PIECE = 61_440
"""Bytes of a line from which on it is passed on in pieces: four of the longest entries of a log."""
MARKER_BEGIN = b"::{"
INNER_MARKER_BEGIN = b"\x1e::{"
"""Begins a marker also where a line was left open; only pauta's own scripts write it."""
MARKER_LIMIT = 64 << 20
"""Longest marker in bytes; what is longer is a line like others."""


class Part(Enum):
    """What a piece of text is of its line."""

    WHOLE = "all of it"
    FIRST = "its beginning"
    OTHER = "what goes on with it"


class Lines:
    """Cuts chunks into lines, which end with LF, CRLF or CR.

    ``emit`` is called with every line, without its end; a long one comes in pieces, cut between characters. A line that
    begins like a marker is kept together.
    """

    def __init__(self, emit: Callable[[bytes, Part], None]) -> None:
        self._emit = emit
        self._pending = bytearray()
        self._is_open = False  # pieces of the present line were passed on
        self._after_return = False

    def feed(self, chunk: bytes) -> None:
        """Take a chunk."""
        first, *others = self._unified(chunk).split(b"\n")
        self._append(first)
        for part in others:
            self._end_line()
            self._append(part)

    def finish(self) -> None:
        """End a last line that has no end."""
        if self._pending:
            self._end_line()

    def _unified(self, chunk: bytes) -> bytes:
        """The chunk with LF as the only end of line; a CRLF may be split over two chunks."""
        if self._after_return and chunk.startswith(b"\n"):
            chunk = chunk[1:]
            self._after_return = False
        if b"\r" not in chunk:
            self._after_return = self._after_return and not chunk
            return chunk
        self._after_return = chunk.endswith(b"\r")
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _append(self, part: bytes) -> None:
        self._pending += part
        if len(self._pending) <= PIECE or self._may_be_marker():
            return
        *full, rest = pieces(bytes(self._pending))
        for piece in full:
            self._pass_on(piece)
        self._pending[:] = rest

    def _may_be_marker(self) -> bool:
        begins_so = not self._is_open and self._pending.startswith((MARKER_BEGIN, INNER_MARKER_BEGIN))
        return begins_so and len(self._pending) <= MARKER_LIMIT

    def _pass_on(self, piece: bytes) -> None:
        self._emit(piece, Part.OTHER if self._is_open else Part.FIRST)
        self._is_open = True

    def _end_line(self) -> None:
        line = bytes(self._pending)
        self._pending.clear()
        before, begin, marker = line.partition(INNER_MARKER_BEGIN)
        if before or not begin:
            self._emit(before, Part.OTHER if self._is_open else Part.WHOLE)
        if begin:
            self._emit(MARKER_BEGIN + marker, Part.WHOLE)
        self._is_open = False


def pieces(line: bytes) -> list[bytes]:
    """A line in pieces that can be logged, cut between characters; the last one is not empty unless the line is."""
    found, start = list[bytes](), 0
    while len(line) - start > PIECE:
        end = _boundary(line, start + PIECE)
        found.append(line[start:end])
        start = end
    return [*found, line[start:]]


def _boundary(data: bytes, at: int) -> int:
    """The last place up to ``at`` where UTF-8 text can be cut without cutting a character in two."""
    begins = (place for place in range(at, at - 4, -1) if data[place] & 0xC0 != 0x80)
    return next(begins, at)
