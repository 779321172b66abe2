"""Events that wait for executions (inbox), and messages that executions send (outbox)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any, NamedTuple

from pauta.engine import events
from pauta.engine.execution import Execution
from pauta.storage.columns import dump
from pauta.storage.columns import load as load_json
from pauta.storage.connection import Session
from pauta.storage.statements import load


class Waiting(NamedTuple):
    """An event in the inbox."""

    id: str
    execution_id: str
    event: events.Event


class Message(NamedTuple):
    """A message in the outbox; ``payload`` is plain data."""

    id: str
    execution_id: str
    generation: int
    kind: str
    payload: Any


def post(session: Session, shard: int, execution_id: str, event: events.Event, now: int) -> str:
    """Put an event into the inbox of an execution; gives its id."""
    kind, payload = events.encode(event)
    identity = _next_id(now)
    session.run(load("messages")["post"], (identity, shard, execution_id, kind, dump(payload)))
    return identity


def waiting(session: Session, shard: int, limit: int) -> list[Waiting]:
    """Events that wait in a shard, oldest first."""
    rows = session.all(load("messages")["waiting"], (shard, limit))
    return [Waiting(identity, to, events.decode(kind, load_json(text))) for identity, to, kind, text in rows]


def consume(session: Session, ids: Iterable[str]) -> None:
    """Remove events that were taken into account."""
    session.run_many(load("messages")["consume"], [(identity,) for identity in ids])


def send(session: Session, sender: Execution, kind: str, payload: object, now: int) -> None:
    """Put a message into the outbox."""
    session.run(load("messages")["send"], (_next_id(now), sender.id, sender.generation, kind, dump(payload)))


def unsent(session: Session, limit: int) -> list[Message]:
    """Messages that were not delivered yet, oldest first."""
    rows = session.all(load("messages")["unsent"], (limit,))
    return [
        Message(identity, sender, generation, kind, load_json(text))
        for identity, sender, generation, kind, text in rows
    ]


def delivered(session: Session, ids: Iterable[str]) -> None:
    """Remove messages that arrived."""
    session.run_many(load("messages")["delivered"], [(identity,) for identity in ids])


def _next_id(now: int) -> str:
    """Ids sort by the microsecond of their posting."""
    return f"{now:014x}{secrets.token_hex(5)}"
