"""Executions to remove."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pauta.plugins.core.instants import instant
from pauta.sdk.history import Chosen, What
from pauta.sdk.plugins import Outputs, plugin
from pauta.sdk.properties import P
from pauta.sdk.states import State
from pauta.sdk.tasks import Result, RunnableTask

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


class PurgeOutputs(Outputs):
    """What ``PurgeExecutions`` gives."""

    executions_count: int = 0
    """How many executions were removed."""
    logs_count: int = 0
    """How many log lines were removed."""
    metrics_count: int = 0
    """How many metrics were removed."""
    storages_count: int = 0
    """How many files were removed."""


@plugin(
    "io.kestra.plugin.core.execution.PurgeExecutions",
    aliases=("io.kestra.core.tasks.storages.Purge", "io.kestra.plugin.core.storage.Purge"),
    outputs=PurgeOutputs,
)
class PurgeExecutions(RunnableTask):
    """Removes executions that are over, with what was kept of them."""

    namespace: P[str | None] = None
    """Only executions of this namespace and those below it."""
    flow_id: P[str | None] = None
    """Only executions of this flow."""
    start_date: P[str | None] = None
    """Executions that were created before this date and time stay."""
    end_date: P[str]
    """Executions that were created at this date and time, or later, stay."""
    states: P[list[State] | None] = None
    """Only executions in these states."""
    purge_execution: P[bool] = True
    """Whether the executions themselves are removed."""
    purge_log: P[bool] = True
    """Whether their log lines are removed."""
    purge_metric: P[bool] = True
    """Whether their metrics are removed."""
    purge_storage: P[bool] = True
    """Whether their files are removed."""
    batch_size: P[int] = 100
    """How many are removed in one transaction."""

    def run(self, ctx: RunContext) -> Result:
        """Remove them. Raises TaskFailed."""
        since = instant(self.start_date, "startDate") if self.start_date else None
        chosen = Chosen(instant(self.end_date, "endDate"), since, self.namespace, self.flow_id)
        what = What(self.purge_execution, self.purge_log, self.purge_metric, self.purge_storage)
        removed = ctx.history.remove_executions(chosen, what, self.states or (), max(1, self.batch_size))
        return Result(
            {
                "executionsCount": removed.executions,
                "logsCount": removed.logs,
                "metricsCount": removed.metrics,
                "storagesCount": removed.files,
            }
        )
