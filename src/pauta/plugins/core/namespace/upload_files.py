"""Files to keep in a namespace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from enum import StrEnum
from typing import TYPE_CHECKING, BinaryIO

from pauta.errors import TaskFailed
from pauta.plugins.core.namespace.matching import matching
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P
from pauta.sdk.states import Level
from pauta.sdk.tasks import RunnableTask

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext

_CHUNK = 1 << 20
_STORED = ("kestra://", "nsfile://")


class Conflict(StrEnum):
    """What happens when there is a file already."""

    OVERWRITE = "OVERWRITE"
    ERROR = "ERROR"
    SKIP = "SKIP"


@plugin("io.kestra.plugin.core.namespace.UploadFiles")
class UploadFiles(RunnableTask):
    """Keeps files in a namespace: those of the working directory, or of the internal storage."""

    namespace: P[str]
    """The namespace."""
    files: P[list[str] | None] = None
    """Patterns of paths in the working directory."""
    files_map: P[dict[str, str] | None] = None
    """The URI of each file in the internal storage, by its path in the namespace."""
    destination: P[str] = "/"
    """What the paths in the namespace begin with."""
    conflict: P[Conflict] = Conflict.OVERWRITE
    """What happens when there is a file already."""

    def run(self, ctx: RunContext) -> None:
        """Keep the files. Raises TaskFailed, or NotFound."""
        if self.files is None and self.files_map is None:
            raise TaskFailed("one of 'files' and 'filesMap' has to say what to keep")
        existing = set(ctx.namespace_files(self.namespace))
        for path, file in self._sources(ctx):
            with closing(file):
                self._keep(f"{self.destination}{path}".lstrip("/"), file, existing, ctx)

    def _sources(self, ctx: RunContext) -> Iterator[tuple[str, BinaryIO]]:
        """Paths and files to read."""
        for path, uri in (self.files_map or {}).items():
            if not uri.startswith(_STORED):
                raise TaskFailed(f"filesMap: '{path}' has to be the URI of a file (kestra:///…), not {uri[:100]!r}")
            yield path, ctx.open_file(uri)
        for path in _local(self.files or [], ctx):
            yield path, (ctx.working_dir / path).open("rb")

    def _keep(self, path: str, file: BinaryIO, existing: set[str], ctx: RunContext) -> None:
        if path in existing and self.conflict is Conflict.ERROR:
            raise TaskFailed(f"the namespace '{self.namespace}' has a file '{path}' already (conflict: ERROR)")
        if path in existing and self.conflict is Conflict.SKIP:
            ctx.log(Level.DEBUG, f"the file '{path}' is there already: it stays as it is")
            return
        ctx.put_namespace_file(self.namespace, path, _chunks(file))


def _local(wanted: list[str], ctx: RunContext) -> list[str]:
    """The files of the working directory that are meant."""
    if not wanted:
        return []
    folder = ctx.working_dir
    return matching(sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()), wanted)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk
