"""Tasks one after the other."""

from __future__ import annotations

from functools import cached_property

from pydantic import Field

from pauta.sdk.flow_control import FlowControl, Next, ScopeView, active, in_sequence
from pauta.sdk.plugins import plugin
from pauta.sdk.tasks import AnyTask, Task


@plugin("io.kestra.plugin.core.flow.Sequential", aliases=("io.kestra.core.tasks.flows.Sequential",))
class Sequential(FlowControl):
    """Runs its tasks one after the other.

    Example::

        id: together
        type: io.kestra.plugin.core.flow.Sequential
        tasks:
          - id: first
            type: io.kestra.plugin.core.log.Log
            message: one
          - id: second
            type: io.kestra.plugin.core.log.Log
            message: two
    """

    tasks: tuple[AnyTask, ...] = Field(min_length=1)
    """What to run."""

    def next(self, view: ScopeView) -> Next:
        """The task after the one that ended."""
        return in_sequence(self._active, view)

    @cached_property
    def _active(self) -> tuple[Task, ...]:
        return active(self.tasks)
