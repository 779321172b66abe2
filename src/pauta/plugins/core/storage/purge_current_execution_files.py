"""The files of this execution, to remove."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pauta.sdk.plugins import Outputs, plugin
from pauta.sdk.tasks import Result, RunnableTask

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


class PurgeOutputs(Outputs):
    """What ``PurgeCurrentExecutionFiles`` gives."""

    uris: list[str]
    """The URIs of the files that were removed."""


@plugin(
    "io.kestra.plugin.core.storage.PurgeCurrentExecutionFiles",
    aliases=(
        "io.kestra.core.tasks.storages.PurgeExecution",
        "io.kestra.plugin.core.storage.PurgeExecution",
    ),
    outputs=PurgeOutputs,
)
class PurgeCurrentExecutionFiles(RunnableTask):
    """Removes all files that this execution keeps in the internal storage; output ``uris``."""

    def run(self, ctx: RunContext) -> Result:
        """Remove the files."""
        uris = list(ctx.execution_files())
        return Result({"uris": [uri for uri in uris if ctx.delete_file(uri)]})
