"""Tasks: what a flow is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, cast

from pydantic import Field

from pauta.sdk.durations import Duration
from pauta.sdk.placement import WorkerGroup, WorkerSelector
from pauta.sdk.plugins import Model, Part, Plugin, of_kind
from pauta.sdk.properties import D, P
from pauta.sdk.retries import AnyRetry
from pauta.sdk.states import Level, State

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


class TaskCache(Model):
    """Outputs of an earlier run are taken when the task has the same properties as then."""

    enabled: bool
    """Whether it is so."""
    ttl: Duration | None = None
    """The age at which outputs are too old."""


class Task(Plugin):
    """What all tasks have in common."""

    id: str = Field(pattern=r"^[a-zA-Z0-9][a-zA-Z0-9_-]*$", min_length=1, max_length=256)
    """The name, one of a kind in the flow: ``outputs.<id>`` has what it gives."""
    version: str | None = None
    """Which version of the plugin; without effect."""
    description: str | None = None
    """What it is for, in Markdown."""
    disabled: bool = False
    """Left out before anything is scheduled: no task run is created."""
    run_if: D[str | bool | float] = "true"
    """Rendered just before the task would start; falsy text means SKIPPED."""
    allow_failure: bool = False
    """A final FAILED becomes WARNING."""
    allow_warning: bool = False
    """A final WARNING becomes SUCCESS."""
    timeout: P[Duration | None] = None
    """Longest duration of an attempt."""
    log_level: Level | None = None
    """Log lines below this level are dropped."""
    log_to_file: bool = False
    """Log lines go to one file of the internal storage."""
    retry: AnyRetry | None = None
    """What happens after a failed attempt."""
    worker_group: Annotated[WorkerGroup, Part()] | None = None
    """On which workers it runs (1.x)."""
    worker_selector: Annotated[WorkerSelector, Part()] | None = None
    """On which workers it runs (2.x)."""
    task_cache: Annotated[TaskCache, Part()] | None = None
    """Whether outputs of an earlier run are taken."""
    policy_refs: tuple[str, ...] = ()
    """Names of policies (2.x)."""
    assets: Mapping[str, Any] | None = None
    """What the task reads and writes, for lineage."""

    def branches(self) -> Iterator[tuple[str, Sequence[Task]]]:
        """The task lists inside this task, by property name (camelCase)."""
        for name, info in type(self).model_fields.items():
            value = getattr(self, name)
            if isinstance(value, tuple | list) and value and isinstance(value[0], Task):
                yield info.alias or name, cast("Sequence[Task]", value)


AnyTask = Annotated[Task, of_kind(Task)]
"""A task of whatever type the map names."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a run of a task gives: outputs under Kestra's property names, and its state.

    Values of ``outputs`` are plain data (JSON). ``encrypted`` names outputs that are stored encrypted.
    """

    outputs: Mapping[str, object] = field(default_factory=dict[str, object])
    state: State = State.SUCCESS


class RunnableTask(Task):
    """A task that a worker runs.

    The worker renders the ``P`` properties first, so that ``run`` reads plain typed values from ``self``.
    """

    light: ClassVar[bool] = False
    """It computes and touches nothing outside: it may run inside the executor, without a worker."""

    def run(self, ctx: RunContext) -> Result | None:
        """Do the work. None means SUCCESS without outputs.

        Raises TaskFailed (outputs kept) or any PautaError to end FAILED with that message.
        """
        raise NotImplementedError
