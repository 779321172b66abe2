"""Rows that fulfil a condition."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING

from pydantic import Field

from pauta.errors import ExpressionError, TaskFailed
from pauta.expression import truthy
from pauta.plugins.core.storage.items import item
from pauta.plugins.core.storage.lines import lines
from pauta.plugins.core.storage.names import new_name
from pauta.plugins.core.storage.outputs import ItemsOutputs
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P
from pauta.sdk.tasks import Result, RunnableTask

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


class FilterType(StrEnum):
    """What happens to rows that fulfil the condition."""

    INCLUDE = "INCLUDE"
    EXCLUDE = "EXCLUDE"


class ErrorOrNull(StrEnum):
    """What happens to rows for which the condition cannot be told."""

    FAIL = "FAIL"
    INCLUDE = "INCLUDE"
    EXCLUDE = "EXCLUDE"


@plugin(
    "io.kestra.plugin.core.storage.FilterItems",
    aliases=("io.kestra.core.tasks.storages.FilterItems",),
    outputs=ItemsOutputs,
)
class FilterItems(RunnableTask):
    """Keeps the rows that fulfil a condition, or the others."""

    from_: P[str] = Field(alias="from")
    """The file of rows, one on each line."""
    filter_condition: str
    """The condition; it sees the fields of the row as variables."""
    filter_type: P[FilterType] = FilterType.INCLUDE
    """Whether rows that fulfil the condition are kept, or the others."""
    error_or_null_behavior: P[ErrorOrNull] = ErrorOrNull.FAIL
    """What happens to a row for which the condition fails; one that is null does not hold (Kestra)."""

    def run(self, ctx: RunContext) -> Result:
        """Write the rows that are kept. Raises NotFound, or TaskFailed."""
        counts = {True: 0, False: 0}
        uri, _ = ctx.put_stream(self._kept(ctx, counts), new_name(".ion"))
        total = sum(counts.values())
        return Result({"uri": uri, "processedItemsTotal": total, "droppedItemsTotal": counts[False]})

    def _kept(self, ctx: RunContext, counts: dict[bool, int]) -> Iterator[bytes]:
        with ctx.open_file(self.from_) as file:
            for line in lines(file):
                keeps = self._keeps(line, ctx)
                counts[keeps] += 1
                if keeps:
                    yield line + b"\n"

    def _keeps(self, line: bytes, ctx: RunContext) -> bool:
        try:
            answer = str(ctx.render(self.filter_condition, item(line)))
        except ExpressionError as error:
            return self._unknown(str(error))
        return truthy(answer) == (self.filter_type is FilterType.INCLUDE)

    def _unknown(self, reason: str) -> bool:
        if self.error_or_null_behavior is ErrorOrNull.FAIL:
            raise TaskFailed(f"the condition cannot be told for a row: {reason}")
        return self.error_or_null_behavior is ErrorOrNull.INCLUDE
