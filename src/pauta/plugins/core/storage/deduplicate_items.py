"""Rows without those that others replace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import Field

from pauta.plugins.core.storage.items import item
from pauta.plugins.core.storage.lines import lines
from pauta.plugins.core.storage.names import new_name
from pauta.plugins.core.storage.outputs import ItemsOutputs
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P
from pauta.sdk.tasks import Result, RunnableTask

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


class DeduplicateOutputs(ItemsOutputs):
    """What ``DeduplicateItems`` gives."""

    num_keys: int
    """How many different keys there are."""


@plugin(
    "io.kestra.plugin.core.storage.DeduplicateItems",
    aliases=("io.kestra.core.tasks.storages.DeduplicateItems",),
    outputs=DeduplicateOutputs,
)
class DeduplicateItems(RunnableTask):
    """Keeps the last of all rows that have the same key."""

    from_: P[str] = Field(alias="from")
    """The file of rows, one on each line."""
    expr: str
    """Gives the key of a row; it sees the fields of the row as variables."""

    def run(self, ctx: RunContext) -> Result:
        """Read the file twice: look for the last row of each key, then write these. Raises NotFound, or TaskFailed."""
        last = {self._key(line, ctx): place for place, line in self._rows(ctx)}
        kept = set(last.values())
        total = max(kept, default=-1) + 1
        chunks = (line + b"\n" for place, line in self._rows(ctx) if place in kept)
        uri, _ = ctx.put_stream(chunks, new_name(".ion"))
        return Result(
            {
                "uri": uri,
                "numKeys": len(last),
                "processedItemsTotal": total,
                "droppedItemsTotal": total - len(last),
            }
        )

    def _rows(self, ctx: RunContext) -> Iterator[tuple[int, bytes]]:
        with ctx.open_file(self.from_) as file:
            yield from enumerate(lines(file))

    def _key(self, line: bytes, ctx: RunContext) -> str:
        return str(ctx.render(self.expr, item(line)))
