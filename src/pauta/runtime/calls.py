"""Answers the question what an execution of another flow begins with: the flow is found, its inputs are checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from pauta.clock import Clock
from pauta.engine.execution import Change, Execution
from pauta.errors import TaskFailed
from pauta.flow.model import Flow
from pauta.operations.flows import Flows
from pauta.operations.inputs import Inputs
from pauta.sdk.states import State


class Calls:
    """Finds the flows that other flows call."""

    def __init__(self, *, flows: Flows, inputs: Inputs, clock: Clock) -> None:
        self._flows = flows
        self._inputs = inputs
        self._clock = clock

    def answer(self, template: str) -> str:
        """What the execution of a call begins with, as JSON (see ``pauta.engine.calling``).

        Raises NotFound, InvalidInputs, or TaskFailed when the flow is disabled.
        """
        wanted = orjson.loads(template)
        flow = self._flows.find(wanted["namespace"], wanted["flowId"], wanted["revision"])
        if flow.disabled:
            raise TaskFailed(f"the flow {flow.namespace}.{flow.id} is disabled")
        found = {
            "namespace": flow.namespace,
            "flowId": flow.id,
            "revision": flow.revision,
            "inputs": self._inputs.accept(flow, self._draft(flow, wanted["id"]), wanted["inputs"]),
            "labels": flow.labels,
            "variables": flow.variables,
            "warnings": _unknown(flow, wanted["inputs"]),
        }
        return orjson.dumps(found, default=str, option=orjson.OPT_NON_STR_KEYS).decode()

    def _draft(self, flow: Flow, execution_id: str) -> Execution:
        return Execution(
            execution_id,
            flow.namespace,
            flow.id,
            flow.revision,
            [Change(State.CREATED, self._clock.now())],
            variables=flow.variables,
        )


def _unknown(flow: Flow, inputs: Mapping[str, Any]) -> list[str]:
    declared = {each.id.split(".")[0] for each in flow.inputs}
    unknown = [name for name in inputs if name.split(".")[0] not in declared]
    return [f"the flow {flow.namespace}.{flow.id} has no input '{name}': it is left out" for name in unknown]
