"""The same tasks for every value of a list, group by group."""

from __future__ import annotations

from functools import cached_property

from pydantic import Field

from pauta.plugins.core.flow import loops
from pauta.sdk.flow_control import FINISH, WAIT, Child, Create, FlowControl, Next, Run, ScopeView, Start, active
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import D
from pauta.sdk.tasks import AnyTask, Task


@plugin("io.kestra.plugin.core.flow.ForEach")
class ForEach(FlowControl):
    """Runs its tasks for each value: those of one value one after the other, several values at the same time.

    A task run of the loop knows its value and its place: ``taskrun.value`` and ``taskrun.iteration`` (from 0).
    """

    values: D[str | tuple[object, ...]]
    """A list, or a text that is the JSON of one. Each different value counts once."""
    concurrency_limit: int = Field(default=1, ge=0)
    """For how many values its tasks may run at the same time; 0 is no limit."""
    tasks: tuple[AnyTask, ...] = Field(min_length=1)
    """What to run for each value."""

    def start(self, view: ScopeView) -> Start:
        """Find the values."""
        return loops.start(view, self.values)

    def next(self, view: ScopeView) -> Next:
        """The next task for the value whose task ended; else the first task for the next values."""
        values = loops.remembered(view.memory)
        if view.created >= len(values) * len(self._active):
            return FINISH
        ended = view.ended
        following = None if ended is None else self._following(ended)
        if following is not None:
            return Create((following,))
        first = view.iterations
        limit = self.concurrency_limit or len(values)
        begun = range(first, min(len(values), first + max(0, limit - view.open)))
        return Create([Run(self._active[0], values[place], place) for place in begun]) if begun else WAIT

    def _following(self, ended: Child) -> Run | None:
        place = self._places[ended.task_id] + 1
        return Run(self._active[place], ended.value, ended.iteration) if place < len(self._active) else None

    def follows(self, child: Child, other: Child) -> bool:
        """Those of the same value do; all, where one value comes after the other."""
        return self.concurrency_limit == 1 or child.iteration == other.iteration

    @cached_property
    def _active(self) -> tuple[Task, ...]:
        return active(self.tasks)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {task.id: place for place, task in enumerate(self._active)}
