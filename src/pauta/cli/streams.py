"""The standard streams, made fit for everything that is printed to them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TextIO

_STANDARD = 3


def prepare() -> None:
    """Make printing safe: a closed stream swallows, and what the encoding of a stream lacks becomes a question mark.

    Closed descriptors are filled first, so that no database ever gets the number of the standard output.
    """
    while os.open(os.devnull, os.O_RDWR) < _STANDARD:
        pass
    sys.stdout = _fit(sys.stdout, 1)
    sys.stderr = _fit(sys.stderr, 2)


def _fit(stream: TextIO | None, number: int) -> TextIO:
    if stream is None:
        return os.fdopen(number, "w", encoding="utf-8", closefd=False)
    _reconfigure(stream, errors="replace")
    return stream


def _reconfigure(stream: TextIO, **changes: str) -> None:
    """Change the encoding of a stream, where it has one (those that tests put in its place may have none)."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(**changes)


def to_nowhere(streams: Iterable[TextIO]) -> None:
    """From now on these swallow what is printed: the terminal behind them is gone."""
    hole = os.open(os.devnull, os.O_WRONLY)
    for stream in streams:
        os.dup2(hole, stream.fileno())


def print_json(value: object, *, compact: bool = False) -> None:
    """Print a JSON document: always UTF-8, whatever the encoding of the terminal is."""
    import orjson

    _reconfigure(sys.stdout, encoding="utf-8")
    options = orjson.OPT_NON_STR_KEYS | (0 if compact else orjson.OPT_INDENT_2)
    print(orjson.dumps(value, default=str, option=options).decode())
