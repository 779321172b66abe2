"""A file to remove."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pauta.errors import NotFound
from pauta.plugins.core.storage.outputs import FileOutputs
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P
from pauta.sdk.tasks import Result, RunnableTask

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


class DeleteOutputs(FileOutputs):
    """What ``Delete`` gives."""

    deleted: bool
    """Whether the file was there."""


@plugin(
    "io.kestra.plugin.core.storage.Delete", aliases=("io.kestra.core.tasks.storages.Delete",), outputs=DeleteOutputs
)
class Delete(RunnableTask):
    """Removes a file of the internal storage; outputs ``uri`` and ``deleted``, whether it was there."""

    uri: P[str]
    """The file."""
    error_on_missing: P[bool] = False
    """Whether the task fails when there is no such file."""

    def run(self, ctx: RunContext) -> Result:
        """Remove the file. Raises NotFound, or PathRefused."""
        deleted = ctx.delete_file(self.uri)
        if not deleted and self.error_on_missing:
            raise NotFound("file", self.uri)
        return Result({"uri": self.uri, "deleted": deleted})
