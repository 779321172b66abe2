"""From an offset in a text to the place in the YAML source where that character is written.

Quotes, escapes, folded lines and the indentation of blocks are in the source and not in the text. Both are read side by
side: blanks of the one go with blanks of the other, escapes stand for one character.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

from pauta.flow.document import Place

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_PROPERTIES = re.compile(r"(?:[&!][^\s]*\s+)*")
_HEADER = re.compile("[|>][^\n\r]*(?:\r\n|[\n\r])")
_LONG = {"x": 4, "u": 6, "U": 10}
"""Length of an escape by its letter; others have two characters."""


def place_inside(source: str, start: Place, text: str, offset: int) -> Place:
    """The line and column of ``text[offset]``; ``start`` is where the scalar begins in the source."""
    at = _PROPERTIES.match(source, _offset(source, start)).end()  # pyright: ignore[reportOptionalMemberAccess] -- it may be empty
    style = source[at : at + 1]
    if style in ("|", ">"):
        header = _HEADER.match(source, at)
        at = header.end() if header else at
    elif style in ("'", '"'):
        at += 1
    return _place(source, _aligned(source, at, style, text[: offset + 1]))


def _aligned(source: str, at: int, style: str, text: str) -> int:
    """The offset in the source of the last character of ``text``, which begins at ``at``."""
    found = at
    for character in text:
        if character.isspace() and not _escaped(source, at, style):
            found = at
            at = _blank(source, at, character)
            continue
        at = found = _over_blanks(source, at, style) if not character.isspace() else at
        at += _length(source, at, style)
    return found


def _escaped(source: str, at: int, style: str) -> bool:
    return style == '"' and source[at : at + 1] == "\\"


def _blank(source: str, at: int, character: str) -> int:
    """Behind a blank of the text: one character, or all of a fold."""
    if source[at : at + 1] == character and character != "\n":
        return at + 1
    found = _BREAK.search(source, at)
    if found is None or source[at : found.start()].strip():
        return at
    return found.end()


def _over_blanks(source: str, at: int, style: str) -> int:
    """Behind blanks and, in double quotes, line ends that are escaped."""
    while source[at : at + 1].isspace() or (_escaped(source, at, style) and source[at + 1 : at + 2] in ("\n", "\r")):
        at += 1
    return at


def _length(source: str, at: int, style: str) -> int:
    """How many characters of the source stand for the one at ``at``."""
    if style == "'" and source[at : at + 2] == "''":
        return 2
    return _LONG.get(source[at + 1 : at + 2], 2) if _escaped(source, at, style) else 1


@lru_cache(maxsize=1)
def _starts(source: str) -> list[int]:
    """Where the lines of a source begin."""
    return [0, *(found.end() for found in _BREAK.finditer(source))]


def _offset(source: str, place: Place) -> int:
    line, column = place
    starts = _starts(source)
    return starts[min(line, len(starts)) - 1] + column - 1


def _place(source: str, offset: int) -> Place:
    line = bisect_right(_starts(source), offset)
    return line, offset - _starts(source)[line - 1] + 1
