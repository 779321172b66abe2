"""The log sink: every log line goes through here, and so does every metric.

A line is masked, cut into pieces of at most 15 360 characters, numbered, and kept until the next commit takes it. The
sink is bounded: who writes faster than the disk waits.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from math import isfinite

from pauta.clock import Clock
from pauta.sdk.context import Metric, TaskRunInfo
from pauta.sdk.states import Level
from pauta.secrets.masking import Masker, StreamMasker
from pauta.storage.columns import dump
from pauta.storage.logs import LogRow
from pauta.storage.metrics import MetricRow

LONGEST_MESSAGE = 15_360
"""Characters (Kestra cuts longer messages)."""
_CUT = 4_096
"""Characters from which on a message may be a piece of a longer line."""
_CAPACITY = 20_000
"""Entries that wait for a commit before writers have to wait, too."""
Entry = LogRow | MetricRow


class LogSink:
    """Collects log lines and metrics of all task runs until a commit takes them."""

    def __init__(self, clock: Clock, *, capacity: int = _CAPACITY) -> None:
        self.clock = clock
        self._capacity = capacity
        self._entries: list[Entry] = []
        self._room = threading.Condition()
        self._wake: Callable[[], None] = _nobody
        self._unbounded: threading.Thread | None = None
        self._closed = False

    def serve(self, wake: Callable[[], None]) -> None:
        """The calling thread is the one that takes the entries: it never waits; ``wake`` tells it that there are some."""
        self._wake = wake
        self._unbounded = threading.current_thread()

    def add(self, entries: list[Entry]) -> None:
        """Keep entries for the next commit; waits while the sink is full."""
        with self._room:
            while self._is_full():
                self._room.wait()
            first = not self._entries
            self._entries.extend(entries)
        if first and threading.current_thread() is not self._unbounded:
            self._wake()

    def take(self) -> list[Entry]:
        """All entries, in the order in which they were written; the sink is empty then."""
        if not self._entries:
            return []
        with self._room:
            taken, self._entries = self._entries, []
            self._room.notify_all()
        return taken

    def close(self) -> None:
        """Nobody takes entries any more: writers no longer wait."""
        with self._room:
            self._closed = True
            self._room.notify_all()

    def _is_full(self) -> bool:
        full = len(self._entries) >= self._capacity
        return full and not self._closed and threading.current_thread() is not self._unbounded


class TaskLog:
    """The log of one attempt of a task run. May be written from several threads."""

    def __init__(self, sink: LogSink, run: TaskRunInfo, masker: Masker, least: Level = Level.TRACE) -> None:
        self._sink = sink
        self._run = run
        self._masker = masker
        self._least = least.severity
        self._lock = threading.Lock()
        self._streams: dict[Level, StreamMasker] = {}
        self._line = 0
        self._metric = 0
        self._at = 0

    def write(self, level: Level, message: str) -> None:
        """Write a line; one below the task's ``logLevel`` is dropped."""
        severity = level.severity
        if severity < self._least:
            return
        with self._lock:
            self._add(severity, self._masked(level, message))

    def close(self) -> None:
        """Nothing follows: write what was held back."""
        with self._lock:
            for level, stream in self._streams.items():
                if stream.holds:
                    self._add(level.severity, stream.close())

    def _masked(self, level: Level, message: str) -> str:
        """The message without secrets.

        The end of a very long one is held back while it could be half a secret: such messages are pieces of a line
        that was cut somewhere, and the next one goes on with it.
        """
        stream = self._streams.get(level)
        if len(message) < _CUT and (stream is None or not stream.holds):
            return self._masker.mask(message)
        if stream is None:
            stream = self._streams[level] = self._masker.stream()
        return stream.feed(message)

    def _add(self, severity: int, masked: str) -> None:
        run = self._run
        self._at = at = max(self._at, self._sink.clock.now())
        pieces = pieces_of(storable(masked))
        first = self._line + 1
        self._line += len(pieces)
        rows: list[Entry] = [
            LogRow(run.execution_id, at, run.task_run_id, run.attempt, first + place, run.task_id, severity, piece)
            for place, piece in enumerate(pieces)
        ]
        self._sink.add(rows)

    def metric(self, metric: Metric) -> None:
        """Report a metric. One that is no finite number is left out, and the log says so."""
        run = self._run
        if not isfinite(metric.value):
            self.write(Level.WARN, f"the metric '{metric.name}' is left out: its value is {metric.value}")
            return
        with self._lock:
            self._metric += 1
            row = MetricRow(
                run.execution_id,
                run.task_run_id,
                run.attempt,
                self._metric,
                run.task_id,
                self._sink.clock.now(),
                storable(metric.name),
                str(metric.kind),
                float(metric.value),
                dump({key: self._masker.mask(value) for key, value in metric.tags.items()}),
            )
            self._sink.add([row])


def storable(text: str) -> str:
    """The text without what no database takes: NUL characters and halves of surrogate pairs."""
    if "\0" in text:
        text = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    return text if text.isascii() else text.encode(errors="replace").decode()


def pieces_of(message: str) -> list[str]:
    """A message in pieces that are short enough for a line."""
    if len(message) <= LONGEST_MESSAGE:
        return [message]
    return [message[start : start + LONGEST_MESSAGE] for start in range(0, len(message), LONGEST_MESSAGE)]


def _nobody() -> None:
    """Nobody waits for entries."""
