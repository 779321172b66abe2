"""A pause of a known length."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P
from pauta.sdk.tasks import RunnableTask

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


@plugin("io.kestra.plugin.core.flow.Sleep")
class Sleep(RunnableTask):
    """Waits for a duration; a kill ends it at once.

    Example::

        id: wait
        type: io.kestra.plugin.core.flow.Sleep
        duration: PT5S
    """

    duration: P[timedelta]
    """How long, in ISO 8601 (``PT5S``)."""

    def run(self, ctx: RunContext) -> None:
        """Wait."""
        stopped = threading.Event()
        with ctx.on_kill(stopped.set):
            stopped.wait(self.duration.total_seconds())
