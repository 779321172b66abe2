"""A text as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pauta.plugins.core.storage.names import new_name
from pauta.plugins.core.storage.outputs import FileOutputs
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P
from pauta.sdk.tasks import Result, RunnableTask

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


@plugin("io.kestra.plugin.core.storage.Write", outputs=FileOutputs)
class Write(RunnableTask):
    """Writes a text into a file of the internal storage; output ``uri``."""

    content: P[str]
    """The text."""
    extension: P[str | None] = None
    """The ending of the file's name."""

    def run(self, ctx: RunContext) -> Result:
        """Write the file."""
        return Result({"uri": ctx.put_file(self.content.encode(), new_name(self.extension or ".tmp"))})
