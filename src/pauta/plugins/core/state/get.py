"""A state to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pauta.errors import TaskFailed
from pauta.plugins.core.state.base import StateTask, decode
from pauta.sdk.plugins import Outputs, plugin
from pauta.sdk.properties import P
from pauta.sdk.tasks import Result

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


class GetOutputs(Outputs):
    """What ``Get`` gives."""

    count: int = 0
    """How many values the state has."""
    data: dict[str, Any]
    """The values."""


@plugin("io.kestra.plugin.core.state.Get", aliases=("io.kestra.core.tasks.states.Get",), outputs=GetOutputs)
class Get(StateTask):
    """Reads a state; it is empty when there is none."""

    error_on_missing: P[bool] = False
    """Whether the task fails when there is no state."""

    def run(self, ctx: RunContext) -> Result:
        """Read the state. Raises TaskFailed."""
        kept = self.values(ctx).get(self.key(ctx))
        if kept is None and self.error_on_missing:
            raise TaskFailed(f"there is no state '{self.name}' (errorOnMissing is true)")
        data = {} if kept is None else decode(kept.value)
        return Result({"count": len(data), "data": data})
