"""What a command prints: log lines, and markers that report outputs, metrics and logs.

A marker is a line ``::{…}::`` with a JSON object: ``outputs`` (a map, merged into the task's ``vars``; later values
win), ``metrics`` (``{name, type, value, tags}``; a timer's value is in seconds) and ``logs`` (``{level, message}``).
``assets`` are known, but not kept, which is said once.
Several objects may stand on one line, as ``::{…}::::{…}::``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from pauta.plugins.scripts.lines import MARKER_BEGIN, MARKER_LIMIT, Lines, Part, pieces
from pauta.sdk.context import Metric
from pauta.sdk.states import Level, MetricKind

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext

_END = b"}::"
_BETWEEN = re.compile(r"::\s*::")
_KINDS = {kind.value: kind for kind in MetricKind}
_LEVELS = {level.value: level for level in Level}


@dataclass(frozen=True, slots=True)
class Marker:
    """What one marker reports."""

    outputs: Mapping[str, object] = field(default_factory=dict[str, object])
    metrics: tuple[Metric, ...] = ()
    logs: tuple[tuple[Level, str], ...] = ()
    has_assets: bool = False


class Output:
    """Takes the output of a command in chunks; logs its lines and keeps what its markers report in ``vars``.

    Published engine from 0.21 on: lines of stdout are logged at INFO, those of stderr at ERROR.
    """

    def __init__(self, ctx: RunContext) -> None:
        self.vars: dict[str, object] = {}
        self._ctx = ctx
        self._said_assets = False
        self._streams = {
            False: Lines(lambda line, part: self._take(Level.INFO, line, part)),
            True: Lines(lambda line, part: self._take(Level.ERROR, line, part)),
        }

    def feed(self, is_stderr: bool, chunk: bytes) -> None:  # noqa: FBT001 -- the signature of Command.on_output
        """Take a chunk."""
        self._streams[is_stderr].feed(chunk)

    def finish(self) -> None:
        """Take what stands on last lines without an end."""
        for lines in self._streams.values():
            lines.finish()

    def _take(self, level: Level, line: bytes, part: Part) -> None:
        if part is Part.WHOLE and line.startswith(MARKER_BEGIN) and line.endswith(_END):
            self._take_marker(level, line)
            return
        if part is Part.FIRST and line.startswith(MARKER_BEGIN):
            self._ctx.log(Level.WARN, f"this line begins like a marker, but is longer than {MARKER_LIMIT >> 20} MiB")
        self._log(level, line)

    def _log(self, level: Level, line: bytes) -> None:
        """Log a line; what the log would cut off goes into entries of its own."""
        for piece in pieces(line):
            self._ctx.log(level, piece.decode("utf-8", "replace"))

    def _take_marker(self, level: Level, line: bytes) -> None:
        try:
            markers = [_marker(document) for document in _documents(line[2:-2])]
        except (ValueError, TypeError) as error:
            self._ctx.log(Level.WARN, f"this line looks like a marker ::{{…}}::, but cannot be read: {error}")
            self._log(level, line)
            return
        for marker in markers:
            self._apply(marker)

    def _apply(self, marker: Marker) -> None:
        self.vars.update(marker.outputs)
        for metric in marker.metrics:
            self._ctx.metric(metric)
        for level, message in marker.logs:
            self._ctx.log(level, message)
        if marker.has_assets and not self._said_assets:
            self._said_assets = True
            self._ctx.log(Level.WARN, "a marker reports assets, which are not kept")


def _documents(text: bytes) -> list[object]:
    """The JSON values of a marker. What follows the first without being one is ignored, as the published engine does."""
    import orjson

    try:
        return [orjson.loads(text)]
    except orjson.JSONDecodeError:
        return _separate_documents(text.decode("utf-8", "replace"))


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
        has_assets=bool(fields.get("assets")),
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
