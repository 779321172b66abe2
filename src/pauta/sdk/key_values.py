"""The key-value store, as tasks see it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol


class ValueKind(StrEnum):
    """What a value is (Kestra's ``KVType``)."""

    STRING = "STRING"
    NUMBER = "NUMBER"
    BOOLEAN = "BOOLEAN"
    DATETIME = "DATETIME"
    DATE = "DATE"
    DURATION = "DURATION"
    JSON = "JSON"


class StoredValue(NamedTuple):
    """A value as plain data; a DATETIME is its ISO text in UTC, a DURATION the ISO text that Java writes."""

    kind: ValueKind
    value: object


class ValueVersion(NamedTuple):
    """One version of a value. ``written_at`` is in microseconds since the epoch; removed keys keep their versions."""

    key: str
    version: int
    written_at: int
    expired: bool
    removed: bool


class KeyValues(Protocol):
    """The values of one namespace. Every method raises PautaError for a key that is not valid."""

    def get(self, key: str) -> StoredValue | None:
        """A value of this very namespace; None when there is none.

        Raises ValueExpired when its time is over; it is removed then.
        """
        ...

    def find(self, key: str) -> StoredValue | None:
        """A value of this namespace or, when it has none, of the nearest one above. Raises ValueExpired."""
        ...

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
        """Keep a value; a text becomes what ``kind`` says.

        Raises TaskFailed when it does not fit, or when there is a value already that must not be overwritten.
        """
        ...

    def delete(self, key: str) -> bool:
        """Remove a key; gives whether it was there."""
        ...

    def keys(self) -> list[str]:
        """The keys that are there, sorted."""
        ...

    def versions(self) -> list[ValueVersion]:
        """All versions that are kept, by key, the newest first."""
        ...

    def purge(self, versions: Iterable[ValueVersion]) -> None:
        """Forget versions for good."""
        ...
