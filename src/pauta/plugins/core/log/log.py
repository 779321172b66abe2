"""A message in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from pauta.sdk.plugins import plugin
from pauta.sdk.properties import D, P
from pauta.sdk.states import Level
from pauta.sdk.tasks import RunnableTask

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


@plugin("io.kestra.plugin.core.log.Log", aliases=("io.kestra.core.tasks.log.Log",))
class Log(RunnableTask):
    """Writes a log line, or one for each text of a list.

    Example::

        id: say
        type: io.kestra.plugin.core.log.Log
        message: "{{ execution.id }} runs"
        level: WARN
    """

    light: ClassVar[bool] = True

    message: D[str | float | bool | tuple[str | float | bool, ...]]
    """What to write; Kestra takes texts only."""
    level: P[Level] = Level.INFO
    """The level of the lines."""

    def run(self, ctx: RunContext) -> None:
        """Write the lines."""
        lines = self.message if isinstance(self.message, tuple) else (self.message,)
        for line in lines:
            ctx.log(self.level, _text(ctx.render(line)))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
