"""Questions to the outside that wait for an answer."""

from __future__ import annotations

from collections.abc import Iterable

from pauta.engine.execution import Request
from pauta.storage.connection import Session
from pauta.storage.statements import load


def insert(session: Session, execution_id: str, requests: Iterable[Request]) -> None:
    """Keep questions."""
    rows = [(each.id, execution_id, each.task_run_id, each.template, each.generation, each.kind) for each in requests]
    session.run_many(load("requests")["insert"], rows)


def delete(session: Session, request_ids: Iterable[str]) -> None:
    """They were answered."""
    session.run_many(load("requests")["delete"], [(request_id,) for request_id in request_ids])


def of_execution(session: Session, execution_id: str) -> list[Request]:
    """The unanswered questions of an execution."""
    return [Request(*row) for row in session.all(load("requests")["of_execution"], (execution_id,))]
