"""Several files as one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pauta.plugins.core.storage.names import new_name
from pauta.plugins.core.storage.outputs import FileOutputs
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P
from pauta.sdk.tasks import Result, RunnableTask

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext

_CHUNK = 1 << 20


@plugin(
    "io.kestra.plugin.core.storage.Concat",
    aliases=("io.kestra.core.tasks.storages.Concat",),
    outputs=FileOutputs,
)
class Concat(RunnableTask):
    """Writes files behind one another into a new one; output ``uri``."""

    files: P[list[str]]
    """The URIs of the files, as a list or as the text of a JSON list."""
    separator: P[str | None] = None
    """Written behind every file, the last one included."""
    extension: P[str] = ".tmp"
    """The ending of the new file's name."""

    def run(self, ctx: RunContext) -> Result:
        """Write the new file. Raises NotFound."""
        uri, _ = ctx.put_stream(self._chunks(ctx), new_name(self.extension))
        return Result({"uri": uri})

    def _chunks(self, ctx: RunContext) -> Iterator[bytes]:
        for each in self.files:
            with ctx.open_file(each) as file:
                while chunk := file.read(_CHUNK):
                    yield chunk
            if self.separator:
                yield self.separator.encode()
