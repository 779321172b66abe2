"""The same tasks until a condition holds."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property

from pydantic import Field

from pauta.expression import truthy
from pauta.sdk.durations import Duration
from pauta.sdk.flow_control import (
    FINISH,
    Ask,
    Begin,
    Fail,
    Finish,
    FlowControl,
    Give,
    Judgement,
    Next,
    Repeat,
    ScopeView,
    Start,
    active,
    duration,
    in_sequence,
    number,
)
from pauta.sdk.plugins import Model, Outputs, plugin
from pauta.sdk.properties import D, P
from pauta.sdk.states import State
from pauta.sdk.tasks import AnyTask, Task

ITERATION = "iterationCount"


class CheckFrequency(Model):
    """How often and how long."""

    max_iterations: P[int | None] = None
    """How many times the tasks run at most."""
    max_duration: P[Duration | None] = None
    """How long after its start another iteration may begin."""
    interval: P[Duration] = timedelta(minutes=1)
    """How long to wait between two iterations."""


class LoopUntilOutputs(Outputs):
    """What ``LoopUntil`` gives."""

    iteration_count: int
    """How many times its tasks ran."""


@plugin(
    "io.kestra.plugin.core.flow.LoopUntil", aliases=("io.kestra.plugin.core.flow.WaitFor",), outputs=LoopUntilOutputs
)
class LoopUntil(FlowControl):
    """Runs its tasks one after the other, again and again, until the condition holds."""

    condition: D[str | bool]
    """Rendered after each iteration. False when its text is empty, ``false``, ``0`` or ``-0``."""
    tasks: tuple[AnyTask, ...] = Field(min_length=1)
    """What to run."""
    fail_on_max_reached: P[bool] = False
    """It fails when a limit is reached."""
    check_frequency: CheckFrequency = CheckFrequency()
    """The limits, and the time between two iterations."""

    def start(self, view: ScopeView) -> Start:
        """The first iteration."""
        del view
        return Begin({ITERATION: 1})

    def next(self, view: ScopeView) -> Next:
        """The next task of the iteration."""
        return in_sequence(self._active, view)

    def iteration(self, view: ScopeView) -> int:
        """From 0."""
        return view.holds

    def judge(self, view: ScopeView) -> Judgement:
        """After an iteration, look at the condition.

        Kestra: it sees the number of the next iteration. A failure ends the loop, unless ``errors`` handle it.
        """
        if view.count(State.FAILED) and not active(self.errors):
            return FINISH
        done = view.holds + 1
        if _iteration(view) == done:
            return Give({ITERATION: done + 1})
        holds = view.answer(f"condition {done}")
        if holds is None:
            written = self.condition
            return Ask(f"condition {done}", str(written).lower() if isinstance(written, bool) else written)
        return FINISH if truthy(holds) else self._limited(view, done)

    def _limited(self, view: ScopeView, done: int) -> Judgement:
        frequency = self.check_frequency
        most = None if frequency.max_iterations is None else number(view, "maxIterations", frequency.max_iterations)
        longest = duration(view, "maxDuration", frequency.max_duration)
        interval = duration(view, "interval", frequency.interval)
        for step in (most, longest, interval):
            if isinstance(step, Ask | Fail):
                return step
        if (isinstance(most, int) and done >= most) or (isinstance(longest, timedelta) and view.age > longest):
            return self._reached(view)
        return Repeat(interval if isinstance(interval, timedelta) else timedelta())

    def _reached(self, view: ScopeView) -> Judgement:
        fails = str(self.fail_on_max_reached).lower()
        rendered = view.answer("failOnMaxReached")
        if rendered is None:
            return Ask("failOnMaxReached", fails)
        said = "the condition does not hold within the limits"
        return Finish(state=State.FAILED if truthy(rendered) else None, warning=said)

    @cached_property
    def _active(self) -> tuple[Task, ...]:
        return active(self.tasks)


def _iteration(view: ScopeView) -> int:
    count = view.outputs[ITERATION]
    return count if isinstance(count, int) else 1
