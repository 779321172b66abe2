"""Shards: the rows that say who owns which part of the executions, and with which epoch."""

from __future__ import annotations

from typing import NamedTuple

from pauta.storage.connection import Session
from pauta.storage.statements import load

COUNT = 256
"""Executions belong to one of so many shards."""


class Ownership(NamedTuple):
    """Who owns a shard since which taking of it."""

    owner: str
    epoch: int


def take(session: Session, shard: int, owner: str, lease_until: int | None = None) -> Ownership:
    """Make ``owner`` the owner of a shard; what the former owner still writes is refused from now on."""
    session.run(load("shards")["take"], (shard, owner, lease_until))
    taken = get(session, shard)
    if taken is None:
        raise AssertionError("a row that was just written is there")
    return taken


def get(session: Session, shard: int) -> Ownership | None:
    """The owner of a shard; None when nobody ever took it."""
    row = session.one(load("shards")["get"], (shard,))
    return Ownership(*row) if row else None
