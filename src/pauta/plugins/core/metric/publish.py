"""Metrics of one's own."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from pauta.sdk.context import Metric
from pauta.sdk.durations import Duration
from pauta.sdk.plugins import Model, plugin
from pauta.sdk.properties import P
from pauta.sdk.states import MetricKind
from pauta.sdk.tasks import RunnableTask

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


class Published(Model):
    """What all metrics have."""

    name: P[str]
    """The name."""
    description: P[str | None] = None
    """What it is about."""
    tags: P[dict[str, str] | None] = None
    """What tells it apart from others of the same name."""


class CounterMetric(Published):
    """A number that is added to others."""

    type: Literal["counter"]
    value: P[float]
    """The number."""


class GaugeMetric(Published):
    """A number that stands for itself."""

    type: Literal["gauge"]
    value: P[float]
    """The number."""


class TimerMetric(Published):
    """A length of time."""

    type: Literal["timer"]
    value: P[Duration]
    """The length."""


AnyMetric = Annotated[CounterMetric | TimerMetric | GaugeMetric, Field(discriminator="type")]
_KINDS = {"counter": MetricKind.COUNTER, "gauge": MetricKind.GAUGE, "timer": MetricKind.TIMER}


@plugin("io.kestra.plugin.core.metric.Publish")
class Publish(RunnableTask):
    """Reports metrics."""

    metrics: P[list[AnyMetric] | None] = None
    """The metrics."""

    def run(self, ctx: RunContext) -> None:
        """Report them."""
        for each in self.metrics or []:
            value = each.value.total_seconds() if isinstance(each.value, timedelta) else each.value
            ctx.metric(Metric(each.name, _KINDS[each.type], value, each.tags or {}))
