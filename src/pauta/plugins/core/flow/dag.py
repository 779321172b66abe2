"""Tasks in the order of their dependencies."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

from pydantic import Field

from pauta.sdk.flow_control import FINISH, WAIT, Child, Create, FlowControl, Next, Run, ScopeView, number
from pauta.sdk.plugins import Model, plugin
from pauta.sdk.properties import P
from pauta.sdk.tasks import AnyTask, Task


class DagTask(Model):
    """A task and what has to end before it."""

    task: AnyTask
    """What to run."""
    depends_on: tuple[str, ...] = ()
    """The ids of tasks that have to end before it begins, however they end."""


@dataclass(slots=True)
class _Progress:
    """What may begin now, and on how many others each of the remaining tasks waits."""

    ready: deque[str] = field(default_factory=deque[str])
    waits: dict[str, int] = field(default_factory=dict[str, int])


@plugin("io.kestra.plugin.core.flow.Dag", aliases=("io.kestra.core.tasks.flows.Dag",))
class Dag(FlowControl):
    """Runs each task as soon as those that it depends on have ended."""

    tasks: tuple[DagTask, ...] = Field(min_length=1)
    """What to run, each with its dependencies."""
    concurrent: P[int] = 0
    """How many may run at the same time; 0 is no limit."""

    def branches(self) -> Iterator[tuple[str, Sequence[Task]]]:
        """The tasks without their dependencies."""
        yield from super().branches()
        yield "tasks", [each.task for each in self.tasks]

    def next(self, view: ScopeView) -> Next:
        """What is ready, as far as there is room. A dependency that is disabled counts as done."""
        limit = number(view, "concurrent", self.concurrent)
        if not isinstance(limit, int):
            return limit
        progress = self._progress(view)
        if view.created >= len(self._active):
            return FINISH
        room = limit - view.open if limit > 0 else len(progress.ready)
        begun = [progress.ready.popleft() for _ in range(min(room, len(progress.ready)))]
        return Create([Run(self._active[task_id]) for task_id in begun]) if begun else WAIT

    def _progress(self, view: ScopeView) -> _Progress:
        """Kept in the scratch room: every look goes through those that wait for the ended task only."""
        known = cast("_Progress | None", view.scratch.get("progress"))
        if known is None or (ended := view.ended) is None:
            view.scratch["progress"] = made = self._derived(view)
            return made
        for task_id in self._followers.get(ended.task_id, ()):
            known.waits[task_id] -= 1
            if known.waits[task_id] == 0:
                known.ready.append(task_id)
        return known

    def _derived(self, view: ScopeView) -> _Progress:
        progress = _Progress()
        for task_id in self._active:
            if view.state_of(task_id) is None:
                progress.waits[task_id] = sum(1 for each in self._needs[task_id] if not _has_ended(view, each))
                if progress.waits[task_id] == 0:
                    progress.ready.append(task_id)
        return progress

    def follows(self, child: Child, other: Child) -> bool:
        """Those that depend on it, directly or by way of others."""
        found, new = {child.task_id}, [child.task_id]
        while new:
            new = [
                follower for task_id in new for follower in self._followers.get(task_id, ()) if follower not in found
            ]
            found.update(new)
        return other.task_id in found

    @cached_property
    def _active(self) -> dict[str, Task]:
        return {each.task.id: each.task for each in self.tasks if not each.task.disabled}

    @cached_property
    def _needs(self) -> dict[str, tuple[str, ...]]:
        return {
            each.task.id: tuple(need for need in dict.fromkeys(each.depends_on) if need in self._active)
            for each in self.tasks
        }

    @cached_property
    def _followers(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for task_id in self._active:
            for need in self._needs[task_id]:
                found.setdefault(need, []).append(task_id)
        return found


def _has_ended(view: ScopeView, task_id: str) -> bool:
    state = view.state_of(task_id)
    return state is not None and state.terminal
