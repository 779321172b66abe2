"""A stop until somebody, or the time, says to go on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any, ClassVar

from pauta.sdk.durations import Duration
from pauta.sdk.flow_control import Ask, Fail, FlowControl, Hold, Next, ScopeView, active, in_sequence
from pauta.sdk.flow_control import duration as rendered_duration
from pauta.sdk.plugins import Outputs, plugin
from pauta.sdk.properties import P
from pauta.sdk.states import State
from pauta.sdk.tasks import AnyTask, Task


class Behavior(StrEnum):
    """What happens when the duration of a pause is over."""

    RESUME = "RESUME"
    """It goes on."""
    WARN = "WARN"
    """It goes on, with a warning."""
    CANCEL = "CANCEL"
    """The execution is cancelled."""
    FAIL = "FAIL"
    """It fails."""


_STATES = {Behavior.WARN: State.WARNING, Behavior.CANCEL: State.CANCELLED, Behavior.FAIL: State.FAILED}


class PauseOutputs(Outputs):
    """What ``Pause`` gives."""

    on_resume: dict[str, Any]
    """The inputs that were given when it was resumed."""
    resumed: dict[str, Any]
    """Who resumed it, when, and to which state."""


@plugin("io.kestra.plugin.core.flow.Pause", aliases=("io.kestra.core.tasks.flows.Pause",), outputs=PauseOutputs)
class Pause(FlowControl):
    """Holds the execution until it is resumed, or for a while."""

    former: ClassVar[Mapping[str, str]] = {"delay": "pauseDuration"}

    pause_duration: P[Duration | None] = None
    """How long at most; without it, until it is resumed."""
    behavior: P[Behavior] = Behavior.RESUME
    """What happens when ``pauseDuration`` is over."""
    on_pause: AnyTask | None = None
    """Run when the pause begins."""
    on_resume: tuple[Any, ...] = ()
    """Inputs that are asked for when it is resumed; they are its output ``onResume``."""
    tasks: tuple[AnyTask, ...] = ()
    """Run after it is resumed (old form)."""

    def branches(self) -> Iterator[tuple[str, Sequence[Task]]]:
        """The task that runs when the pause begins too."""
        yield from super().branches()
        if self.on_pause is not None:
            yield "onPause", (self.on_pause,)

    def next(self, view: ScopeView) -> Next:
        """Hold it once; then its tasks."""
        if view.holds == 0:
            return self._hold(view)
        return in_sequence(self._active, view)

    def _hold(self, view: ScopeView) -> Next:
        after = rendered_duration(view, "pauseDuration", self.pause_duration)
        limit = rendered_duration(view, "timeout", self.timeout)
        behavior = view.answer("behavior")
        for step in (after, limit):
            if isinstance(step, Ask | Fail):
                return step
        if behavior is None:
            return Ask("behavior", str(self.behavior))
        if behavior not in set(Behavior):
            return Fail(f"'behavior' must be one of {', '.join(Behavior)}, not '{behavior}'")
        return Hold(_known(after), _STATES.get(Behavior(behavior)), _known(limit), active(self.aside()))

    def aside(self) -> Sequence[Task]:
        """The task that runs when the pause begins."""
        return () if self.on_pause is None else (self.on_pause,)

    @cached_property
    def _active(self) -> tuple[Task, ...]:
        return active(self.tasks)


def _known(value: object) -> timedelta | None:
    return value if isinstance(value, timedelta) else None
