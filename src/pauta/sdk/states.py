"""The words of the domain that every room shares: states, levels, kinds of metric."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """State of an execution, a task run or an attempt (Kestra's names)."""

    CREATED = "CREATED"
    """It exists; nothing has happened to it yet."""
    SUBMITTED = "SUBMITTED"
    """A task run that waits for a worker."""
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    RESTARTED = "RESTARTED"
    """Set by restart, replay and change of state; behaves like CREATED."""
    KILLING = "KILLING"
    """A kill was asked for; running work is being stopped."""
    QUEUED = "QUEUED"
    """Held back by a concurrency limit."""
    RETRYING = "RETRYING"
    """Failed; another attempt is scheduled."""
    BREAKPOINT = "BREAKPOINT"
    SUCCESS = "SUCCESS"
    WARNING = "WARNING"
    FAILED = "FAILED"
    KILLED = "KILLED"
    CANCELLED = "CANCELLED"
    RETRIED = "RETRIED"
    """Superseded by a new execution."""
    SKIPPED = "SKIPPED"
    """``runIf`` was false (task runs only)."""
    RESUBMITTED = "RESUBMITTED"
    """An attempt that was abandoned because the task run was queued again (attempts only)."""

    @property
    def terminal(self) -> bool:
        """Nothing follows this state within the same generation."""
        return self in _TERMINAL

    @property
    def failed(self) -> bool:
        """It counts as a failure for the scope around it."""
        return self is State.FAILED


_TERMINAL = frozenset(
    {
        State.SUCCESS,
        State.WARNING,
        State.FAILED,
        State.KILLED,
        State.CANCELLED,
        State.RETRIED,
        State.SKIPPED,
        State.RESUBMITTED,
    }
)


class Level(StrEnum):
    """Level of a log line, from the least to the most severe."""

    TRACE = "TRACE"
    DEBUG = "DEBUG"
    INFO = "INFO"
    WARN = "WARN"
    ERROR = "ERROR"

    @property
    def severity(self) -> int:
        """Rank from 0 (TRACE) to 4 (ERROR)."""
        return _SEVERITY[self]


_SEVERITY = {level: rank for rank, level in enumerate(Level)}


class MetricKind(StrEnum):
    """Kind of a metric; a timer's value is in seconds."""

    COUNTER = "counter"
    TIMER = "timer"
    GAUGE = "gauge"


class Containers(StrEnum):
    """What happens to tasks that want a container."""

    AUTO = "auto"
    """Those that name a container runner get one when an engine answers; all others run as processes, with a warning."""
    DOCKER = "docker"
    """They get one, as in Kestra; without an engine they fail."""
    PROCESS = "process"
    """They run as processes, with a warning."""
