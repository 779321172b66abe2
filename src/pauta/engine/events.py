"""What can happen to an execution. Events are past tense, plain, and can be stored and read back.

``encode`` and ``decode`` are the stored form (kind, JSON payload); the payload carries a version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, get_args

from pauta.sdk.states import State

VERSION = 1


@dataclass(frozen=True, slots=True)
class ExecutionCreated:
    """The execution was accepted and stored."""


@dataclass(frozen=True, slots=True)
class TaskRunStarted:
    """A worker claimed the task run and begins an attempt."""

    task_run_id: str
    fence: int
    worker_id: str | None = None


@dataclass(frozen=True, slots=True)
class TaskRunEnded:
    """A worker delivers a result. ``state`` is SUCCESS, WARNING, FAILED, KILLED or CANCELLED."""

    task_run_id: str
    fence: int
    state: State
    outputs: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class RequestAnswered:
    """The answer to a request: the rendered text, or the message of what went wrong."""

    request_id: str
    value: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class KillRequested:
    """Somebody asked to kill the execution."""


@dataclass(frozen=True, slots=True)
class TimerRang:
    """The instant of a timer has come."""

    timer_id: str


@dataclass(frozen=True, slots=True)
class ResumeRequested:
    """Somebody asked to go on with what is held: one task run, or (None) the oldest one.

    ``inputs`` are what they gave, checked and converted; ``by`` is their name.
    """

    task_run_id: str | None = None
    inputs: Mapping[str, object] | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class PauseRequested:
    """Somebody asked to hold the execution: what runs goes on, nothing new begins."""


@dataclass(frozen=True, slots=True)
class ChildEnded:
    """The execution that a task run started has ended, with all that follows its end."""

    task_run_id: str
    execution_id: str
    state: State
    outputs: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class RestartRequested:
    """Somebody asked to do again what failed in an execution that has ended."""


@dataclass(frozen=True, slots=True)
class StateChangeRequested:
    """Somebody gave a task run of an execution that has ended another state."""

    task_run_id: str
    state: State


@dataclass(frozen=True, slots=True)
class SlotGranted:
    """A place of the flow's concurrency limit came free for the execution."""


@dataclass(frozen=True, slots=True)
class ForceRunRequested:
    """Somebody asked to let the execution begin, or go on, whatever holds it back."""


Event = (
    ExecutionCreated
    | TaskRunStarted
    | TaskRunEnded
    | RequestAnswered
    | KillRequested
    | TimerRang
    | PauseRequested
    | ResumeRequested
    | ChildEnded
    | RestartRequested
    | StateChangeRequested
    | SlotGranted
    | ForceRunRequested
)

_KINDS: dict[str, type[Event]] = {kind.__name__: kind for kind in get_args(Event)}


def encode(event: Event) -> tuple[str, dict[str, Any]]:
    """The kind and the JSON payload of an event."""
    return type(event).__name__, {"v": VERSION, **asdict(event)}


def decode(kind: str, payload: Mapping[str, Any]) -> Event:
    """The event of a stored kind and payload."""
    fields = {name: value for name, value in payload.items() if name != "v"}
    if "state" in fields:
        fields["state"] = State(fields["state"])
    return _KINDS[kind](**fields)
