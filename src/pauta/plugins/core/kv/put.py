"""A text to keep, where there may have to be one already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pauta.errors import ValueExpired
from pauta.plugins.core.kv.base import KeyValueTask
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext
    from pauta.sdk.key_values import KeyValues


@plugin("io.kestra.plugin.core.kv.Put")
class Put(KeyValueTask):
    """Keeps a value under a key, as text; lists and maps as their JSON (Kestra)."""

    key: P[str]
    """The key."""
    value: P[str]
    """The value."""
    error_on_missing: P[bool] = False
    """Whether the task fails when the key has no value yet."""

    def run(self, ctx: RunContext) -> None:
        """Keep the value. Raises TaskFailed."""
        values = self.values(ctx)
        if self.error_on_missing and not _has(values, self.key):
            raise self.missing(self.key)
        values.set(self.key, self.value)


def _has(values: KeyValues, key: str) -> bool:
    try:
        return values.get(key) is not None
    except ValueExpired:
        return False
