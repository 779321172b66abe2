"""Log lines as rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from pauta.expression.library import ion_text
from pauta.plugins.core.storage.names import new_name
from pauta.sdk.plugins import Outputs, plugin
from pauta.sdk.properties import P
from pauta.sdk.states import Level
from pauta.sdk.tasks import Result, RunnableTask

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext

_FIELDS = (
    *("tenantId", "namespace", "flowId", "taskId", "executionId", "taskRunId", "attemptNumber", "triggerId"),
    *("timestamp", "level", "thread", "message", "executionKind"),
)


class FetchOutputs(Outputs):
    """What ``Fetch`` gives."""

    size: int
    """How many lines there are."""
    uri: str
    """The file of rows."""


@plugin("io.kestra.plugin.core.log.Fetch", aliases=("io.kestra.core.tasks.log.Fetch",), outputs=FetchOutputs)
class Fetch(RunnableTask):
    """Writes log lines of an execution into a file, as rows (Ion)."""

    namespace: P[str | None] = None
    """The namespace of the execution; its id says enough."""
    flow_id: P[str | None] = None
    """The flow of the execution; its id says enough."""
    execution_id: P[str | None] = None
    """The execution; without it this one."""
    tasks_id: P[list[str] | None] = None
    """Only lines of these tasks."""
    level: P[Level] = Level.INFO
    """The least severe level."""

    def run(self, ctx: RunContext) -> Result:
        """Write the file. Raises NotFound."""
        rows: list[int] = []
        uri, _ = ctx.put_stream(self._lines(ctx, rows), new_name(".ion"))
        return Result({"size": len(rows), "uri": uri})

    def _lines(self, ctx: RunContext, rows: list[int]) -> Iterator[bytes]:
        lines = ctx.history.log_lines(self.execution_id or ctx.info.execution_id, self.level, self.tasks_id or ())
        for place, line in enumerate(lines):
            rows.append(place)
            yield f"{ion_text.dump(_row(line))}\n".encode()


def _row(line: Mapping[str, object]) -> dict[str, object]:
    """A line with all fields that Kestra writes."""
    known = {"tenantId": "main", **line, "timestamp": datetime.fromisoformat(str(line["timestamp"]))}
    return {name: known.get(name) for name in _FIELDS}
