"""What a flow-control task looks at: counts that are kept, so that every look costs the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pauta.engine import live as lives
from pauta.engine.execution import Change, Execution, TaskRun
from pauta.engine.live import Answer, Frame, Group, Live, Section
from pauta.sdk.flow_control import Child
from pauta.sdk.states import State

_BEGINNINGS = frozenset({State.CREATED, State.RESTARTED})


class View:
    """Implements ``pauta.sdk.flow_control.ScopeView`` over a frame."""

    __slots__ = ("_ended", "_execution", "_live", "_main", "_now", "_run")

    def __init__(  # noqa: PLR0913 -- all that a view is made of
        self, execution: Execution, live: Live, run: TaskRun | None, frame: Frame, *, ended: Child | None, now: int
    ) -> None:
        self._execution = execution
        self._live = live
        self._run = run
        self._main: Group = frame.groups[Section.MAIN]
        self._ended = ended
        self._now = now

    @property
    def outputs(self) -> Mapping[str, object]:
        """What it gave when it started."""
        return (self._run.outputs if self._run else None) or {}

    @property
    def memory(self) -> Mapping[str, object]:
        """What it wanted to remember when it started."""
        return (self._run.memory if self._run else None) or {}

    @property
    def scratch(self) -> dict[str, Any]:
        """Room for what it derived."""
        return self._live.scratch.setdefault(self._run.id if self._run else lives.FLOW, {})

    @property
    def holds(self) -> int:
        """How many times it was held."""
        return sum(1 for change in self._history() if change.state is State.PAUSED)

    @property
    def age(self) -> timedelta:
        """How long ago it was created, or restarted."""
        return timedelta(microseconds=self._now - self._history()[0].at)

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
        return lives.latest(runs).state if runs else None

    def answer(self, name: str) -> str | None:
        """The text that was rendered for a question."""
        known = self._known(name)
        return None if known is None else known.text

    def value(self, name: str) -> object:
        """What was rendered for a question whose template is a list or a map."""
        known = self._known(name)
        return None if known is None else known.value

    def _known(self, name: str) -> Answer | None:
        return self._live.answers.get(self._run.id if self._run else lives.FLOW, {}).get(name)

    def _history(self) -> list[Change]:
        """Its own history, or that of the execution, since the last restart."""
        history = self._run.history if self._run else self._execution.history
        last = max((place for place, change in enumerate(history) if change.state in _BEGINNINGS), default=0)
        return history[last:]
