"""An execution made anew from another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pauta import ids
from pauta.engine.execution import Change, Execution
from pauta.sdk.states import State

if TYPE_CHECKING:
    from pauta.flow.model import Flow

_FIRST = 1 << 40
"""Numbers of ids that are derived for executions begin here, far behind those of task runs."""


def anew(execution: Execution, flow: Flow, due: int) -> Execution:
    """The next attempt of an execution, which begins at the instant ``due``: the same start, and whoever waits for it."""
    return Execution(
        id=ids.derived(execution.id, _FIRST + execution.attempt_number),
        namespace=execution.namespace,
        flow_id=execution.flow_id,
        flow_revision=execution.flow_revision,
        history=[Change(State.CREATED, execution.history[-1].at)],
        inputs=execution.inputs,
        labels=execution.labels,
        variables=flow.variables,
        trigger=execution.trigger,
        parent_id=execution.id,
        original_id=execution.original_id or execution.id,
        kind=execution.kind,
        shard=execution.shard,
        attempt_number=execution.attempt_number + 1,
        schedule_at=due,
        caller=execution.caller,
    )
