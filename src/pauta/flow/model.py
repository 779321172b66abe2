"""A flow: what its YAML says, checked and typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, PrivateAttr

from pauta.errors import Problem
from pauta.expression import Dialect
from pauta.flow.elsewhere import Elsewhere
from pauta.sdk.labels import Labels
from pauta.sdk.placement import WorkerGroup, WorkerSelector
from pauta.sdk.plugins import Model, Part
from pauta.sdk.retries import AnyRetry
from pauta.sdk.tasks import AnyTask, Task

if TYPE_CHECKING:
    from pauta.flow.inputs import AnyInput, AnyOutput
    from pauta.flow.limits import AnySla, Check, Concurrency, Quota
    from pauta.flow.listeners import Listener
    from pauta.flow.plugin_defaults import PluginDefault
    from pauta.sdk.triggers import AnyTrigger
else:
    AnyInput = Annotated[Any, Elsewhere("pauta.flow.inputs", "AnyInput")]
    AnyOutput = Annotated[Any, Elsewhere("pauta.flow.inputs", "AnyOutput")]
    AnySla = Annotated[Any, Elsewhere("pauta.flow.limits", "AnySla")]
    AnyTrigger = Annotated[Any, Elsewhere("pauta.sdk.triggers", "AnyTrigger")]
    Check = Annotated[Any, Elsewhere("pauta.flow.limits", "Check")]
    Concurrency = Annotated[Any, Elsewhere("pauta.flow.limits", "Concurrency")]
    Listener = Annotated[Any, Elsewhere("pauta.flow.listeners", "Listener")]
    PluginDefault = Annotated[Any, Elsewhere("pauta.flow.plugin_defaults", "PluginDefault")]
    Quota = Annotated[Any, Elsewhere("pauta.flow.limits", "Quota")]

FLOW_ID = r"^[a-zA-Z0-9][a-zA-Z0-9._-]*$"
NAMESPACE = r"^[a-z0-9][a-z0-9._-]*$"


class Flow(Model):
    """A flow. Keys that do nothing yet are in ``pauta.flow.later``."""

    id: str = Field(min_length=1, max_length=100, pattern=FLOW_ID)
    """The name, one of a kind in its namespace."""
    namespace: str = Field(min_length=1, max_length=150, pattern=NAMESPACE)
    """Where the flow is: names with dots between them, such as ``company.team``."""
    revision: int = Field(default=1, ge=1)
    """Which one of all that were deployed under this id; what a document says about it does not count."""
    description: str | None = None
    """What the flow is for, in Markdown."""
    labels: Labels = ()
    """Every execution gets them."""
    inputs: tuple[AnyInput, ...] = ()
    """What an execution is started with."""
    outputs: tuple[AnyOutput, ...] = ()
    """What an execution gives."""
    variables: Mapping[str, Any] = Field(default_factory=dict)
    """Not rendered by themselves."""
    tasks: tuple[AnyTask, ...] = Field(min_length=1)
    """Run one after the other."""
    errors: tuple[AnyTask, ...] = ()
    """Run when one of them failed."""
    finally_: tuple[AnyTask, ...] = Field(default=(), alias="finally")
    """Run after all these, whatever happened."""
    after_execution: tuple[AnyTask, ...] = ()
    """Run when the execution has its final state."""
    listeners: tuple[Listener, ...] = ()
    """Tasks that run after an execution, under conditions (1.x)."""
    triggers: tuple[AnyTrigger, ...] = ()
    """What starts executions."""
    plugin_defaults: tuple[PluginDefault, ...] = ()
    """Values that tasks of a type share."""
    task_defaults: tuple[PluginDefault, ...] = ()
    """Old name of ``pluginDefaults``."""
    concurrency: Concurrency | None = None
    """How many executions may run at a time."""
    quotas: tuple[Quota, ...] = ()
    """How many executions may start within a time (2.x)."""
    retry: AnyRetry | None = None
    """For every task that has none of its own."""
    sla: tuple[AnySla, ...] = ()
    """What an execution has to keep to."""
    checks: tuple[Check, ...] = ()
    """Conditions that are looked at when an execution is created."""
    disabled: bool = False
    """It cannot be started."""
    draft: bool = False
    """It is being written, and is not checked yet (2.x)."""
    worker_group: Annotated[WorkerGroup, Part()] | None = None
    """On which workers its tasks run (1.x)."""
    worker_selector: Annotated[WorkerSelector, Part()] | None = None
    """On which workers its tasks run (2.x)."""
    policy_refs: tuple[str, ...] = ()
    """Names of policies (2.x)."""
    deleted: bool = False
    """Written by servers."""
    tenant_id: str | None = None
    """Written by servers."""
    updated: Any = None
    """This and the two before: written by servers."""

    _dialect: Dialect = PrivateAttr(default=Dialect.V1)
    _warnings: tuple[Problem, ...] = PrivateAttr(default=())

    def know(self, dialect: Dialect, warnings: tuple[Problem, ...]) -> None:
        """What is found in the document as a whole; told once, by its reader."""
        self._dialect = dialect
        self._warnings = warnings

    @property
    def dialect(self) -> Dialect:
        """Which Kestra it is written for; decides wherever the two behave differently."""
        return self._dialect

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What is worth saying about its document though it is valid."""
        return self._warnings

    def task(self, task_id: str) -> Task:
        """The task with an id, wherever it stands. Raises KeyError."""
        return self._index[task_id][0]

    def parent(self, task_id: str) -> Task | None:
        """The task that a task stands in; None for one of the flow itself. Raises KeyError."""
        return self._index[task_id][1]

    @cached_property
    def _index(self) -> dict[str, tuple[Task, Task | None]]:
        return {task.id: (task, parent) for task, parent in self.walk()}

    def walk(self) -> Iterator[tuple[Task, Task | None]]:
        """All tasks at any depth, each with the one that it stands in."""
        pending: list[tuple[Task, Task | None]] = [
            (task, None) for tasks in (self.tasks, self.errors, self.finally_, self.after_execution) for task in tasks
        ]
        while pending:
            task, parent = pending.pop()
            yield task, parent
            pending += [(child, task) for _, tasks in task.branches() for child in tasks]
