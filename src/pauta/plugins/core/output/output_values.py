"""Values as outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from pauta.sdk.plugins import Outputs, plugin
from pauta.sdk.properties import P
from pauta.sdk.tasks import Result, RunnableTask

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


class OutputValuesOutputs(Outputs):
    """What ``OutputValues`` gives."""

    values: dict[str, Any]
    """The rendered values."""


@plugin("io.kestra.plugin.core.output.OutputValues", outputs=OutputValuesOutputs)
class OutputValues(RunnableTask):
    """Gives a map of rendered values as its output ``values``.

    Example::

        id: result
        type: io.kestra.plugin.core.output.OutputValues
        values:
          day: "{{ execution.startDate | date('yyyy-MM-dd') }}"
          tries: 3
    """

    light: ClassVar[bool] = True

    values: P[dict[str, Any]] = Field(default_factory=dict[str, Any])
    """Values by name. Numbers and booleans keep their type, an expression gives text."""

    def run(self, ctx: RunContext) -> Result:
        """Give the values."""
        del ctx
        return Result({"values": self.values})
