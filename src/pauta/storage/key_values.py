"""Values of the key-value store: one row for each version of a value; the newest version counts."""

from __future__ import annotations

from typing import NamedTuple

from pauta.storage.connection import Row, Session
from pauta.storage.statements import load


class KeyValueRow(NamedTuple):
    """A version of a value. ``content`` is JSON; ``expires_at`` None means never; instants are microseconds."""

    namespace: str
    key: str
    version: int
    kind: str
    content: str
    description: str | None
    created_at: int
    updated_at: int
    expires_at: int | None
    removed: bool = False

    def has_expired(self, now: int) -> bool:
        """Whether its time is over."""
        return self.expires_at is not None and self.expires_at <= now


def insert(session: Session, row: KeyValueRow) -> None:
    """Keep a new version."""
    session.run(load("key_values")["insert"], row[:-1])


def newest(session: Session, namespace: str, key: str) -> KeyValueRow | None:
    """The newest version of a value: it may be removed, or have expired."""
    row = session.one(load("key_values")["newest"], (namespace, key))
    return _row(row) if row else None


def remove(session: Session, row: KeyValueRow, now: int) -> None:
    """Remove a key, whose newest version this is."""
    session.run(load("key_values")["remove"], (now, row.namespace, row.key, row.version))


def listed(session: Session, namespace: str, now: int) -> list[KeyValueRow]:
    """The newest versions in a namespace that are there now, by key."""
    return [_row(row) for row in session.all(load("key_values")["list"], (namespace, now))]


def versions(session: Session, namespace: str) -> list[KeyValueRow]:
    """All versions in a namespace, by key, the newest first."""
    return [_row(row) for row in session.all(load("key_values")["versions"], (namespace,))]


def purge(session: Session, namespace: str, key: str, version: int) -> None:
    """Forget a version for good."""
    session.run(load("key_values")["purge"], (namespace, key, version))


def _row(row: Row) -> KeyValueRow:
    *values, removed = row
    return KeyValueRow(*values, removed=bool(removed))
