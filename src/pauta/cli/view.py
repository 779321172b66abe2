"""The live view of a run: plain lines for a pipe, a moving one for a terminal.

Both print a line when a task run ends and log lines as they come. The terminal also shows, below them, the task runs
that are at work, each with a spinner and its elapsed time.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol, TextIO

from pauta import clock
from pauta.cli.text import Paint, on_one_line, paint_for, printable, seconds
from pauta.sdk.states import Level, State

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.live import Live
    from rich.spinner import Spinner

    from pauta.engine.execution import TaskRun

_SHOWN_AT_ONCE = 12
_WORTH_A_LINE = frozenset({State.RUNNING, State.PAUSED})
_HELD = "  it goes on when its time has passed, or when somebody resumes it; Ctrl+C ends the run"
_QUICK = 0.15
"""Seconds. A run that ends sooner is over before anybody sees a spinner: rich is not even imported for it."""


class View(Protocol):
    """What a run tells whoever watches. Called from other threads, one call at a time."""

    def log(self, at: int, level: Level, task_id: str | None, message: str) -> None:
        """A log line."""
        ...

    def task_run(self, task_run: TaskRun) -> None:
        """A task run entered a state."""
        ...

    def close(self) -> None:
        """The run is over: leave the terminal as it was."""
        ...


class SilentView:
    """Shows nothing (``--quiet``)."""

    def log(self, at: int, level: Level, task_id: str | None, message: str) -> None:
        """Nothing."""

    def task_run(self, task_run: TaskRun) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class PlainView:
    """One line per log line and per ended task run; whole lines only, so that a pipe never shows half of one."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._paint = paint_for(stream)

    def log(self, at: int, level: Level, task_id: str | None, message: str) -> None:
        """Print the log line."""
        self._print(log_line(self._paint, at, level, task_id, message))

    def task_run(self, task_run: TaskRun) -> None:
        """Print task runs that start to work, that are held, and that end."""
        if task_run.state.terminal or task_run.state in _WORTH_A_LINE:
            self._print(task_line(self._paint, task_run))

    def close(self) -> None:
        """Nothing is left open."""

    def _print(self, text: str) -> None:
        self._stream.write(text + "\n")
        self._stream.flush()


class TerminalView:
    """Ended task runs and log lines scroll by; those at work stay below them, with spinner and elapsed time."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._paint = paint_for(stream)
        self._working: dict[str, TaskRun] = {}
        self._lock = threading.Lock()
        self._live: Live | None = None
        self._timer = threading.Timer(_QUICK, self._go_live)
        self._timer.daemon = True
        self._timer.start()

    def log(self, at: int, level: Level, task_id: str | None, message: str) -> None:
        """Print the log line above the moving part."""
        self._print(log_line(self._paint, at, level, task_id, message))

    def task_run(self, task_run: TaskRun) -> None:
        """Move the task run into the moving part, or out of it when it ended."""
        with self._lock:
            if task_run.state.terminal:
                self._working.pop(task_run.id, None)
            else:
                self._working[task_run.id] = task_run
        if task_run.state.terminal or task_run.state is State.PAUSED:
            self._print(task_line(self._paint, task_run))

    def close(self) -> None:
        """Take the moving part away."""
        self._timer.cancel()
        with self._lock:
            live, self._live = self._live, None
            self._closed = True
        if live is not None:
            live.stop()

    _closed = False

    def _print(self, text: str) -> None:
        with self._lock:
            if self._live is None:
                self._stream.write(text + "\n")
                self._stream.flush()
                return
            live = self._live
        from rich.text import Text

        live.console.print(Text.from_ansi(text), soft_wrap=True)

    def _go_live(self) -> None:
        from rich.console import Console
        from rich.live import Live

        live = Live(
            console=Console(file=self._stream, force_terminal=True),
            get_renderable=self._moving_part,
            transient=True,
            refresh_per_second=10,
        )
        with self._lock:
            if self._closed:
                return
            self._live = live
            live.start()

    def _moving_part(self) -> RenderableType:
        from rich import spinner
        from rich.table import Table

        working = list(self._working.values())
        now = clock.SystemClock().now()
        table = Table.grid(padding=(0, 1))
        for task_run in working[-_SHOWN_AT_ONCE:]:
            table.add_row(self._spinner(spinner.Spinner), *_working_cells(task_run, now))
        if len(working) > _SHOWN_AT_ONCE:
            table.add_row("", f"… and {len(working) - _SHOWN_AT_ONCE} more", "", "")
        return table

    def _spinner(self, make: type[Spinner]) -> Spinner:
        # one spinner for all rows: a new one each time would always show its first frame
        if self._spinning is None:
            self._spinning = make("dots")
        return self._spinning

    _spinning: Spinner | None = None


def _working_cells(task_run: TaskRun, now: int) -> tuple[str, str, str]:
    return task_name(task_run), str(task_run.state), seconds(now - task_run.history[0].at)


def view_for(stream: TextIO, *, quiet: bool) -> View:
    """The view that fits the stream."""
    if quiet:
        return SilentView()
    return TerminalView(stream) if stream.isatty() else PlainView(stream)


def log_line(paint: Paint, at: int, level: Level, task_id: str | None, message: str) -> str:
    """A log line to read: time of day, level, task, message; further lines of the message are indented."""
    head = f"{paint.dim(_time_of_day(at))} {paint.level(level)} {paint.bold(task_id) if task_id else '-'}"
    first, *more = printable(message).split("\n")
    return "\n".join((f"{head}  {first}", *(f"{'':15}{line}" for line in more)))


def task_line(paint: Paint, task_run: TaskRun) -> str:
    """A line that says which state a task run entered, and how long it took when it ended."""
    at = task_run.history[-1].at
    took = f"  {paint.dim(seconds(at - task_run.history[0].at))}" if task_run.state.terminal else ""
    held = paint.dim(_HELD) if task_run.state is State.PAUSED else ""
    state = f"{paint.mark(task_run.state)} {paint.bold(task_name(task_run))}  {paint.state(task_run.state)}"
    return f"{paint.dim(_time_of_day(at))} {state}{took}{held}"


def task_name(task_run: TaskRun) -> str:
    """The task id, with the loop value when there is one."""
    return f"{task_run.task_id} [{on_one_line(task_run.value)}]" if task_run.value is not None else task_run.task_id


def _time_of_day(at: int) -> str:
    return clock.to_datetime(at).astimezone().strftime("%H:%M:%S.%f")[:-3]
