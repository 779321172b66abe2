"""Flows: their sources, one row per revision."""

from __future__ import annotations

from typing import NamedTuple

from pauta.storage.connection import Session
from pauta.storage.statements import load


class FlowRow(NamedTuple):
    """A revision of a flow; ``source`` is what its author wrote, byte for byte."""

    namespace: str
    id: str
    revision: int
    source: str
    created_at: int


def save(session: Session, namespace: str, flow_id: str, source: str, now: int) -> FlowRow:
    """Keep a source: a new revision when it differs from the newest one. Gives the newest one."""
    newest = latest(session, namespace, flow_id)
    if newest is not None and newest.source == source:
        return newest
    row = FlowRow(namespace, flow_id, newest.revision + 1 if newest else 1, source, now)
    session.run(load("flows")["insert"], row)
    return row


def latest(session: Session, namespace: str, flow_id: str) -> FlowRow | None:
    """The newest revision of a flow."""
    row = session.one(load("flows")["latest"], (namespace, flow_id))
    return FlowRow(*row) if row else None


def revision(session: Session, namespace: str, flow_id: str, number: int) -> FlowRow | None:
    """One revision of a flow."""
    row = session.one(load("flows")["revision"], (namespace, flow_id, number))
    return FlowRow(*row) if row else None


def all_latest(session: Session) -> list[FlowRow]:
    """The newest revision of every flow, by namespace and id."""
    return [FlowRow(*row) for row in session.all(load("flows")["list"])]


def namespaces(session: Session) -> list[str]:
    """The namespaces that have flows, sorted."""
    return [row[0] for row in session.all(load("flows")["namespaces"])]
