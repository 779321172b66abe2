"""Tasks at the same time."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar, cast

from pydantic import Field

from pauta.sdk.flow_control import FINISH, Ask, Fail, FlowControl, Next, ScopeView, active, in_parallel
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
        written = cast("object", self.concurrent)
        if isinstance(written, int):
            return in_parallel(self._active, written, view)
        rendered = view.answer("concurrent")
        if rendered is None:
            return Ask("concurrent", str(written))
        return self._limited(rendered, view)

    def _limited(self, rendered: str, view: ScopeView) -> Next:
        try:
            return in_parallel(self._active, int(rendered.strip() or "0"), view)
        except ValueError:
            return Fail(f"'concurrent' must be a whole number, not '{rendered}'")

    @cached_property
    def _active(self) -> tuple[Task, ...]:
        return active(self.tasks)
