"""What a decision wants done outside. The executor carries effects out after (or with) the commit of the rows."""

from __future__ import annotations

from dataclasses import dataclass, field

from pauta.engine.events import Event
from pauta.engine.execution import Execution, Request, TaskRun, Timer
from pauta.sdk.states import Level, State


@dataclass(frozen=True, slots=True)
class SubmitTaskRun:
    """Give the task run to a worker, with this fence."""

    task_run: TaskRun
    fence: int


@dataclass(frozen=True, slots=True)
class StopTaskRun:
    """Stop the running attempt with this fence; the worker answers with TaskRunEnded(KILLED)."""

    task_run: TaskRun
    fence: int


@dataclass(frozen=True, slots=True)
class AskOutside:
    """Render a template that needs the outside world; the answer is RequestAnswered."""

    request: Request


@dataclass(frozen=True, slots=True)
class WriteLog:
    """A log line of the engine, for a task run or (None) for the execution."""

    task_run: TaskRun | None
    level: Level
    message: str


@dataclass(frozen=True, slots=True)
class StartExecution:
    """Keep a new execution, in the same commit, and begin it."""

    execution: Execution


@dataclass(frozen=True, slots=True)
class Tell:
    """Put an event into the inbox of another execution, in the same commit."""

    execution_id: str
    event: Event


@dataclass(frozen=True, slots=True)
class RemoveDirectory:
    """Remove the directory that the children of a task run shared."""

    task_run: TaskRun


@dataclass(frozen=True, slots=True)
class EndGeneration:
    """The execution reached its final state: release its slot, tell who waits for it."""

    generation: int
    state: State


Effect = SubmitTaskRun | StopTaskRun | AskOutside | WriteLog | StartExecution | Tell | RemoveDirectory | EndGeneration


@dataclass(slots=True)
class Decision:
    """What one event changed: the rows to save, and the effects.

    ``task_runs`` are changed or new task runs by id (each once, in its latest form), ``removed`` those to delete,
    ``execution`` tells whether the execution's own row changed, ``labels`` whether its labels did, ``reopened`` whether it
    had ended before, ``answered`` and
    ``asked`` are request ids to delete and requests to insert, ``set`` and ``dropped`` timers in the same way.
    """

    execution: bool = False
    labels: bool = False
    reopened: bool = False
    task_runs: dict[str, TaskRun] = field(default_factory=dict[str, TaskRun])
    removed: dict[str, TaskRun] = field(default_factory=dict[str, TaskRun])
    asked: list[Request] = field(default_factory=list[Request])
    answered: list[str] = field(default_factory=list[str])
    set: list[Timer] = field(default_factory=list[Timer])
    dropped: list[str] = field(default_factory=list[str])
    effects: list[Effect] = field(default_factory=list[Effect])
