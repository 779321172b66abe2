"""Functions of the second dialect about days of the calendar. A date with an offset is read as its own clocks show it."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from pauta.errors import ExpressionError
from pauta.expression import limits
from pauta.expression.catalog import function
from pauta.expression.dialect import Dialect
from pauta.expression.library import given
from pauta.expression.library.moments import parsed
from pauta.expression.values import java_text

_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_PLACES = {"FIRST": 1, "SECOND": 2, "THIRD": 3, "FOURTH": 4}
_COUNTRY = re.compile("[A-Z]{2}")
_CALENDAR = 5_000
"""Steps of making the calendar of a country and a year, which takes about a millisecond."""


@function("dayOfWeek", "date", only=Dialect.V2)
def day_of_week(value: Any) -> str:
    """The day of the week: ``MONDAY`` to ``SUNDAY``."""
    return _DAYS[_day(value).weekday()]


@function("dayOfMonth", "date", only=Dialect.V2)
def day_of_month(value: Any) -> int:
    """The day of the month, from 1."""
    return _day(value).day


@function("monthOfYear", "date", only=Dialect.V2)
def month_of_year(value: Any) -> int:
    """The month, from 1."""
    return _day(value).month


@function("hourOfDay", "date", only=Dialect.V2)
def hour_of_day(value: Any) -> int:
    """The hour, from 0 to 23."""
    text = _text(value)
    if "T" not in text.upper():
        raise ExpressionError(f"'{text}' has no time of the day")
    return parsed(text, UTC).at.hour


@function("isWeekend", "date", only=Dialect.V2)
def is_weekend(value: Any) -> bool:
    """Whether it is a Saturday or a Sunday."""
    return _day(value).weekday() >= 5


@function("isLastWorkingDay", "date", "workingDays", only=Dialect.V2)
def is_last_working_day(value: Any, working_days: Any) -> bool:
    """Whether it is the last working day of its month; working days are Monday to Friday, or a list with commas."""
    day = _day(value)
    working = _working(working_days)
    last = day.replace(day=monthrange(day.year, day.month)[1])
    while last.weekday() not in working:
        last -= timedelta(days=1)
    return day == last


def _working(value: Any) -> frozenset[int]:
    text = "" if value is None else given.text(value, "'workingDays'")
    names = [name.strip() for name in text.split(",") if name.strip()]
    return frozenset(map(_weekday, names)) if names else frozenset(range(5))


def _weekday(name: str) -> int:
    if name.upper() not in _DAYS:
        raise ExpressionError(f"'{name}' is not a day of the week; the days are {', '.join(_DAYS)}")
    return _DAYS.index(name.upper())


@function("isDayWeekInMonth", "date", "dayOfWeek", "dayInMonth", only=Dialect.V2)
def is_day_week_in_month(value: Any, weekday: Any, place: Any) -> bool:
    """Whether it is the FIRST, SECOND, THIRD, FOURTH or LAST of a day of the week in its month."""
    day = _day(value)
    wanted = _weekday(given.text(given.required(weekday, "dayOfWeek"), "'dayOfWeek'"))
    name = given.text(given.required(place, "dayInMonth"), "'dayInMonth'").upper()
    if name not in _PLACES and name != "LAST":
        raise ExpressionError(f"'{place}' must be one of {', '.join(_PLACES)}, LAST")
    if name == "LAST":
        return day.weekday() == wanted and day.day + 7 > monthrange(day.year, day.month)[1]
    return day.weekday() == wanted and (day.day - 1) // 7 + 1 == _PLACES[name]


@function("isPublicHoliday", "date", "countryCode", "subDivision", only=Dialect.V2)
def is_public_holiday(value: Any, country: Any, division: Any) -> bool:
    """Whether it is a public holiday of a country (``DE``), or of one of its subdivisions (``BY``)."""
    day = _day(value)
    code = java_text(given.required(country, "countryCode")).strip().upper()
    part = "" if division is None else java_text(division).upper()
    return day in _public_holidays(code, part, day.year)


@lru_cache(maxsize=512)
def _public_holidays(country: str, division: str, year: int) -> frozenset[date]:
    """The holidays of a year; those of the whole country when it has no such subdivision, as in Kestra."""
    import holidays

    if not _COUNTRY.fullmatch(country) or not hasattr(holidays, country):
        raise ExpressionError(f"there is no calendar of holidays for '{country}': it must be a country code such as DE")
    limits.spend(_CALENDAR)
    whole = holidays.country_holidays(country, years=year, language="en_US")
    if division not in whole.subdivisions:
        return frozenset(whole)
    return frozenset(holidays.country_holidays(country, subdiv=division, years=year, language="en_US"))


def _day(value: Any) -> date:
    return parsed(_text(value), UTC).at.date()


def _text(value: Any) -> str:
    found = given.required(value, "date")
    return java_text(found) if isinstance(found, datetime | date) else given.text(found, "'date'")
