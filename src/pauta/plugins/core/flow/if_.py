"""Tasks under a condition."""

from __future__ import annotations

from functools import cached_property

from pydantic import Field

from pauta.expression import truthy
from pauta.sdk.flow_control import Ask, Begin, Finish, FlowControl, Next, ScopeView, Start, active, in_sequence
from pauta.sdk.plugins import Outputs, plugin
from pauta.sdk.properties import D
from pauta.sdk.tasks import AnyTask, Task

RESULT = "evaluationResult"


class IfOutputs(Outputs):
    """What ``If`` gives."""

    evaluation_result: bool
    """Whether the condition was true."""


@plugin("io.kestra.plugin.core.flow.If", aliases=("io.kestra.core.tasks.flows.If",), outputs=IfOutputs)
class If(FlowControl):
    """Runs ``then`` or ``else``. The condition is evaluated once, when it starts.

    Example::

        id: enough
        type: io.kestra.plugin.core.flow.If
        condition: "{{ vars.rows > 10 }}"
        then:
          - id: yes_there_are
            type: io.kestra.plugin.core.log.Log
            message: There are enough rows.
        else:
          - id: no_there_are_not
            type: io.kestra.plugin.core.log.Log
            message: There are too few rows.
    """

    condition: D[str | bool | float | None] = None
    """False when its text is empty, ``false``, ``0`` or ``-0``."""
    then: tuple[AnyTask, ...] = Field(min_length=1)
    """Run when the condition is true."""
    else_: tuple[AnyTask, ...] = Field(default=(), alias="else")
    """Run when it is false."""

    def start(self, view: ScopeView) -> Start:
        """Evaluate the condition; its result is an output."""
        text = view.answer("condition")
        return Ask("condition", _text(self.condition)) if text is None else Begin({RESULT: truthy(text)})

    def next(self, view: ScopeView) -> Next:
        """The next task of the branch that was chosen. Kestra: ``finally`` does not run when there is no such branch."""
        if not view.outputs[RESULT] and not self.else_:
            return Finish(at_once=True)
        return in_sequence(self._then if view.outputs[RESULT] else self._else, view)

    @cached_property
    def _then(self) -> tuple[Task, ...]:
        return active(self.then)

    @cached_property
    def _else(self) -> tuple[Task, ...]:
        return active(self.else_)


def _text(written: str | bool | float | None) -> str:  # noqa: FBT001 -- what stands in the flow
    if written is None:
        return ""
    return str(written).lower() if isinstance(written, bool) else str(written)
