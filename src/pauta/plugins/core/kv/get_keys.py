"""The keys of a namespace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pauta.plugins.core.kv.base import KeyValueTask
from pauta.sdk.plugins import Outputs, plugin
from pauta.sdk.properties import P
from pauta.sdk.tasks import Result

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


class GetKeysOutputs(Outputs):
    """What ``GetKeys`` gives."""

    keys: list[str]
    """The keys, sorted."""


@plugin("io.kestra.plugin.core.kv.GetKeys", outputs=GetKeysOutputs)
class GetKeys(KeyValueTask):
    """Lists the keys that have a value; output ``keys``, sorted."""

    prefix: P[str | None] = None
    """Only keys that begin like this."""

    def run(self, ctx: RunContext) -> Result:
        """List the keys."""
        return Result({"keys": [key for key in self.values(ctx).keys() if key.startswith(self.prefix or "")]})  # noqa: SIM118 -- no map
