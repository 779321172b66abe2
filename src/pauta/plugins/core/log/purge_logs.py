"""Log lines to remove."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pauta.plugins.core.instants import instant
from pauta.sdk.history import Chosen
from pauta.sdk.plugins import Outputs, plugin
from pauta.sdk.properties import P
from pauta.sdk.states import Level
from pauta.sdk.tasks import Result, RunnableTask

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


class PurgeOutputs(Outputs):
    """What ``PurgeLogs`` gives."""

    count: int = 0
    """How many lines were removed."""


@plugin("io.kestra.plugin.core.log.PurgeLogs", outputs=PurgeOutputs)
class PurgeLogs(RunnableTask):
    """Removes log lines, also those of executions that stay."""

    namespace: P[str | None] = None
    """Only lines of this namespace and those below it."""
    flow_id: P[str | None] = None
    """Only lines of this flow."""
    execution_id: P[str | None] = None
    """Only lines of this execution."""
    log_levels: P[list[Level] | None] = None
    """Only lines of these levels."""
    start_date: P[str | None] = None
    """Lines that were written before this date and time stay."""
    end_date: P[str]
    """Lines that were written at this date and time, or later, stay."""

    def run(self, ctx: RunContext) -> Result:
        """Remove the lines. Raises TaskFailed."""
        since = instant(self.start_date, "startDate") if self.start_date else None
        until = instant(self.end_date, "endDate")
        chosen = Chosen(until, since, self.namespace, self.flow_id, self.execution_id)
        return Result({"count": ctx.history.remove_logs(chosen, self.log_levels or ())})
