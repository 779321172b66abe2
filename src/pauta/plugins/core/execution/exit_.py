"""The end of the execution, here and now."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import cast

from pauta.sdk.executables import Labels, Update, UpdatingTask
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P
from pauta.sdk.states import State


class ExitState(StrEnum):
    """How the execution ends."""

    SUCCESS = "SUCCESS"
    WARNING = "WARNING"
    KILLED = "KILLED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    CANCELED = "CANCELED"
    """The same as CANCELLED (1.x)."""


@plugin("io.kestra.plugin.core.execution.Exit")
class Exit(UpdatingTask):
    """Ends the execution at once: nothing else begins in it but ``afterExecution``."""

    state: P[ExitState] = ExitState.SUCCESS
    """How it ends."""

    def template(self) -> object:
        """The state, as it is written."""
        return str(self.state)

    def update(self, rendered: object, variables: Mapping[str, object], labels: Labels) -> Update:
        """The end."""
        del variables, labels
        name = cast("str", rendered)
        if name not in set(ExitState):
            raise ValueError(f"'state' must be one of {', '.join(ExitState)}, not '{name}'")
        return Update(end=State.CANCELLED if name == ExitState.CANCELED else State(name))
