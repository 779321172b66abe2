"""Files of a namespace for this execution."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pauta.plugins.core.namespace.base import found
from pauta.sdk.plugins import Outputs, plugin
from pauta.sdk.properties import P
from pauta.sdk.tasks import Result, RunnableTask

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext

_CHUNK = 1 << 20


class DownloadOutputs(Outputs):
    """What ``DownloadFiles`` gives."""

    files: dict[str, str]
    """The ``kestra://`` URI of each file, by its path in the namespace."""


@plugin("io.kestra.plugin.core.namespace.DownloadFiles", outputs=DownloadOutputs)
class DownloadFiles(RunnableTask):
    """Copies files of a namespace to the internal storage of this execution."""

    namespace: P[str]
    """The namespace."""
    files: P[str | list[str]]
    """Paths, or patterns of paths: ``dir/a.txt``, ``dir/**``, ``**.sql``."""
    destination: P[str] = ""
    """What the paths of the copies begin with."""

    def run(self, ctx: RunContext) -> Result:
        """Copy the files."""
        paths = found(self.namespace, self.files, ctx)
        return Result({"files": {f"/{path}": self._copy(path, ctx) for path in paths}})

    def _copy(self, path: str, ctx: RunContext) -> str:
        name = f"{self.destination}{path}".lstrip("/")
        return ctx.put_stream(_chunks(self.namespace, path, ctx), name)[0]


def _chunks(namespace: str, path: str, ctx: RunContext) -> Iterator[bytes]:
    with ctx.open_namespace_file(namespace, path) as file:
        while chunk := file.read(_CHUNK):
            yield chunk
