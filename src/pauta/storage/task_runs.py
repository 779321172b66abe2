"""Task runs: one row each; attempts and histories as JSON, large outputs by reference."""

from __future__ import annotations

from collections.abc import Iterable

from pauta.engine.execution import Execution, TaskRun
from pauta.storage.columns import dump, dump_attempts, dump_optional, load_attempts, load_history, load_optional
from pauta.storage.columns import load as load_json
from pauta.storage.connection import Row, Session
from pauta.storage.spill import Packed, Spill
from pauta.storage.statements import load


def row_of(execution: Execution, run: TaskRun, spill: Spill) -> tuple[object, ...]:
    """The row of a task run. Large outputs are written to the internal storage by the way."""
    text, uri = spill.pack(execution, run)
    return (
        run.execution_id,
        run.number,
        run.id,
        run.task_id,
        run.state,
        run.parent_id,
        run.value,
        run.iteration,
        run.fence,
        run.generation,
        int(run.dynamic),
        int(run.force),
        dump(run.history),
        dump_attempts(run.attempts),
        text,
        uri,
        dump_optional(run.memory),
    )


def save(session: Session, rows: Iterable[tuple[object, ...]]) -> None:
    """Save new and changed task runs (see ``row_of``)."""
    session.run_many(load("task_runs")["save"], rows)


def delete(session: Session, runs: Iterable[TaskRun]) -> None:
    """Take task runs away."""
    session.run_many(load("task_runs")["delete"], [(run.execution_id, run.number) for run in runs])


def of_execution(session: Session, execution_id: str, spill: Spill) -> list[TaskRun]:
    """All task runs of an execution, in the order of their creation."""
    return [_task_run(row, spill) for row in session.all(load("task_runs")["of_execution"], (execution_id,))]


def page(session: Session, execution_id: str, spill: Spill, *, after: int = -1, limit: int = 1000) -> list[TaskRun]:
    """Task runs of an execution behind the number ``after``, in the order of their creation."""
    return [_task_run(row, spill) for row in session.all(load("task_runs")["page"], (execution_id, after, limit))]


def _task_run(row: Row, spill: Spill) -> TaskRun:
    execution_id, number, identity, task_id, parent_id, value, iteration, *rest = row
    fence, generation, dynamic, forced, history, attempts, outputs, outputs_uri, memory = rest
    return TaskRun(
        id=identity,
        execution_id=execution_id,
        number=number,
        task_id=task_id,
        history=load_history(load_json(history)),
        parent_id=parent_id,
        value=value,
        iteration=iteration,
        attempts=load_attempts(attempts),
        outputs=spill.unpack(Packed(outputs, outputs_uri)),
        fence=fence,
        generation=generation,
        dynamic=bool(dynamic),
        force=bool(forced),
        memory=load_optional(memory),
    )
