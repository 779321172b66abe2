"""What a flow-control task looks at: counts that are kept, so that every look costs the same."""

from __future__ import annotations

from collections.abc import Mapping

from pauta.engine.execution import Execution, TaskRun
from pauta.engine.live import Frame, Group, Live, Section
from pauta.sdk.flow_control import Child
from pauta.sdk.states import State


class View:
    """Implements ``pauta.sdk.flow_control.ScopeView`` over a frame."""

    __slots__ = ("_ended", "_execution", "_live", "_main", "_run")

    def __init__(
        self, execution: Execution, live: Live, run: TaskRun | None, frame: Frame, ended: Child | None
    ) -> None:
        self._execution = execution
        self._live = live
        self._run = run
        self._main: Group = frame.groups[Section.MAIN]
        self._ended = ended

    @property
    def outputs(self) -> Mapping[str, object]:
        """What it gave when it started."""
        return (self._run.outputs if self._run else None) or {}

    @property
    def created(self) -> int:
        """How many children were created."""
        return self._main.created

    @property
    def open(self) -> int:
        """How many of them have not ended."""
        return self._main.open

    @property
    def iterations(self) -> int:
        """How many iterations have begun."""
        return self._main.iterations

    @property
    def ended(self) -> Child | None:
        """The child whose end is the reason for the question."""
        return self._ended

    def count(self, state: State) -> int:
        """How many children are in a state."""
        return self._main.counts.get(state, 0)

    def state_of(self, task_id: str) -> State | None:
        """The present state of the last child with this task."""
        runs = self._live.by_task.get(task_id)
        return next(reversed(runs.values())).state if runs else None

    def answer(self, name: str) -> str | None:
        """The text that was rendered for a question."""
        known = self._live.answers.get(self._run.id if self._run else "", {}).get(name)
        return None if known is None else known.text
