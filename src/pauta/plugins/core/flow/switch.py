"""Tasks by a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from pydantic import Field

from pauta.sdk.flow_control import Ask, Begin, Fail, FlowControl, Next, ScopeView, Start, active, in_sequence
from pauta.sdk.plugins import Outputs, plugin
from pauta.sdk.properties import D
from pauta.sdk.tasks import AnyTask, Task


class SwitchOutputs(Outputs):
    """What ``Switch`` gives."""

    value: str
    """The rendered value."""
    defaults: bool
    """Whether no case was equal to it."""


@plugin("io.kestra.plugin.core.flow.Switch", aliases=("io.kestra.core.tasks.flows.Switch",), outputs=SwitchOutputs)
class Switch(FlowControl):
    """Runs the tasks of the case that is equal to ``value``, as text; else ``defaults``."""

    value: D[Any]
    """Rendered once, when it starts."""
    cases: Mapping[str, tuple[AnyTask, ...]] = Field(default_factory=dict)
    """The tasks for each value."""
    defaults: tuple[AnyTask, ...] = ()
    """The tasks for all other values."""

    def branches(self) -> Iterator[tuple[str, Sequence[Task]]]:
        """The cases too."""
        yield from super().branches()
        for value, tasks in self.cases.items():
            yield f"cases.{value}", tasks

    def start(self, view: ScopeView) -> Start:
        """Render the value; it and whether no case fits are outputs."""
        text = view.answer("value")
        if text is None:
            return Ask("value", _text(self.value))
        return Begin({"value": text, "defaults": text not in self.cases})

    def next(self, view: ScopeView) -> Next:
        """The next task of the case."""
        value = str(view.outputs["value"])
        if value not in self.cases and not self.defaults:
            return Fail(f"no case fits the value '{value}', and there are no 'defaults'")
        return in_sequence(self._active[value if value in self.cases else None], view)

    @cached_property
    def _active(self) -> dict[str | None, tuple[Task, ...]]:
        return {None: active(self.defaults), **{value: active(tasks) for value, tasks in self.cases.items()}}


def _text(written: object) -> str:
    return str(written).lower() if isinstance(written, bool) else str(written)
