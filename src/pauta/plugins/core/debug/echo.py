"""A message in the log: the older form of ``log.Log``."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P
from pauta.sdk.states import Level
from pauta.sdk.tasks import RunnableTask

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


@plugin("io.kestra.plugin.core.debug.Echo", aliases=("io.kestra.core.tasks.debugs.Echo",))
class Echo(RunnableTask):
    """Writes a log line."""

    light: ClassVar[bool] = True

    format: P[str | None] = None
    """What to write."""
    level: P[Level] = Level.INFO
    """The level of the line."""

    def run(self, ctx: RunContext) -> None:
        """Write the line."""
        ctx.log(self.level, self.format or "")
