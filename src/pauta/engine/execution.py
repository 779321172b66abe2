"""The live execution: an object that one executor owns and changes in place, and the rows it is saved as.

Everything here is plain data. Instants are microseconds since the epoch. What is saved is the rows that changed:
one for the execution itself, one per task run; ``live`` is derived from the rows and never stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pauta.sdk.states import State


class Change(NamedTuple):
    """One entry of a history: the state that was entered, and when."""

    state: State
    at: int


@dataclass(slots=True)
class Attempt:
    """One attempt of a task run."""

    history: list[Change]
    worker_id: str | None = None
    log_file: str | None = None

    @property
    def state(self) -> State:
        """The present state."""
        return self.history[-1].state


@dataclass(slots=True)
class TaskRun:
    """One run of a task in an execution.

    ``number`` is its place in the execution's list, from 0. ``fence`` grows with every submission: a result with a
    lower fence changes nothing. ``outputs`` is None until the task gave some; ``generation`` is the execution's at
    creation.
    """

    id: str
    execution_id: str
    number: int
    task_id: str
    history: list[Change]
    parent_id: str | None = None
    value: str | None = None
    iteration: int | None = None
    attempts: list[Attempt] = field(default_factory=list[Attempt])
    outputs: Mapping[str, object] | None = None
    fence: int = 0
    generation: int = 1
    dynamic: bool = False
    memory: Mapping[str, object] | None = None
    """What its flow control wants to know again after a crash; nobody else sees it."""
    force: bool = False
    """It runs although the execution has ended (``afterExecution``)."""

    @property
    def state(self) -> State:
        """The present state."""
        return self.history[-1].state


class Caller(NamedTuple):
    """The task run that started an execution and waits for it."""

    execution_id: str
    task_run_id: str


RENDER = "render"
"""A text whose expressions are to be rendered."""
RENDER_VALUE = "value"
"""The JSON of a value of which every text is to be rendered; the answer is JSON too."""
CALL = "call"
"""The JSON of a call of another flow; the answer is what its execution begins with."""
PHASE = "phase"
"""The name of a phase of a flow-control task; the answer is the JSON of what it gave."""
SLOT = "slot"
"""A place of the flow's concurrency limit; the answer says whether there was one."""


@dataclass(slots=True)
class Request:
    """A question to the outside, asked by an expression that cannot be answered by computing alone.

    ``template`` is rendered elsewhere, in the context of ``task_run_id`` (None: of the execution). ``kind`` tells what
    it is and what is wanted.
    """

    id: str
    task_run_id: str | None
    template: str
    generation: int
    kind: str = RENDER


@dataclass(frozen=True, slots=True)
class Timer:
    """Something happens at the instant ``due`` unless it is dropped before: what, ``kind`` tells."""

    id: str
    task_run_id: str | None
    kind: str
    due: int
    generation: int


@dataclass(slots=True)
class Execution:
    """One execution of a flow.

    ``inputs``, ``variables`` and ``trigger`` are plain JSON data, encrypted values kept encrypted.
    """

    id: str
    namespace: str
    flow_id: str
    flow_revision: int
    history: list[Change]
    inputs: Mapping[str, object] = field(default_factory=dict[str, object])
    labels: tuple[tuple[str, str], ...] = ()
    variables: Mapping[str, object] = field(default_factory=dict[str, object])
    outputs: Mapping[str, object] | None = None
    trigger: Mapping[str, object] | None = None
    parent_id: str | None = None
    original_id: str | None = None
    kind: str | None = None
    shard: int = 0
    generation: int = 1
    """Grows when a closed execution is opened again (restart, change of state, retry)."""
    attempt_number: int = 1
    schedule_at: int | None = None
    task_runs: dict[str, TaskRun] = field(default_factory=dict[str, TaskRun])
    """By id, in the order of creation."""
    requests: dict[str, Request] = field(default_factory=dict[str, Request])
    """Unanswered ones, by id."""
    timers: dict[str, Timer] = field(default_factory=dict[str, Timer])
    """Those that have not come, by id."""
    numbered: int = 0
    """How many task runs were ever created: the number of the next one."""
    caller: Caller | None = None
    """Who waits for its end."""
    live: object = None
    """What ``decide`` derives to stay fast (cursors, counts, indices); never stored."""

    @property
    def state(self) -> State:
        """The present state."""
        return self.history[-1].state
