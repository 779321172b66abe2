"""A state to forget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pauta.errors import TaskFailed
from pauta.plugins.core.state.base import StateTask
from pauta.sdk.plugins import Outputs, plugin
from pauta.sdk.properties import P
from pauta.sdk.tasks import Result

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


class DeleteOutputs(Outputs):
    """What ``Delete`` gives."""

    deleted: bool
    """Whether there was a state."""


@plugin("io.kestra.plugin.core.state.Delete", aliases=("io.kestra.core.tasks.states.Delete",), outputs=DeleteOutputs)
class Delete(StateTask):
    """Forgets a state."""

    error_on_missing: P[bool] = False
    """Whether the task fails when there is no state."""

    def run(self, ctx: RunContext) -> Result:
        """Forget the state. Raises TaskFailed."""
        deleted = self.values(ctx).delete(self.key(ctx))
        if not deleted and self.error_on_missing:
            raise TaskFailed(f"there is no state '{self.name}' (errorOnMissing is true)")
        return Result({"deleted": deleted})
