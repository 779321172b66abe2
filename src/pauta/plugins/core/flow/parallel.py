"""Tasks at the same time."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from pydantic import Field

from pauta.sdk.flow_control import FINISH, Child, FlowControl, Next, ScopeView, active, in_parallel, number
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P
from pauta.sdk.tasks import AnyTask, Task


@plugin("io.kestra.plugin.core.flow.Parallel", aliases=("io.kestra.core.tasks.flows.Parallel",))
class Parallel(FlowControl):
    """Runs its tasks at the same time.

    A task that fails does not stop the others, nor those that wait for their turn under ``concurrent``.
    """

    keeps_going: ClassVar[bool] = True

    tasks: tuple[AnyTask, ...] = Field(min_length=1)
    """What to run."""
    concurrent: P[int] = 0
    """How many may run at the same time; 0 is no limit."""

    def next(self, view: ScopeView) -> Next:
        """As many tasks as there is room for."""
        if view.created >= len(self._active):
            return FINISH
        limit = number(view, "concurrent", self.concurrent)
        return in_parallel(self._active, limit, view) if isinstance(limit, int) else limit

    def follows(self, child: Child, other: Child) -> bool:
        """None comes because of another one."""
        del child, other
        return False

    @cached_property
    def _active(self) -> tuple[Task, ...]:
        return active(self.tasks)
