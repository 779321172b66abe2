"""Another flow as a task."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, cast

from pydantic import Field

from pauta.expression import truthy
from pauta.sdk.executables import Call, ExecutableTask
from pauta.sdk.labels import read_labels
from pauta.sdk.plugins import Outputs, plugin
from pauta.sdk.properties import D, P


class RestartBehavior(StrEnum):
    """What a restart does with an execution that failed."""

    RETRY_FAILED = "RETRY_FAILED"
    """It is restarted in its place."""
    NEW_EXECUTION = "NEW_EXECUTION"
    """Another one is started."""


class SubflowOutputs(Outputs):
    """What ``Subflow`` gives."""

    execution_id: str
    """The id of the new execution."""
    state: str
    """The state that it ended in."""
    outputs: dict[str, Any]
    """The outputs of the flow."""


@plugin(
    "io.kestra.plugin.core.flow.Subflow",
    aliases=(
        "io.kestra.core.tasks.flows.Subflow",
        "io.kestra.core.tasks.flows.Flow",
    ),
    outputs=SubflowOutputs,
)
class Subflow(ExecutableTask):
    """Runs another flow."""

    namespace: D[str]
    """Namespace of the flow."""
    flow_id: D[str]
    """Its id."""
    revision: int | None = None
    """Which revision; without it the newest."""
    inputs: D[Mapping[str, Any]] = Field(default_factory=dict)
    """Its inputs; texts are rendered."""
    labels: D[Any] = None
    """Labels of the new execution, as a map or a list of ``key`` and ``value``."""
    wait: bool = True
    """It ends with the new execution; else it ends as soon as that is created."""
    transmit_failed: bool = True
    """It ends as the new execution does; else always well."""
    inherit_labels: P[bool] = False
    """Labels of this execution are passed on."""
    outputs: D[Mapping[str, Any] | None] = None
    """Outputs in the variables of the new execution (old form)."""
    schedule_date: D[str | None] = None
    """When the new execution begins."""
    restart_behavior: RestartBehavior = RestartBehavior.RETRY_FAILED
    """What a restart of this execution does with one that failed."""

    def template(self) -> object:
        """All that is rendered."""
        return {
            "namespace": self.namespace,
            "flowId": self.flow_id,
            "inputs": self.inputs,
            "labels": self.labels,
            "inheritLabels": str(self.inherit_labels).lower(),
            "scheduleDate": self.schedule_date,
        }

    def call(self, rendered: object) -> Call:
        """What to start."""
        given = cast("Mapping[str, Any]", rendered)
        return Call(
            namespace=given["namespace"],
            flow_id=given["flowId"],
            revision=self.revision,
            inputs=given["inputs"],
            labels=read_labels(given["labels"]),
            inherits=truthy(given["inheritLabels"]),
            scheduled=given["scheduleDate"] or None,
        )

    @property
    def waits(self) -> bool:
        """As the flow says."""
        return self.wait

    @property
    def restarts_in_place(self) -> bool:
        """As the flow says."""
        return self.restart_behavior is RestartBehavior.RETRY_FAILED

    @property
    def transmits(self) -> bool:
        """As the flow says."""
        return self.transmit_failed
