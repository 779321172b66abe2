"""A key to remove."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pauta.plugins.core.kv.base import KeyValueTask
from pauta.sdk.plugins import Outputs, plugin
from pauta.sdk.properties import P
from pauta.sdk.tasks import Result

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


class DeleteOutputs(Outputs):
    """What ``Delete`` gives."""

    deleted: bool
    """Whether the key was there."""


@plugin("io.kestra.plugin.core.kv.Delete", outputs=DeleteOutputs)
class Delete(KeyValueTask):
    """Removes a key with its value; output ``deleted`` says whether it was there."""

    key: P[str]
    """The key."""
    error_on_missing: P[bool] = False
    """Whether the task fails when the key is not there."""

    def run(self, ctx: RunContext) -> Result:
        """Remove the key. Raises TaskFailed."""
        deleted = self.values(ctx).delete(self.key)
        if not deleted and self.error_on_missing:
            raise self.missing(self.key)
        return Result({"deleted": deleted})
