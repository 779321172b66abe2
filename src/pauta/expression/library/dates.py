"""Filters on dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta, tzinfo
from typing import Any

from pauta.errors import ExpressionError
from pauta.expression.catalog import filter  # noqa: A004 -- its name
from pauta.expression.kinds import Long
from pauta.expression.library import given
from pauta.expression.library.date_patterns import compiled, offset_text
from pauta.expression.library.date_reading import parsed_in
from pauta.expression.library.locales import Locale, locale
from pauta.expression.library.moments import Moment, Reader, from_nanoseconds, moment, parsed, written
from pauta.expression.values import described, is_number

_NANOS_PER_SECOND = 1_000_000_000
_LARGEST = (1 << 63) - 1
_STYLES = ("full", "long", "medium", "short")
_NAMED: dict[str, str] = {
    "iso": "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX",
    "iso_milli": "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
    "iso_sec": "yyyy-MM-dd'T'HH:mm:ssXXX",
    "sql": "yyyy-MM-dd HH:mm:ss.SSSSSS",
    "sql_milli": "yyyy-MM-dd HH:mm:ss.SSS",
    "sql_sec": "yyyy-MM-dd HH:mm:ss",
}


@filter("date", "format", "timeZone", "existingFormat", "locale")
def date(
    value: Any, form: Any = given.ABSENT, time_zone: Any = None, existing: Any = None, language: Any = None
) -> str | None:
    """A date as text: in a named format, or in a pattern of Java."""
    if value is None:
        return None
    if form is None:
        raise ExpressionError("'format' is null")
    return _formatted(_moment(value, time_zone, existing), form, language)


@filter("dateAdd", "amount", "unit", "format", "timeZone", "existingFormat", "locale")
def date_add(  # noqa: PLR0913, PLR0917 -- the arguments of the filter
    value: Any, amount: Any, unit: Any, form: Any, time_zone: Any, existing: Any, language: Any
) -> str | None:
    """A date with an amount of a unit added (``DAYS``, ``HOURS`` … of Java's ``ChronoUnit``), as text."""
    if value is None:
        return None
    add = _UNITS.get(given.text(unit, "'unit'"))
    if add is None:
        raise ExpressionError(f"'{unit}' is not a unit; the units are {', '.join(_UNITS)}")
    zone = _zone_name(time_zone)
    start = written(value, zone, _reader(existing))
    try:
        return _formatted(add(start, _amount(amount)).seen_from(zone or "UTC"), form, language)
    except (OverflowError, ValueError):
        raise ExpressionError(f"{amount} {unit} later is no date between the years 1 and 9999") from None


@filter("timestamp", "timeZone", "existingFormat")
def timestamp(value: Any, time_zone: Any, existing: Any) -> Long | None:
    """Seconds since the epoch."""
    return None if value is None else Long(_moment(value, time_zone, existing).nanoseconds // _NANOS_PER_SECOND)


@filter("timestampMilli", "timeZone", "existingFormat")
def timestamp_milli(value: Any, time_zone: Any, existing: Any) -> Long | None:
    """Milliseconds since the epoch."""
    return None if value is None else Long(_moment(value, time_zone, existing).nanoseconds // 1_000_000)


@filter("timestampMicro", "timeZone", "existingFormat")
def timestamp_micro(value: Any, time_zone: Any, existing: Any) -> str | None:
    """Microseconds since the epoch, as text."""
    return None if value is None else str(_moment(value, time_zone, existing).nanoseconds // 1000)


@filter("timestampNano", "timeZone", "existingFormat")
def timestamp_nano(value: Any, time_zone: Any, existing: Any) -> str | None:
    """Nanoseconds since the epoch, as text."""
    return None if value is None else str(min(_moment(value, time_zone, existing).nanoseconds, _LARGEST))


def _moment(value: Any, time_zone: Any, existing: Any) -> Moment:
    return moment(value, _zone_name(time_zone), _reader(existing))


def _zone_name(time_zone: Any) -> str | None:
    return None if time_zone is None else given.text(time_zone, "'timeZone'")


def _reader(existing: Any) -> Reader | None:
    """Reads texts in an existing format; None: ISO."""
    if existing is None:
        return None
    name = given.text(existing, "'existingFormat'")
    if name in _WRITERS:
        return _parsed_rfc_1123 if name == "rfc_1123_date_time" else parsed
    pattern = compiled(_NAMED.get(name, name))
    return lambda text, zone: parsed_in(pattern, text, zone, locale(None))


def _parsed_rfc_1123(text: str, zone: tzinfo) -> Moment:
    return parsed_in(compiled("EEE, d MMM yyyy HH:mm:ss z"), text, zone, locale(None))


def _amount(value: Any) -> int:
    if is_number(value):
        return int(value)
    text = value if isinstance(value, str) else ""
    if not text.lstrip("+-").isdecimal():
        raise ExpressionError(f"'amount' must be a number, not {described(value)}")
    return int(text)


# formats


def _formatted(at: Moment, form: Any, language: Any) -> str:
    where = locale(None if language is None else given.text(language, "'locale'"))
    name = "iso" if form is None or form is given.ABSENT else given.text(form, "'format'")
    write = _WRITERS.get(name)
    if write is not None:
        return write(at)
    return compiled(_pattern(name, where)).format(at, where)


def _pattern(name: str, where: Locale) -> str:
    return where.styles[_STYLES.index(name)] if name in _STYLES else _NAMED.get(name, name)


def _day(at: Moment) -> str:
    return at.at.strftime("%Y-%m-%d").zfill(10)


def _time(at: Moment) -> str:
    fraction = f"{at.fraction:09d}".rstrip("0")
    return at.at.strftime("%H:%M:%S") + (f".{fraction}" if fraction else "")


def _offset(at: Moment) -> str:
    return offset_text(at, 5, "Z")


def _zone(at: Moment) -> str:
    return "" if at.zone[:1] in ("+", "-", "Z") else f"[{at.zone}]"


def _instant(at: Moment) -> str:
    utc = at.seen_from("UTC")
    fraction = f"{utc.fraction:09d}"
    digits = next(count for count in (0, 3, 6, 9) if not fraction[count:].strip("0"))
    return f"{_day(utc)}T{utc.at:%H:%M:%S}" + (f".{fraction[:digits]}" if digits else "") + "Z"


def _week_date(at: Moment) -> str:
    year, week, day = at.at.isocalendar()
    return f"{year:04d}-W{week:02d}-{day}{_offset(at)}"


def _rfc_1123(at: Moment) -> str:
    english = locale(None)
    days, months = english.short_days, english.short_months
    day = f"{days[at.at.weekday()]}, {at.at.day} {months[at.at.month - 1]} {at.at.year:04d}"
    return f"{day} {at.at:%H:%M:%S} {offset_text(at, 2, 'GMT')}"


_WRITERS: dict[str, Callable[[Moment], str]] = {
    "iso_date_time": lambda at: f"{_day(at)}T{_time(at)}{_offset(at)}{_zone(at)}",
    "iso_zoned_date_time": lambda at: f"{_day(at)}T{_time(at)}{_offset(at)}{_zone(at)}",
    "iso_date": lambda at: _day(at) + _offset(at),
    "iso_time": lambda at: _time(at) + _offset(at),
    "iso_offset_time": lambda at: _time(at) + _offset(at),
    "iso_local_date": _day,
    "iso_local_time": _time,
    "iso_local_date_time": lambda at: f"{_day(at)}T{_time(at)}",
    "iso_instant": _instant,
    "iso_ordinal_date": lambda at: f"{at.at.year:04d}-{at.at.timetuple().tm_yday:03d}{_offset(at)}",
    "iso_week_date": _week_date,
    "rfc_1123_date_time": _rfc_1123,
}

# units

Add = Callable[[Moment, int], Moment]


def _elapsed(nanoseconds: int) -> Add:
    """A unit of time: it is added to the point in time."""

    def add(start: Moment, amount: int) -> Moment:
        later = from_nanoseconds(start.nanoseconds + amount * nanoseconds)
        return Moment(later.at.astimezone(start.at.tzinfo), later.nano, start.zone)

    return add


def _days(count: int) -> Add:
    """A unit of days: the clock shows the same time."""

    def add(start: Moment, amount: int) -> Moment:
        local = start.at.replace(tzinfo=None) + timedelta(days=count * amount)
        return Moment(local.replace(tzinfo=start.at.tzinfo), start.nano, start.zone)

    return add


def _months(count: int) -> Add:
    """A unit of months: the day is at most the last of the month."""

    def add(start: Moment, amount: int) -> Moment:
        from calendar import monthrange

        year, month = divmod(start.at.year * 12 + start.at.month - 1 + count * amount, 12)
        if not 1 <= year <= 9999:
            raise ValueError(year)
        day = min(start.at.day, monthrange(year, month + 1)[1])
        return Moment(start.at.replace(year=year, month=month + 1, day=day), start.nano, start.zone)

    return add


_UNITS: dict[str, Add] = {
    "NANOS": _elapsed(1),
    "MICROS": _elapsed(1000),
    "MILLIS": _elapsed(1_000_000),
    "SECONDS": _elapsed(_NANOS_PER_SECOND),
    "MINUTES": _elapsed(60 * _NANOS_PER_SECOND),
    "HOURS": _elapsed(3600 * _NANOS_PER_SECOND),
    "HALF_DAYS": _elapsed(12 * 3600 * _NANOS_PER_SECOND),
    "DAYS": _days(1),
    "WEEKS": _days(7),
    "MONTHS": _months(1),
    "YEARS": _months(12),
    "DECADES": _months(120),
    "CENTURIES": _months(1200),
    "MILLENNIA": _months(12000),
}
