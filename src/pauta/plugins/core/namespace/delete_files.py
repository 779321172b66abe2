"""Files of a namespace to remove."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pauta.plugins.core.namespace.base import found
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P
from pauta.sdk.states import Level
from pauta.sdk.tasks import RunnableTask

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


@plugin("io.kestra.plugin.core.namespace.DeleteFiles")
class DeleteFiles(RunnableTask):
    """Removes files of a namespace."""

    namespace: P[str]
    """The namespace."""
    files: P[str | list[str]]
    """Paths, or patterns of paths: ``dir/a.txt``, ``dir/**``, ``**.sql``."""
    delete_parent_folder: P[bool] = False
    """Whether folders go that are empty then; here they always do, because a folder is only a part of paths."""

    def run(self, ctx: RunContext) -> None:
        """Remove the files."""
        gone = [path for path in found(self.namespace, self.files, ctx) if self._delete(path, ctx)]
        ctx.log(Level.DEBUG, f"{len(gone)} files of the namespace '{self.namespace}' were removed")

    def _delete(self, path: str, ctx: RunContext) -> bool:
        return ctx.delete_namespace_file(self.namespace, path)
