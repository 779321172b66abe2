"""Points in time with a zone and nanoseconds, read from what flows have: dates, ISO texts, epoch numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Any

from pauta.errors import ExpressionError
from pauta.expression.library import given
from pauta.expression.values import described

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[Tt](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{0,9}))?)?"
    r"([Zz]|[+-]\d\d(?::\d\d(?::\d\d)?)?)?(?:\[([^\]]+)\])?)?"
)
_OFFSET = re.compile(r"(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d\d))?(?::?(\d\d))?")


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time as clocks in its zone show it.

    ``at`` is aware, with microseconds; ``nano`` are the nanoseconds behind them (0 to 999); ``zone`` is the zone's name.
    """

    at: datetime
    nano: int = 0
    zone: str = "UTC"

    @property
    def offset(self) -> timedelta:
        """How far the clocks are ahead of UTC."""
        return self.at.utcoffset() or timedelta()

    @property
    def nanoseconds(self) -> int:
        """Nanoseconds since the epoch."""
        return (self.at - _EPOCH) // timedelta(microseconds=1) * 1000 + self.nano

    @property
    def fraction(self) -> int:
        """The nanoseconds of the second."""
        return self.at.microsecond * 1000 + self.nano

    def seen_from(self, zone: str) -> Moment:
        """The same point in time on the clocks of another zone."""
        clocks = zone_of(zone)
        if clocks is UTC and self.at.tzinfo is UTC:
            return Moment(self.at, self.nano, _normal(zone))
        # by way of UTC, because a clock time that does not exist there is moved on, as Java does it
        return Moment(self.at.astimezone(UTC).astimezone(clocks), self.nano, _normal(zone))


Reader = Callable[[str, tzinfo], Moment]
"""Reads a text; a clock time without an offset is of the zone."""


def moment(value: Any, zone: str | None, read: Reader | None = None) -> Moment:
    """The point in time that a value describes, on the clocks of ``zone`` (None: UTC)."""
    return written(value, zone, read).seen_from(zone if zone is not None else "UTC")


def written(value: Any, zone: str | None, read: Reader | None = None) -> Moment:
    """The point in time that a value describes, on the clocks of the offset that it was written with.

    Texts without an offset are clock times of that zone. Numbers count from the epoch: nanoseconds with 19 digits,
    milliseconds with 13, else seconds. ``read`` reads texts that are not ISO.
    """
    try:
        return _read(value, zone_of(zone if zone is not None else "UTC"), read or parsed)
    except (OverflowError, ValueError) as error:
        raise ExpressionError(f"{described(value)} is not a date: {error}") from None


def _read(value: Any, zone: tzinfo, read: Reader) -> Moment:
    if isinstance(value, str):
        return read(value, zone)
    if isinstance(value, datetime):
        return Moment(value if value.tzinfo else value.replace(tzinfo=zone))
    if isinstance(value, date):
        return Moment(datetime(value.year, value.month, value.day, tzinfo=zone))
    if isinstance(value, int) and not isinstance(value, bool):
        return from_epoch(given.long(value, "the time since the epoch"))
    raise ExpressionError(f"a date, a text or an integer is needed, not {described(value)}")


def from_epoch(number: int) -> Moment:
    """The moment that is so many seconds, milliseconds (13 digits) or nanoseconds (19 digits) after the epoch."""
    digits = len(str(abs(number)))
    scale = {13: 1_000_000, 19: 1}.get(digits, 1_000_000_000)
    return from_nanoseconds(number * scale)


def from_nanoseconds(count: int) -> Moment:
    """The moment that is so many nanoseconds after the epoch."""
    micro, nano = divmod(count, 1000)
    return Moment(_EPOCH + timedelta(microseconds=micro), nano)


def parsed(text: str, zone: tzinfo) -> Moment:
    """An ISO text: with an offset, without one, or a date alone."""
    found = _ISO.fullmatch(text)
    if found is None or (text.endswith("]") and found.group(8) is None):
        raise ExpressionError(f"'{text}' is not a date in ISO form; 'existingFormat' tells another form")
    *numbers, fraction, offset, _ = found.groups("")
    year, month, day, hour, minute, second = [int(part or 0) for part in numbers]
    nanoseconds = int(fraction.ljust(9, "0")) if fraction else 0
    try:
        at = datetime(
            year, month, day, hour, minute, second, nanoseconds // 1000, zone_of(offset.upper()) if offset else zone
        )
    except ValueError as error:
        raise ExpressionError(f"'{text}' is not a date: {error}") from None
    return Moment(at, nanoseconds % 1000)


@lru_cache(maxsize=256)
def _normal(zone: str) -> str:
    """The name of a zone as Java writes it: ``+02:00``, ``UTC+02:00``."""
    found = _OFFSET.fullmatch(zone)
    if found is None:
        return zone
    sign, hours, minutes, seconds = found.groups()
    tail = f":{seconds}" if seconds and int(seconds) else ""
    before = zone[: found.start(1)]
    return (
        f"{before}{sign}{int(hours):02d}:{minutes or '00'}{tail}" if int(hours) or int(minutes or 0) else before or "Z"
    )


_REFUSED = frozenset({"EST", "MST", "HST"})
"""Names of zones that Java refuses, because it is not clear what they mean."""


@lru_cache(maxsize=256)
def zone_of(name: str) -> tzinfo:
    """The time zone of a name (``Europe/Paris``) or an offset (``+02:00``, ``GMT+2``, ``Z``). Raises ExpressionError."""
    if name in ("Z", "UTC", "GMT", "UT"):
        return UTC
    fixed = _OFFSET.fullmatch(name)
    if fixed is not None:
        return _fixed(fixed, name)
    from zoneinfo import ZoneInfo

    unknown = ExpressionError(f"there is no time zone '{name}'; examples are 'Europe/Paris' and '+02:00'")
    if name in _REFUSED:
        raise unknown
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        raise unknown from None


def _fixed(found: re.Match[str], name: str) -> tzinfo:
    sign, hours, minutes, seconds = found.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0), seconds=int(seconds or 0))
    if offset > timedelta(hours=18):
        raise ExpressionError(f"the offset {name} is larger than 18 hours")
    return timezone(-offset if sign == "-" else offset)
