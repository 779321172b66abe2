"""Server-sent events, as the HTML standard describes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import orjson

_LINE_END = re.compile(rb"\r\n|\r|\n")
_LONGEST = 16 << 20
"""Bytes of one event at most."""


def events(chunks: Iterable[bytes]) -> Iterator[dict[str, object]]:
    """The events of a stream, each when it is complete: ``data``, ``id``, ``name``, ``comment``, ``retry`` (seconds).

    Data that is JSON is the value that it stands for. What is cut off at the end of the stream is no event. Raises
    ValueError for an event that is too large.
    """
    lines: list[bytes] = []
    for line in _lines(chunks):
        if line:
            lines.append(line)
        elif lines:
            event = _event(lines)
            lines = []
            if "data" in event:
                yield event


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        rest += chunk
        if len(rest) > _LONGEST:
            raise ValueError(f"an event has more than {_LONGEST} bytes")
        # a carriage return at the end may be the first half of a line's end
        kept = rest[-1:] if rest.endswith(b"\r") else b""
        *whole, rest = _LINE_END.split(rest[: len(rest) - len(kept)])
        rest += kept
        yield from whole


def _event(lines: Iterable[bytes]) -> dict[str, object]:
    fields: dict[str, list[str]] = {}
    for line in lines:
        name, _, value = line.decode("utf-8", "replace").partition(":")
        fields.setdefault(name, []).append(value.removeprefix(" "))
    known: dict[str, object] = {}
    if "data" in fields:
        known["data"] = _value("\n".join(fields["data"]))
    for field, ours in (("id", "id"), ("event", "name"), ("", "comment")):
        if field in fields:
            known[ours] = fields[field][-1]
    if fields.get("retry", [""])[-1].isdigit():
        known["retry"] = int(fields["retry"][-1]) / 1000
    return known


def _value(text: str) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
