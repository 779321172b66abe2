"""What tasks of the key-value store have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pauta.errors import TaskFailed
from pauta.sdk.properties import P
from pauta.sdk.tasks import RunnableTask

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext
    from pauta.sdk.key_values import KeyValues


class KeyValueTask(RunnableTask):
    """A task that works in the key-value store of a namespace."""

    namespace: P[str] = "{{ flow.namespace }}"
    """The namespace whose values are meant."""

    def values(self, ctx: RunContext) -> KeyValues:
        """The values of the namespace. Raises NotFound."""
        return ctx.key_values(self.namespace)

    def missing(self, key: str) -> TaskFailed:
        """The error about a key that has no value."""
        return TaskFailed(f"the key '{key}' has no value in the namespace '{self.namespace}' (errorOnMissing is true)")
