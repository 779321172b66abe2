"""A flow: what its YAML says, checked and typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PrivateAttr

from pauta.expression import Dialect
from pauta.flow.inputs import AnyInput, AnyOutput
from pauta.sdk.plugins import Model
from pauta.sdk.tasks import AnyTask, Task


def _labels(value: Any) -> Any:
    if isinstance(value, Mapping):
        return tuple((key, str(each)) for key, each in value.items())
    if isinstance(value, list):
        return tuple((each["key"], str(each["value"])) for each in value)
    return value


class Flow(Model):
    """A flow."""

    id: str
    namespace: str
    revision: int = 1
    description: str | None = None
    labels: Annotated[tuple[tuple[str, str], ...], BeforeValidator(_labels)] = ()
    inputs: tuple[AnyInput, ...] = ()
    outputs: tuple[AnyOutput, ...] = ()
    variables: Mapping[str, Any] = Field(default_factory=dict)
    tasks: tuple[AnyTask, ...] = Field(min_length=1)
    errors: tuple[AnyTask, ...] = ()
    finally_: tuple[AnyTask, ...] = Field(default=(), alias="finally")
    after_execution: tuple[AnyTask, ...] = ()
    disabled: bool = False

    _dialect: Dialect = PrivateAttr(default=Dialect.V1)

    @property
    def dialect(self) -> Dialect:
        """The dialect."""
        return self._dialect

    def task(self, task_id: str) -> Task:
        """The task."""
        return self._index[task_id][0]

    def parent(self, task_id: str) -> Task | None:
        """The parent."""
        return self._index[task_id][1]

    @cached_property
    def _index(self) -> dict[str, tuple[Task, Task | None]]:
        return {task.id: (task, parent) for task, parent in self.walk()}

    def walk(self) -> Iterator[tuple[Task, Task | None]]:
        """All."""
        pending: list[tuple[Task, Task | None]] = [
            (task, None) for tasks in (self.tasks, self.errors, self.finally_, self.after_execution) for task in tasks
        ]
        while pending:
            task, parent = pending.pop()
            yield task, parent
            pending += [(child, task) for _, tasks in task.branches() for child in tasks]
