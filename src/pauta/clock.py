"""The only place that knows the time.

An *instant* is an ``int``: microseconds since 1970-01-01 UTC. It sorts, it is exact, and it is what is stored.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Where the time comes from; tests set it."""

    def now(self) -> int:
        """The present instant (microseconds since the epoch)."""
        ...


class SystemClock:
    """The clock of the operating system."""

    def now(self) -> int:
        """The present instant (microseconds since the epoch)."""
        return time.time_ns() // 1000


def to_datetime(instant: int) -> datetime:
    """The aware UTC datetime of an instant."""
    return _EPOCH + timedelta(microseconds=instant)


def to_iso(instant: int) -> str:
    """ISO 8601 with microseconds and ``Z``, as Kestra's API writes dates."""
    return to_datetime(instant).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_datetime(moment: datetime) -> int:
    """The instant of an aware datetime."""
    return (moment - _EPOCH) // timedelta(microseconds=1)
