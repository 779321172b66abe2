"""What the tasks of the state store have in common: a map that is kept in the key-value store of the namespace."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import orjson

from pauta.plugins.core.state.hashing import murmur
from pauta.sdk.properties import P
from pauta.sdk.tasks import RunnableTask

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext
    from pauta.sdk.key_values import KeyValues


class StateTask(RunnableTask):
    """A task that works with a state."""

    name: P[str] = "default"
    """The name of the state."""
    namespace: P[bool] = False
    """Whether all flows of the namespace share the state."""
    taskrun_value: P[bool] = True
    """Whether each value of a loop has a state of its own."""

    def values(self, ctx: RunContext) -> KeyValues:
        """Where the state is kept."""
        return ctx.key_values(ctx.info.namespace)

    def key(self, ctx: RunContext) -> str:
        """The key of the state: ``<flow>_states_tasks-states_<name>``, and for a value of a loop its hash (Kestra)."""
        flow = "" if self.namespace else f"{ctx.render('{{ flow.id | slugify }}')}_"
        value = str(ctx.render("{{ taskrun.value ?? '' }}")) if self.taskrun_value else ""
        return f"{flow}states_tasks-states_{self.name}{f'_{murmur(value.encode())}' if value else ''}"


def encode(state: dict[str, Any]) -> str:
    """A state as it is kept (Kestra: Base64 of JSON)."""
    return base64.b64encode(orjson.dumps(state)).decode()


def decode(kept: object) -> dict[str, Any]:
    """The state that is kept."""
    return orjson.loads(base64.b64decode(str(kept)))
