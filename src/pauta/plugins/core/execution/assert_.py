"""Conditions that have to hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pauta.errors import TaskFailed
from pauta.expression import truthy
from pauta.sdk.context import Metric
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import D, P
from pauta.sdk.states import Level, MetricKind
from pauta.sdk.tasks import RunnableTask

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


@plugin("io.kestra.plugin.core.execution.Assert")
class Assert(RunnableTask):
    """Fails unless all conditions hold."""

    light: ClassVar[bool] = True

    conditions: D[list[str]]
    """The conditions; one is false when its text is empty, ``false``, ``0`` or ``-0``."""
    error_message: P[str | None] = None
    """What the log says about a failure, too."""

    def run(self, ctx: RunContext) -> None:
        """Check the conditions: each that does not hold is logged. Raises TaskFailed."""
        broken = [each for each in self.conditions if not truthy(str(ctx.render(each)))]
        for each in broken:
            ctx.log(Level.ERROR, f"Assertion `{each}` failed!")
        ctx.metric(Metric("failed", MetricKind.COUNTER, len(broken)))
        ctx.metric(Metric("success", MetricKind.COUNTER, len(self.conditions) - len(broken)))
        if broken:
            more = f"\n{self.error_message}" if self.error_message else ""
            raise TaskFailed(f"{len(broken)} assertion{'s' if len(broken) > 1 else ''} failed!{more}")
