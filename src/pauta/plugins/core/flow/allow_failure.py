"""Tasks that may fail."""

from __future__ import annotations

from typing import ClassVar

from pauta.plugins.core.flow.sequential import Sequential
from pauta.sdk.plugins import plugin
from pauta.sdk.states import State


@plugin("io.kestra.plugin.core.flow.AllowFailure", aliases=("io.kestra.core.tasks.flows.AllowFailure",))
class AllowFailure(Sequential):
    """Runs its tasks one after the other; when one fails, it ends WARNING, and what is behind it goes on."""

    softens: ClassVar[bool] = False

    def final_state(self, state: State) -> State:
        """A failure of a child is a warning. Kestra: ``allowWarning`` does not soften it."""
        return State.WARNING if state is State.FAILED else state
