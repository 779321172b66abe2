"""The same tasks for every value of a list, one value after the other (1.x)."""

from __future__ import annotations

from functools import cached_property

from pydantic import Field

from pauta.plugins.core.flow import loops
from pauta.sdk.flow_control import FINISH, WAIT, Create, FlowControl, Next, Run, ScopeView, Start, active
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import D
from pauta.sdk.tasks import AnyTask, Task


@plugin("io.kestra.plugin.core.flow.EachSequential", aliases=("io.kestra.core.tasks.flows.EachSequential",))
class EachSequential(FlowControl):
    """Runs its tasks for one value after the other."""

    value: D[str | tuple[object, ...]]
    """A list, or a text that is the JSON of one. Each different value counts once."""
    tasks: tuple[AnyTask, ...] = Field(min_length=1)
    """What to run for each value."""

    def start(self, view: ScopeView) -> Start:
        """Find the values."""
        return loops.start(view, self.value)

    def next(self, view: ScopeView) -> Next:
        """The next task for the same value, else the first one for the next value."""
        if view.open:
            return WAIT
        values, tasks = loops.remembered(view.memory), self._active
        if view.created >= len(values) * len(tasks):
            return FINISH
        iteration, place = divmod(view.created, len(tasks))
        return Create((Run(tasks[place], values[iteration], iteration),))

    @cached_property
    def _active(self) -> tuple[Task, ...]:
        return active(self.tasks)
