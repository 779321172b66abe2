"""Dates that tasks are given."""

from __future__ import annotations

from datetime import UTC, datetime

from pauta.errors import TaskFailed


def instant(text: str, name: str) -> int:
    """Microseconds since the epoch of a date and time; without a zone it is in UTC.

    Raises TaskFailed, which names the property.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise TaskFailed(f"{name}: '{text:.100}' is not a date and time such as 2024-12-31T18:27:49Z") from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1_000_000)
