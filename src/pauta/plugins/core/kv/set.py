"""A value to keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BeforeValidator

from pauta.expression.values import to_json
from pauta.plugins.core.kv.base import KeyValueTask
from pauta.sdk.durations import Duration
from pauta.sdk.key_values import ValueKind
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import D, P

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


def _literal(value: object) -> object:
    """A list or a map that is written out is its JSON text (Kestra)."""
    return to_json(value, nulls=True) if isinstance(value, list | dict) else value


@plugin("io.kestra.plugin.core.kv.Set")
class Set(KeyValueTask):
    """Keeps a value under a key.

    Example::

        id: remember
        type: io.kestra.plugin.core.kv.Set
        key: last_run
        value: "{{ execution.startDate }}"
    """

    key: P[str]
    """The key: letters, digits, ``.``, ``_`` and ``-``."""
    value: D[Annotated[str, BeforeValidator(_literal)]]
    """The value. An expression alone keeps the type of its value; a text that is an ISO duration becomes one."""
    kv_type: P[ValueKind | None] = None
    """What the text of the value is read as."""
    kv_description: P[str | None] = None
    """What people are told about the value."""
    ttl: P[Duration | None] = None
    """How long the value is there; without it for ever."""
    overwrite: P[bool] = True
    """Whether a value that is there may be replaced; if not, the task fails."""

    def run(self, ctx: RunContext) -> None:
        """Keep the value. Raises TaskFailed."""
        self.values(ctx).set(
            self.key,
            ctx.evaluate(self.value),
            kind=self.kv_type,
            description=self.kv_description,
            ttl=self.ttl,
            overwrite=self.overwrite,
        )
