"""Tasks that start executions of other flows, and tasks that change their own execution.

Neither needs a worker. Both name what is to be rendered first (plain data, every text in it); then a task that starts
executions says what to start, and a task that changes its execution says what to change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pauta.sdk.states import State
from pauta.sdk.tasks import Task

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Call:
    """An execution to start. Labels of the flow that is called come before these.

    ``inherits``: labels of the calling execution are passed on, where the flow that is called has none of its own.
    ``scheduled``: the ISO 8601 date at which it is to begin; None is at once.
    """

    namespace: str
    flow_id: str
    revision: int | None
    inputs: Mapping[str, object]
    labels: Labels
    inherits: bool
    scheduled: str | None = None


class ExecutableTask(Task):
    """A task that starts an execution."""

    def template(self) -> object:
        """What has to be rendered before ``call``."""
        raise NotImplementedError

    def call(self, rendered: object) -> Call:
        """What to start. Raises ValueError with what is wrong in what was rendered."""
        raise NotImplementedError

    @property
    def waits(self) -> bool:
        """Whether it ends with the execution that it started; else as soon as that is created."""
        return True

    @property
    def restarts_in_place(self) -> bool:
        """Whether a restart goes on with the execution that failed; else it starts another one."""
        return False

    @property
    def transmits(self) -> bool:
        """Whether it ends as the execution that it waited for."""
        return True


@dataclass(frozen=True, slots=True)
class Update:
    """What changes in the execution: all variables, all labels, or its end; None stays as it is."""

    variables: Mapping[str, object] | None = None
    labels: Labels | None = None
    end: State | None = None


class UpdatingTask(Task):
    """A task that changes its own execution."""

    def template(self) -> object:
        """What has to be rendered before ``update``."""
        raise NotImplementedError

    def update(self, rendered: object, variables: Mapping[str, object], labels: Labels) -> Update:
        """What changes, from what there is. Raises ValueError when the task fails, with the sentence for its log."""
        raise NotImplementedError
