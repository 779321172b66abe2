"""How an execution that has ended is opened again: restart, replay, change of state.

From Kestra: the task runs in question are RESTARTED (or get the state that somebody gave them), those around them are
RUNNING again, and what ran because of the end (``errors``, ``finally``, ``afterExecution``) is taken away. A replay goes
back: what came after the task run is taken away too, what ran beside it stays. Everything else stays as it is, and is
not done again.

Here flow control that is opened again has another attempt; the attempts before stay as they ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, cast

from pauta.engine import live as lives
from pauta.engine.execution import Attempt, Change, Execution, TaskRun
from pauta.engine.live import FLOW, Live, Section
from pauta.engine.state import ATTEMPT, EXECUTION, TASK_RUN
from pauta.sdk.flow_control import Child, FlowControl
from pauta.sdk.states import State

if TYPE_CHECKING:
    from pauta.flow.model import Flow

_AT_THE_END = frozenset({Section.ERRORS, Section.FINALLY, Section.AFTER})


@dataclass(slots=True)
class Surgery:
    """An execution that is being opened again: what changed in it, and what was taken away."""

    execution: Execution
    flow: Flow
    now: int
    live: Live = field(init=False)
    changed: dict[str, TaskRun] = field(default_factory=dict[str, TaskRun])
    removed: dict[str, TaskRun] = field(default_factory=dict[str, TaskRun])

    def __post_init__(self) -> None:
        self.live = lives.restore(self.execution, self.flow)

    def to_restart(self) -> list[TaskRun]:
        """The task runs that failed by themselves, and not because something in them did."""
        return [run for run in self.execution.task_runs.values() if self._failed_alone(run)]

    def restart(self, runs: Iterable[TaskRun]) -> None:
        """Do these task runs again."""
        self._open(list(runs), self._restarted)

    def replay(self, run: TaskRun) -> None:
        """Go back to a task run: do it again, and what comes after it."""
        self._take_away_what_follows(run)
        self._open([run], self._restarted)

    def change(self, run: TaskRun, state: State) -> None:
        """Give a task run another state, and go on from there."""
        self._open([run], partial(self._changed, state=state))

    def _open(self, runs: list[TaskRun], treat: Callable[[TaskRun], None]) -> None:
        parents = {each.id: each for run in runs for each in self._around(run)}
        self._take_away_the_end({None, *parents})
        for run in runs:
            treat(run)
            self.changed[run.id] = run
        for parent in parents.values():
            self._run_again(parent)
        self._close()

    def _restarted(self, run: TaskRun) -> None:
        for child in [*self.live.children.get(run.id, {}).values()]:
            self._take_away(child)
        TASK_RUN.enter(run.history, State.RESTARTED, self.now)

    def _changed(self, run: TaskRun, *, state: State) -> None:
        """Somebody's word counts more than the table."""
        for history in (run.history, *(attempt.history for attempt in run.attempts[-1:])):
            history.append(Change(state, max(self.now, history[-1].at)))

    def _run_again(self, run: TaskRun) -> None:
        if not run.state.terminal:
            return
        TASK_RUN.enter(run.history, State.RUNNING, self.now)
        attempt = Attempt([Change(State.CREATED, self.now)])
        ATTEMPT.enter(attempt.history, State.RUNNING, self.now)
        run.attempts.append(attempt)
        self.changed[run.id] = run

    def _close(self) -> None:
        execution = self.execution
        EXECUTION.enter(execution.history, State.RESTARTED, self.now)
        execution.generation += 1
        execution.attempt_number += 1
        execution.outputs = None
        execution.live = None
        execution.timers.clear()

    # what is taken away

    def _take_away_the_end(self, scopes: set[str | None]) -> None:
        """What ran at the end of the scopes that go on."""
        for run in [*self.execution.task_runs.values()]:
            if run.parent_id in scopes and self._section(run) in _AT_THE_END:
                self._take_away(run)

    def _take_away_what_follows(self, run: TaskRun) -> None:
        step: TaskRun | None = run
        while step is not None:
            parent = self.execution.task_runs.get(step.parent_id or "")
            control = None if parent is None else cast("FlowControl", self.flow.task(parent.task_id))
            for other in [*self.live.children.get(step.parent_id or FLOW, {}).values()]:
                if other.number > step.number and (control is None or control.follows(_child(step), _child(other))):
                    self._take_away(other)
            step = parent

    def _take_away(self, run: TaskRun) -> None:
        if run.id not in self.execution.task_runs:
            return
        for child in [*self.live.children.get(run.id, {}).values()]:
            self._take_away(child)
        del self.execution.task_runs[run.id]
        self.removed[run.id] = run

    # looking

    def _failed_alone(self, run: TaskRun) -> bool:
        if run.state is not State.FAILED or any(
            self._section(each) in _AT_THE_END for each in (run, *self._around(run))
        ):
            return False
        children = self.live.children.get(run.id, {}).values()
        return not any(child.state is State.FAILED and self._section(child) is Section.MAIN for child in children)

    def _around(self, run: TaskRun) -> Iterator[TaskRun]:
        while run.parent_id is not None:
            run = self.execution.task_runs[run.parent_id]
            yield run

    def _section(self, run: TaskRun) -> Section:
        return lives.section_of(self.live, self.flow, run)


def _child(run: TaskRun) -> Child:
    return Child(run.task_id, run.state, run.value, run.iteration)
