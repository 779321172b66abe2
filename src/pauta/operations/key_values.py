"""The key-value store: values by key in a namespace, with a time to live, in versions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta

from pauta.clock import Clock
from pauta.errors import NotFound, PautaError, TaskFailed, ValueExpired
from pauta.operations.value_kinds import dump, load, stored
from pauta.sdk.key_values import StoredValue, ValueKind, ValueVersion
from pauta.storage import flows, key_values
from pauta.storage.connection import Database, Session
from pauta.storage.key_values import KeyValueRow

_KEY = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]*")
_MICROSECOND = timedelta(microseconds=1)


class KeyValues:
    """The values of all namespaces."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def of(self, namespace: str, reader: str) -> NamespaceValues:
        """The values of a namespace, for a flow of the namespace ``reader``.

        Raises NotFound when there is no such namespace. Kestra: it exists when a flow's namespace begins like it.
        """
        if namespace != reader and not reader.startswith(f"{namespace}."):
            self._check(namespace)
        return NamespaceValues(self._database, self._clock, namespace)

    def namespaces(self) -> list[str]:
        """The namespaces that have flows, sorted."""
        with self._database.reading() as session:
            return flows.namespaces(session)

    def _check(self, namespace: str) -> None:
        if not any(each.startswith(namespace) for each in self.namespaces()):
            raise NotFound("namespace", namespace)


class NamespaceValues:
    """The values of one namespace (see ``pauta.sdk.key_values.KeyValues``)."""

    def __init__(self, database: Database, clock: Clock, namespace: str) -> None:
        self._database = database
        self._clock = clock
        self._namespace = namespace

    def get(self, key: str) -> StoredValue | None:
        """A value of this very namespace."""
        return self._get(self._namespace, _checked(key))

    def find(self, key: str) -> StoredValue | None:
        """A value of this namespace, or of the nearest one above that has it."""
        _checked(key)
        found = (self._get(namespace, key) for namespace in _upwards(self._namespace))
        return next((value for value in found if value is not None), None)

    def set(  # noqa: PLR0913 -- all that is kept with a value
        self,
        key: str,
        value: object,
        *,
        kind: ValueKind | None = None,
        description: str | None = None,
        ttl: timedelta | None = None,
        overwrite: bool = True,
    ) -> None:
        """Keep a value as the newest version. Kestra: an expired one is there until somebody reads it."""
        kept, now = stored(value, kind), self._clock.now()
        expires_at = None if ttl is None else now + ttl // _MICROSECOND
        with self._database.transaction() as session:
            before = key_values.newest(session, self._namespace, _checked(key))
            there = before is not None and not before.removed
            if there and not overwrite:
                raise TaskFailed(f"the key '{key}' has a value already, and overwrite is false")
            version = before.version + 1 if before else 1
            created = before.created_at if before and there else now
            row = (self._namespace, key, version, kept.kind, dump(kept), description, created, now, expires_at)
            key_values.insert(session, KeyValueRow(*row))

    def delete(self, key: str) -> bool:
        """Remove a key; gives whether it was there (Kestra: also when its time was over)."""
        with self._database.transaction() as session:
            row = key_values.newest(session, self._namespace, _checked(key))
            if row is None or row.removed:
                return False
            key_values.remove(session, row, self._clock.now())
            return True

    def keys(self) -> list[str]:
        """The keys that are there, sorted."""
        return [row.key for row in self.rows()]

    def rows(self) -> list[KeyValueRow]:
        """The newest versions that are there, by key."""
        with self._database.reading() as session:
            return key_values.listed(session, self._namespace, self._clock.now())

    def versions(self) -> list[ValueVersion]:
        """All versions that are kept, by key, the newest first."""
        now = self._clock.now()
        with self._database.reading() as session:
            rows = key_values.versions(session, self._namespace)
        return [
            ValueVersion(row.key, row.version, row.updated_at, expired=row.has_expired(now), removed=row.removed)
            for row in rows
        ]

    def purge(self, versions: Iterable[ValueVersion]) -> None:
        """Forget versions for good."""
        with self._database.transaction() as session:
            for each in versions:
                key_values.purge(session, self._namespace, each.key, each.version)

    def _get(self, namespace: str, key: str) -> StoredValue | None:
        with self._database.reading() as session:
            row = key_values.newest(session, namespace, key)
        if row is None or row.removed:
            return None
        if row.has_expired(self._clock.now()):
            with self._database.transaction() as session:
                self._remove_expired(session, row)
            raise ValueExpired(f"the value of '{key}' has expired")
        return load(row.kind, row.content)

    def _remove_expired(self, session: Session, row: KeyValueRow) -> None:
        """Another value may have come meanwhile: only this version is removed."""
        key_values.remove(session, row, self._clock.now())


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise PautaError(
            f"'{key:.200}' is not a valid key: it begins with a letter or a digit, then letters, digits, '.', '_' and '-'"
            " may follow"
        )
    return key


def _upwards(namespace: str) -> Iterator[str]:
    """A namespace and those above it."""
    while namespace:
        yield namespace
        namespace = namespace.rpartition(".")[0]
