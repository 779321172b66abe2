"""A state to change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pauta.plugins.core.state.base import StateTask, decode, encode
from pauta.sdk.plugins import Outputs, plugin
from pauta.sdk.properties import P
from pauta.sdk.tasks import Result

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


class SetOutputs(Outputs):
    """What ``Set`` gives."""

    count: int = 0
    """How many values the state has now."""
    key: str
    """The key of the key-value store under which the state is kept."""


@plugin("io.kestra.plugin.core.state.Set", aliases=("io.kestra.core.tasks.states.Set",), outputs=SetOutputs)
class Set(StateTask):
    """Adds values to a state, or replaces them."""

    data: P[dict[str, Any] | None] = None
    """The values by name."""

    def run(self, ctx: RunContext) -> Result:
        """Change the state. Kestra: what is null is not kept."""
        values, key = self.values(ctx), self.key(ctx)
        kept = values.get(key)
        before = {} if kept is None else decode(kept.value)
        state = {name: value for name, value in {**before, **(self.data or {})}.items() if value is not None}
        values.set(key, encode(state))
        return Result({"count": len(state), "key": key})
