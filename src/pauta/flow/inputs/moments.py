"""Dates, times and durations as texts in their shortest ISO form, as Java writes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?")
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d(?::\d\d(?:\.\d{0,9})?)?)([Zz]|[+-]\d\d(?::?\d\d(?::?\d\d)?)?)")
_DURATION = re.compile(
    r"([+-]?)P(?:([+-]?\d+)D)?(?:T(?=[+-]?\d)(?:([+-]?\d+)H)?(?:([+-]?\d+)M)?(?:([+-]?\d+)(?:[.,](\d{0,9}))?S)?)?",
    re.IGNORECASE,
)
_SECOND = 1_000_000_000


def day(value: object) -> str:
    """A date. Raises ValueError."""
    from datetime import date

    text = str(value)
    if not _DATE.fullmatch(text):
        raise ValueError(f"'{text:.200}' is not a date such as 2024-12-31")
    date.fromisoformat(text)
    return text


def time_of_day(value: object) -> str:
    """A time without a zone; seconds of zero are left out. Raises ValueError."""
    text = str(value)
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(f"'{text:.200}' is not a time such as 18:27:49")
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    time(hour, minute, second)
    nanoseconds = int((found[4] or "0").ljust(9, "0"))
    return f"{hour:02}:{minute:02}" + (f":{second:02}{_fraction(nanoseconds)}" if second or nanoseconds else "")


def instant(value: object) -> str:
    """A point in time, in UTC. Raises ValueError."""
    text = str(value)
    found = _INSTANT.fullmatch(text)
    if found is None:
        raise ValueError(f"'{text:.200}' is not a date and time with a zone such as 2024-12-31T18:27:49Z")
    clock_time, _, fraction = found[2].partition(".")
    at = datetime.fromisoformat(f"{found[1]}T{clock_time}{found[3].upper()}").astimezone(UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}{_fraction(int(fraction.ljust(9, '0') or 0))}Z"


def duration(value: object) -> str:
    """A length of time. Raises ValueError."""
    return _duration_text(nanoseconds_of(str(value)))


def nanoseconds_of(text: str) -> int:
    """A duration in nanoseconds. Raises ValueError."""
    found = _DURATION.fullmatch(text)
    if found is None or not any(found.groups()[1:5]):
        raise ValueError(f"'{text:.200}' is not a duration such as PT1H30M or P2D")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:5])
    fraction = int((found[6] or "0").ljust(9, "0"))
    minus = (found[5] or "").startswith("-")
    total = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * _SECOND + (-fraction if minus else fraction)
    return -total if found[1] == "-" else total


def _duration_text(nanoseconds: int) -> str:
    sign = "-" if nanoseconds < 0 else ""
    seconds, fraction = divmod(abs(nanoseconds), _SECOND)
    hours, seconds = divmod(seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    parts = (
        f"{sign}{hours}H" if hours else "",
        f"{sign}{minutes}M" if minutes else "",
        f"{sign}{seconds}{_decimals(fraction)}S" if seconds or fraction else "",
    )
    return "PT" + ("".join(parts) or "0S")


def _decimals(nanoseconds: int) -> str:
    return f".{nanoseconds:09d}".rstrip("0") if nanoseconds else ""


def _fraction(nanoseconds: int) -> str:
    """Java's: nothing, or three, six or nine digits."""
    if not nanoseconds:
        return ""
    digits = f"{nanoseconds:09d}"
    return "." + digits[: 3 if digits.endswith("000000") else 6 if digits.endswith("000") else 9]


def as_timedelta(text: str) -> timedelta:
    """A duration, to the microsecond. Raises ValueError."""
    return timedelta(microseconds=nanoseconds_of(text) // 1000)
