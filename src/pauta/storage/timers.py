"""What happens to executions at later instants."""

from __future__ import annotations

from collections.abc import Iterable

from pauta.engine.execution import Timer
from pauta.storage.connection import Session
from pauta.storage.statements import load


def insert(session: Session, timers: Iterable[tuple[str, Timer]]) -> None:
    """Keep timers, each with the id of its execution."""
    rows = [
        (timer.id, execution_id, timer.task_run_id, timer.kind, timer.due, timer.generation)
        for execution_id, timer in timers
    ]
    session.run_many(load("timers")["insert"], rows)


def delete(session: Session, timer_ids: Iterable[str]) -> None:
    """They came, or are not wanted any more."""
    session.run_many(load("timers")["delete"], [(timer_id,) for timer_id in timer_ids])


def of_execution(session: Session, execution_id: str) -> list[Timer]:
    """The timers of an execution, the next one first."""
    return [Timer(*row) for row in session.all(load("timers")["of_execution"], (execution_id,))]
