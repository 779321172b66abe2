"""An execution made anew from another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from pauta import ids
from pauta.engine.execution import Change, Execution, TaskRun
from pauta.engine.surgery import Surgery
from pauta.errors import NotFound
from pauta.sdk.states import State

if TYPE_CHECKING:
    from pauta.flow.model import Flow

REPLAY = "system.replay"
"""Label of an execution that does another one again."""
_FIRST = 1 << 40
"""Numbers of ids that are derived for executions begin here, far behind those of task runs."""


def next_id(execution: Execution) -> str:
    """The id of the next attempt of an execution."""
    return ids.derived(execution.id, _FIRST + execution.attempt_number)


def anew(execution: Execution, flow: Flow, due: int) -> Execution:
    """The next attempt of an execution, which begins at the instant ``due``: the same start, and whoever waits for it."""
    return Execution(
        id=next_id(execution),
        namespace=execution.namespace,
        flow_id=execution.flow_id,
        flow_revision=execution.flow_revision,
        history=[Change(State.CREATED, execution.history[-1].at)],
        inputs=execution.inputs,
        labels=execution.labels,
        variables=flow.variables,
        trigger=execution.trigger,
        parent_id=execution.id,
        original_id=execution.original_id or execution.id,
        kind=execution.kind,
        shard=execution.shard,
        attempt_number=execution.attempt_number + 1,
        schedule_at=due,
        caller=execution.caller,
    )


def replayed(execution: Execution, flow: Flow, new_id: str, now: int, task_run_id: str | None) -> Execution:
    """An execution that does another one again, from a task run or (None) from the start. Raises NotFound.

    Kestra: it keeps the histories of what it does not do again.
    """
    new = _copy(execution, flow, new_id, now, from_start=task_run_id is None)
    if task_run_id is None:
        new.attempt_number += 1
        return new
    if task_run_id not in execution.task_runs:
        raise NotFound("task run", task_run_id)
    names = {run.id: ids.derived(new_id, run.number) for run in execution.task_runs.values()}
    new.task_runs = {names[run.id]: _renamed(run, new_id, names) for run in execution.task_runs.values()}
    Surgery(new, flow, now).replay(new.task_runs[names[task_run_id]])
    return new


def _copy(execution: Execution, flow: Flow, new_id: str, now: int, *, from_start: bool) -> Execution:
    return Execution(
        id=new_id,
        namespace=execution.namespace,
        flow_id=execution.flow_id,
        flow_revision=flow.revision,
        history=[Change(State.CREATED, now)] if from_start else list(execution.history),
        inputs=execution.inputs,
        labels=tuple({**dict(execution.labels), REPLAY: "true"}.items()),
        variables=flow.variables,
        trigger=execution.trigger,
        parent_id=execution.id,
        original_id=execution.original_id or execution.id,
        kind=execution.kind,
        attempt_number=execution.attempt_number,
        numbered=0 if from_start else execution.numbered,
    )


def _renamed(run: TaskRun, execution_id: str, names: Mapping[str, str]) -> TaskRun:
    return replace(
        run,
        id=names[run.id],
        execution_id=execution_id,
        parent_id=None if run.parent_id is None else names[run.parent_id],
        history=list(run.history),
        attempts=[replace(attempt, history=list(attempt.history)) for attempt in run.attempts],
        generation=1,
    )
