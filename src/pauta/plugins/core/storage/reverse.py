"""The lines of a file, the last one first."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from pydantic import Field

from pauta.errors import TaskFailed
from pauta.plugins.core.storage.names import like
from pauta.plugins.core.storage.outputs import FileOutputs
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P
from pauta.sdk.tasks import Result, RunnableTask

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext

_CHUNK = 1 << 20


@plugin(
    "io.kestra.plugin.core.storage.Reverse", aliases=("io.kestra.core.tasks.storages.Reverse",), outputs=FileOutputs
)
class Reverse(RunnableTask):
    """Writes the lines of a file in reverse order into a new one; output ``uri``."""

    from_: P[str] = Field(alias="from")
    """The file."""
    separator: P[str] = "\n"
    """Written behind every line."""
    charset: P[str] = "UTF-8"
    """The character set of the file."""

    def run(self, ctx: RunContext) -> Result:
        """Write the new file. Raises NotFound."""
        charset = _known(self.charset)
        with ctx.open_file(self.from_) as file:
            uri, _ = ctx.put_stream(_reversed(file, self.separator.encode(charset), charset), like(self.from_))
        return Result({"uri": uri})


def _reversed(file: BinaryIO, separator: bytes, charset: str) -> Iterator[bytes]:
    """The lines from the end, each with a separator behind it; the file is read backwards, piece by piece."""
    end = "\n".encode(charset)
    place, rest, is_last = file.seek(0, 2), b"", True
    while place > 0:
        start = max(0, place - _CHUNK)
        file.seek(start)
        rest, *whole = (file.read(place - start) + rest).split(end)
        if is_last and whole and not whole[-1]:
            whole.pop()
        is_last, place = False, start
        yield from (line + separator for line in reversed(whole))
    if not is_last:
        yield rest + separator


def _known(charset: str) -> str:
    try:
        return codecs.lookup(charset).name
    except LookupError:
        raise TaskFailed(f"charset: there is no character set '{charset}'") from None
