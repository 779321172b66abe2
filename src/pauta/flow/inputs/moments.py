"""Dates, times and durations as texts in the ISO form that Java writes, and as they are kept.

Texts are read as Java reads them, to the nanosecond, within the years 1 to 9999.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{0,9}))?)?", re.ASCII)
_INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{0,9}))?(Z|[+-](?:0\d|1[0-8]):\d\d(?::\d\d)?)",
    re.ASCII | re.IGNORECASE,
)
_DURATION = re.compile(
    r"([+-])?P(?:([+-]?\d+)D)?(T(?:([+-]?\d+)H)?(?:([+-]?\d+)M)?(?:([+-]?\d+)(?:[.,](\d{0,9}))?S)?)?",
    re.ASCII | re.IGNORECASE,
)
_SECOND = 1_000_000_000
_LONGEST = 1 << 63
"""Seconds of a duration."""


def day(value: object) -> str:
    """A date. Raises ValueError."""
    text = str(value)
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise _unfit(text, "LocalDate", "a date such as 2024-12-31")


def time_of_day(value: object) -> str:
    """A time without a zone; seconds of zero are left out. Raises ValueError."""
    text = str(value)
    found = _TIME.fullmatch(text)
    try:
        if found is not None:
            hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
            return _short(time(hour, minute, second), _nanoseconds(found[4]))
    except ValueError:
        pass
    raise _unfit(text, "LocalTime", "a time such as 18:27:49")


def instant(value: object) -> str:
    """A point in time, in UTC. Raises ValueError."""
    text = str(value)
    found = _INSTANT.fullmatch(text)
    try:
        if found is not None:
            at = _at(found)
            return f"{at.year:04}{at:-%m-%dT%H:%M:%S}{_groups(_nanoseconds(found[5]))}Z"
    except (ValueError, OverflowError):
        pass
    raise _unfit(text, "Instant", "a date and time with a zone such as 2024-12-31T18:27:49Z")


def duration(value: object) -> str:
    """A length of time. Raises ValueError."""
    return _duration_text(nanoseconds_of(str(value)))


def nanoseconds_of(text: str) -> int:
    """A duration in nanoseconds. Raises ValueError."""
    found = _DURATION.fullmatch(text)
    if found is None or len(text) > 100 or not (found[2] or found[3]) or found[3] in ("T", "t"):
        raise _unfit(text, "Duration", "a duration such as PT1H30M or P2D")
    days, hours, minutes, seconds = (int(found[group] or 0) for group in (2, 4, 5, 6))
    fraction = _nanoseconds(found[7])
    minus = (found[6] or "").startswith("-")
    total = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * _SECOND + (-fraction if minus else fraction)
    if abs(total) >= _LONGEST * _SECOND:
        raise _unfit(text, "Duration", "a duration of less than 2^63 seconds")
    return -total if found[1] == "-" else total


def later(value: str, other: str) -> bool:
    """Whether a date, a time or an instant is later than another one of its kind."""
    return value.removesuffix("Z") > other.removesuffix("Z")


def kept_instant(text: str) -> str:
    """An instant as executions keep it: with six digits of a second (Kestra)."""
    seconds, _, fraction = text.removesuffix("Z").partition(".")
    return f"{seconds}.{fraction.ljust(6, '0')[:6]}Z"


def kept_time(text: str) -> str:
    """A time as executions keep it: with seconds, and no more digits than they need (Kestra)."""
    return f"{text}:00" if text.count(":") == 1 else text.rstrip("0") if "." in text else text


def kept_duration(text: str) -> float:
    """A duration as executions keep it: seconds (Kestra)."""
    return nanoseconds_of(text) / _SECOND


def _at(found: re.Match[str]) -> datetime:
    """The second that was found; hour 24 is the next day's first (Java)."""
    next_day = found[2] == "24" and (found[3], found[4], _nanoseconds(found[5])) == ("00", "00", 0)
    hour = "00" if next_day else found[2]
    at = datetime.fromisoformat(f"{found[1]}T{hour}:{found[3]}:{found[4]}{found[6].upper()}")
    return (at + timedelta(days=next_day)).astimezone(UTC)


def _nanoseconds(digits: str | None) -> int:
    return int((digits or "").ljust(9, "0"))


def _short(at: time, nanoseconds: int) -> str:
    return f"{at:%H:%M:%S}{_groups(nanoseconds)}" if at.second or nanoseconds else f"{at:%H:%M}"


def _groups(nanoseconds: int) -> str:
    """Nothing, or three, six or nine digits (Java)."""
    if not nanoseconds:
        return ""
    digits = f"{nanoseconds:09d}"
    return "." + digits[: 3 if digits.endswith("000000") else 6 if digits.endswith("000") else 9]


def _duration_text(nanoseconds: int) -> str:
    sign = "-" if nanoseconds < 0 else ""
    seconds, fraction = divmod(abs(nanoseconds), _SECOND)
    hours, seconds = divmod(seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    parts = (
        f"{sign}{hours}H" if hours else "",
        f"{sign}{minutes}M" if minutes else "",
        f"{sign}{seconds}{f'.{fraction:09d}'.rstrip('0') if fraction else ''}S" if seconds or fraction else "",
    )
    return "PT" + ("".join(parts) or "0S")


def _unfit(text: str, kind: str, needed: str) -> ValueError:
    shown = text if len(text) <= 200 else f"{text[:200]}…"
    return ValueError(f"Cannot convert value '{shown}' to {kind}: {needed} is needed")
