"""Slots: which executions hold a place of their flow's concurrency limit."""

from __future__ import annotations

from pauta.storage.connection import Session
from pauta.storage.statements import load


def take(session: Session, execution_id: str, generation: int, flow: tuple[str, str], now: int) -> None:
    """An execution takes a place of a flow (namespace, id); taking it twice is taking it once."""
    session.run(load("slots")["admit"], (execution_id, generation, *flow, now))


def holds(session: Session, execution_id: str, generation: int) -> bool:
    """Whether an execution has a place."""
    return session.one(load("slots")["holds"], (execution_id, generation)) is not None


def release(session: Session, execution_id: str) -> None:
    """The execution gives its place back; nothing happens when it holds none."""
    session.run(load("slots")["release"], (execution_id,))


def taken(session: Session, namespace: str, flow_id: str) -> int:
    """How many places of a flow are taken."""
    row = session.one(load("slots")["taken"], (namespace, flow_id))
    return row[0] if row else 0
