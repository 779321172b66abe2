"""Removing what was kept of executions."""

from __future__ import annotations

from collections.abc import Collection

from pauta.sdk.states import Level
from pauta.storage.connection import Session
from pauta.storage.statements import load

_ALWAYS = 1 << 62
"""An instant behind all others."""


def log_lines(
    session: Session, execution_id: str, since: int = 0, until: int = _ALWAYS, levels: Collection[Level] = ()
) -> int:
    """Remove log lines between two instants, of these levels or of all; gives how many."""
    if not levels:
        return session.run(load("purging")["lines"], (execution_id, since, until))
    statement = load("purging")["lines_of_level"]
    return sum(session.run(statement, (execution_id, since, until, level.severity)) for level in levels)


def metrics(session: Session, execution_id: str) -> int:
    """Remove metrics; gives how many."""
    return session.run(load("purging")["metrics"], (execution_id,))


def execution(session: Session, execution_id: str) -> bool:
    """Remove an execution that is over, with its task runs and labels; gives whether it was there."""
    if not session.run(load("purging")["execution"], (execution_id,)):
        return False
    for name in ("task_runs", "labels"):
        session.run(load("purging")[name], (execution_id,))
    return True
