"""Slots: which executions hold a place of their flow's concurrency limit."""

from __future__ import annotations

from pauta.engine.execution import Execution
from pauta.storage.connection import Session
from pauta.storage.statements import load


def admit(session: Session, execution: Execution, now: int) -> None:
    """The execution takes a place; taking it twice is taking it once."""
    values = (execution.id, execution.generation, execution.namespace, execution.flow_id, now)
    session.run(load("slots")["admit"], values)


def release(session: Session, execution_id: str, generation: int) -> None:
    """The execution gives its place back; nothing happens when it holds none."""
    session.run(load("slots")["release"], (execution_id, generation))


def taken(session: Session, namespace: str, flow_id: str) -> int:
    """How many places of a flow are taken."""
    row = session.one(load("slots")["taken"], (namespace, flow_id))
    return row[0] if row else 0
