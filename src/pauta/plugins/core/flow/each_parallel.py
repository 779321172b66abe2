"""The same tasks for every value of a list, all at the same time (1.x)."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from pydantic import Field

from pauta.plugins.core.flow import loops
from pauta.sdk.flow_control import FINISH, WAIT, Child, Create, FlowControl, Next, Run, ScopeView, Start, active, number
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import D, P
from pauta.sdk.tasks import AnyTask, Task


@plugin("io.kestra.plugin.core.flow.EachParallel", aliases=("io.kestra.core.tasks.flows.EachParallel",))
class EachParallel(FlowControl):
    """Runs every task for every value at the same time; tasks that need an order stand in a ``Sequential``."""

    keeps_going: ClassVar[bool] = True

    value: D[str | tuple[object, ...]]
    """A list, or a text that is the JSON of one. Each different value counts once."""
    concurrent: P[int] = 0
    """How many task runs there may be at the same time; 0 is no limit."""
    tasks: tuple[AnyTask, ...] = Field(min_length=1)
    """What to run for each value."""

    def start(self, view: ScopeView) -> Start:
        """Find the values."""
        return loops.start(view, self.value)

    def next(self, view: ScopeView) -> Next:
        """As many task runs as there is room for, value by value."""
        limit = number(view, "concurrent", self.concurrent)
        if not isinstance(limit, int):
            return limit
        values = loops.remembered(view.memory)
        first, end = view.created, len(values) * len(self._active)
        if first >= end:
            return FINISH
        last = min(end, first + limit - view.open) if limit > 0 else end
        return Create([self._run(values, place) for place in range(first, last)]) if last > first else WAIT

    def _run(self, values: list[str], place: int) -> Run:
        iteration, task = divmod(place, len(self._active))
        return Run(self._active[task], values[iteration], iteration)

    def follows(self, child: Child, other: Child) -> bool:
        """None comes because of another one."""
        del child, other
        return False

    @cached_property
    def _active(self) -> tuple[Task, ...]:
        return active(self.tasks)
