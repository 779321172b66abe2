"""A text as an output."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pauta.sdk.plugins import Outputs, plugin
from pauta.sdk.properties import P
from pauta.sdk.states import Level, MetricKind
from pauta.sdk.tasks import Result, RunnableTask

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


class ReturnOutputs(Outputs):
    """What ``Return`` gives."""

    value: str
    """The rendered text."""


@plugin("io.kestra.plugin.core.debug.Return", aliases=("io.kestra.core.tasks.debugs.Return",), outputs=ReturnOutputs)
class Return(RunnableTask):
    """Gives a rendered text as its output ``value``, and logs it at DEBUG.

    Example::

        id: greet
        type: io.kestra.plugin.core.debug.Return
        format: "Hello from {{ flow.id }}"
    """

    light: ClassVar[bool] = True

    format: P[str | None] = None
    """The text; without it there is no output."""

    def run(self, ctx: RunContext) -> Result | None:
        """Give the text. Kestra: the metric ``length`` counts its characters."""
        if self.format is None:
            return None
        from pauta.sdk.context import Metric

        ctx.log(Level.DEBUG, self.format)
        ctx.metric(Metric("length", MetricKind.COUNTER, len(self.format)))
        return Result({"value": self.format})
