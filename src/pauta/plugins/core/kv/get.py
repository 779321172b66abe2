"""A value to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pauta.plugins.core.kv.base import KeyValueTask
from pauta.sdk.durations import read_duration
from pauta.sdk.key_values import StoredValue, ValueKind
from pauta.sdk.plugins import Outputs, plugin
from pauta.sdk.properties import P
from pauta.sdk.tasks import Result

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


class GetOutputs(Outputs):
    """What ``Get`` gives."""

    value: object
    """The value; absent when there is none."""


@plugin("io.kestra.plugin.core.kv.Get", outputs=GetOutputs)
class Get(KeyValueTask):
    """Reads the value of a key; output ``value``, absent when there is none.

    Example::

        id: recall
        type: io.kestra.plugin.core.kv.Get
        key: last_run
    """

    key: P[str]
    """The key. In the flow's own namespace, values of the namespaces above are found too."""
    error_on_missing: P[bool] = False
    """Whether the task fails when there is no value."""

    def run(self, ctx: RunContext) -> Result:
        """Read the value. Raises TaskFailed, or ValueExpired (Kestra: whatever ``errorOnMissing`` says)."""
        values = self.values(ctx)
        found = values.find(self.key) if self.namespace == ctx.info.namespace else values.get(self.key)
        if found is None and self.error_on_missing:
            raise self.missing(self.key)
        value = None if found is None else _output(found)
        return Result({} if value is None else {"value": value})


def _output(stored: StoredValue) -> object:
    """A duration is its seconds in outputs (Kestra)."""
    return read_duration(str(stored.value)).total_seconds() if stored.kind is ValueKind.DURATION else stored.value
