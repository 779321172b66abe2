"""What a command prints: log lines, and markers that report outputs, metrics and logs.

A marker is a line ``::{…}::`` with a JSON object: ``outputs`` (a map, merged into the task's ``vars``; later values
win), ``metrics`` (``{name, type, value, tags}``; a timer's value is in seconds) and ``logs`` (``{level, message}``).
Several objects may stand on one line, as ``::{…}::::{…}::``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from pauta.sdk.context import Metric
from pauta.sdk.states import Level, MetricKind

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext

LINE_LIMIT = 65_536
"""Longest log line in bytes; the rest of it is cut."""
MARKER_LIMIT = 64 << 20
"""Longest marker in bytes."""
_BETWEEN = re.compile(r"::\s*::")
_KINDS = {kind.value: kind for kind in MetricKind}
_LEVELS = {level.value: level for level in Level}


@dataclass(frozen=True, slots=True)
class Marker:
    """What one marker reports."""

    outputs: Mapping[str, object] = field(default_factory=dict[str, object])
    metrics: tuple[Metric, ...] = ()
    logs: tuple[tuple[Level, str], ...] = ()


class Output:
    """Takes the output of a command in chunks; logs its lines and keeps what its markers report in ``vars``.

    Published engine from 0.21 on: lines of stdout are logged at INFO, those of stderr at ERROR.
    """

    def __init__(self, ctx: RunContext) -> None:
        self.vars: dict[str, object] = {}
        self._ctx = ctx
        self._streams = {
            False: Lines(lambda line, cut: self._take(Level.INFO, line, cut)),
            True: Lines(lambda line, cut: self._take(Level.ERROR, line, cut)),
        }

    def feed(self, is_stderr: bool, chunk: bytes) -> None:  # noqa: FBT001 -- the signature of Command.on_output
        """Take a chunk."""
        self._streams[is_stderr].feed(chunk)

    def finish(self) -> None:
        """Take what stands on last lines without an end."""
        for lines in self._streams.values():
            lines.finish()

    def _take(self, level: Level, line: bytes, cut: int) -> None:
        text = line.decode("utf-8", "replace")
        if cut:
            self._ctx.log(level, f"{text} … ({cut} more bytes of this line are left out)")
        elif line.startswith(b"::{") and line.endswith(b"}::"):
            self._take_marker(level, text)
        else:
            self._ctx.log(level, text)

    def _take_marker(self, level: Level, text: str) -> None:
        try:
            markers = [_marker(document) for document in _documents(text[2:-2])]
        except (ValueError, TypeError) as error:
            self._ctx.log(Level.WARN, f"this line looks like a marker ::{{…}}::, but cannot be read: {error}")
            self._ctx.log(level, text[:LINE_LIMIT])
            return
        for marker in markers:
            self._apply(marker)

    def _apply(self, marker: Marker) -> None:
        self.vars.update(marker.outputs)
        for metric in marker.metrics:
            self._ctx.metric(metric)
        for level, message in marker.logs:
            self._ctx.log(level, message)


class Lines:
    """Cuts chunks into lines (ended by LF, CRLF or CR) with bounded memory.

    ``emit`` is called with each line and with the number of bytes that were left out of it because it is too long.
    """

    def __init__(self, emit: Callable[[bytes, int], None]) -> None:
        self._emit = emit
        self._pending = bytearray()
        self._cut = 0
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
        is_marker = (bytes(self._pending[:3]) + part[:3]).startswith(b"::{")
        room = (MARKER_LIMIT if is_marker else LINE_LIMIT) - len(self._pending)
        self._pending += part[:room]
        self._cut += max(0, len(part) - room)

    def _end_line(self) -> None:
        line = bytes(self._pending if not self._cut else self._pending[:LINE_LIMIT])
        cut = self._cut and self._cut + len(self._pending) - len(line)
        self._pending.clear()
        self._cut = 0
        self._emit(line, cut)


def _documents(text: str) -> list[object]:
    """The JSON values of a marker. What follows the first without being one is ignored, as the published engine does."""
    import orjson

    try:
        return [orjson.loads(text)]
    except orjson.JSONDecodeError:
        return _separate_documents(text)


def _separate_documents(text: str) -> list[object]:
    import json

    decoder = json.JSONDecoder()
    value, end = decoder.raw_decode(text)
    found: list[object] = [value]
    while between := _BETWEEN.match(text, end):
        try:
            value, end = decoder.raw_decode(text, between.end())
        except ValueError:
            break
        found.append(value)
    return found


def _marker(document: object) -> Marker:
    """Raises ValueError or TypeError when the document is no marker."""
    fields = _map(document, "a marker")
    return Marker(
        outputs=_map(fields.get("outputs") or {}, "outputs"),
        metrics=tuple(_metric(_map(each, "a metric")) for each in _list(fields.get("metrics"), "metrics")),
        logs=tuple(_log(_map(each, "a log")) for each in _list(fields.get("logs"), "logs")),
    )


def _metric(fields: Mapping[str, object]) -> Metric:
    kind, value, name = _KINDS.get(str(fields.get("type"))), fields.get("value"), fields.get("name")
    if kind is None:
        raise ValueError(f"the type of a metric is counter, timer or gauge, not {fields.get('type')!r}")
    if not isinstance(value, int | float) or not isinstance(name, str):
        raise TypeError("a metric needs a name and a number as its value")
    tags = {key: str(tag) for key, tag in _map(fields.get("tags") or {}, "tags").items()}
    return Metric(name, kind, float(value), tags)


def _log(fields: Mapping[str, object]) -> tuple[Level, str]:
    level = str(fields.get("level") or Level.INFO).upper()
    if level not in _LEVELS:
        raise ValueError(f"there is no log level {level}; there are {', '.join(_LEVELS)}")
    return _LEVELS[level], str(fields.get("message"))


def _map(value: object, what: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{what} has to be a map")
    return cast("Mapping[str, object]", value)


def _list(value: object, what: str) -> list[object]:
    if value is not None and not isinstance(value, list):
        raise TypeError(f"{what} has to be a list")
    return cast("list[object]", value or [])
