"""A failure on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pauta.errors import TaskFailed
from pauta.expression import truthy
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P
from pauta.sdk.tasks import RunnableTask

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


@plugin("io.kestra.plugin.core.execution.Fail", aliases=("io.kestra.core.tasks.executions.Fail",))
class Fail(RunnableTask):
    """Fails: always, or when a condition holds.

    Example::

        id: enough
        type: io.kestra.plugin.core.execution.Fail
        condition: "{{ vars.rows < 10 }}"
        errorMessage: There are too few rows.
    """

    light: ClassVar[bool] = True

    condition: P[str | None] = None
    """False when its text is empty, ``false``, ``0`` or ``-0``; without it the task always fails."""
    error_message: P[str] = "Task failure"
    """What the log says about the failure."""

    def run(self, ctx: RunContext) -> None:
        """Fail, or not. Raises TaskFailed."""
        del ctx
        if self.condition is None or truthy(self.condition):
            raise TaskFailed(self.error_message)
