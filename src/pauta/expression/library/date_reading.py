"""How patterns of Java's ``DateTimeFormatter`` read texts."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, tzinfo

from pauta.errors import ExpressionError
from pauta.expression.library.date_patterns import CLOSE, OPEN, Field, Pattern
from pauta.expression.library.locales import Locale
from pauta.expression.library.moments import Moment, zone_of


def parsed_in(pattern: Pattern, text: str, zone: tzinfo, locale: Locale) -> Moment:
    """The moment that a text in a pattern describes; clock times without an offset are of ``zone``.

    Raises ExpressionError.
    """
    found = re.compile(_expression(pattern, locale)).fullmatch(text)
    if found is None:
        raise ExpressionError(f"'{text}' does not have the form '{pattern.text}'")
    values = {name[0]: value for name, value in found.groupdict().items() if value is not None}
    return _moment(values, zone, locale, text)


_DIGITS: dict[str, int] = {"d": 2, "H": 2, "h": 2, "K": 2, "k": 2, "m": 2, "s": 2, "D": 3}


def _expression(pattern: Pattern, locale: Locale) -> str:
    """A regular expression for texts in a pattern; each group is named by its letter and a number."""
    pieces: list[str] = []
    for number, part in enumerate(pattern.parts):
        if isinstance(part, str):
            pieces.append(re.escape(part))
        elif part.letter == OPEN:
            pieces.append("(?:")
        elif part.letter == CLOSE:
            pieces.append(")?")
        else:
            pieces.append(f"(?P<{part.letter}{number}>{_form(part, locale)})")
    return "".join(pieces)


def _form(field: Field, locale: Locale) -> str:
    """What a field looks like in a text."""
    letter, count = field.letter, field.count
    if letter in "yu":
        return r"\d{2}" if count == 2 else r"\d{4}" if count == 4 else r"\d{1,9}"
    if letter in "ML":
        return _names(locale.short_months, locale.months, count) or (r"\d{2}" if count == 2 else r"\d{1,2}")
    if letter in _DIGITS:
        return rf"\d{{{count}}}" if count > 1 else rf"\d{{1,{_DIGITS[letter]}}}"
    if letter == "S":
        return rf"\d{{{count}}}"
    if letter in "Eec" and (count > 2 or letter == "E"):
        return _names(locale.short_days, locale.days, max(count, 3)) or r"\d+"
    return _FORMS.get(letter) or r"\d+"


_FORMS = {
    "a": "AM|PM",
    "X": r"Z|[+-]\d\d(?::?\d\d)?",
    "x": r"[+-]\d\d(?::?\d\d)?",
    "Z": r"Z|[+-]\d\d:?\d\d|GMT(?:[+-]\d{1,2}(?::\d\d)?)?",
    "O": r"GMT(?:[+-]\d{1,2}(?::\d\d)?)?",
    "z": r"[A-Za-z_/]+(?:[+-]\d+)?",
    "V": r"[A-Za-z_/]+(?:[+-]\d+)?|[+-]\d\d:\d\d",
    "n": r"\d{1,9}",
    "G": "AD",
}


def _names(short: tuple[str, ...], long: tuple[str, ...], count: int) -> str | None:
    if count < 3:
        return None
    return "|".join(re.escape(name) for name in sorted(short if count == 3 else long, key=len, reverse=True))


def _moment(values: dict[str, str], zone: tzinfo, locale: Locale, text: str) -> Moment:
    """The moment that the fields of a text make up."""
    if not any(letter in values for letter in "yu"):
        raise ExpressionError(f"'{text}' does not say which day it is")
    day = _date(values, locale)
    clock = any(letter in values for letter in "HhKkm")
    own = next((values[letter] for letter in "XxZOzV" if letter in values and clock), None)
    nanoseconds = int(values["S"].ljust(9, "0")) if "S" in values else int(values.get("n", "0"))
    at = datetime(
        day.year,
        day.month,
        day.day,
        _hour(values),
        int(values.get("m", "0")),
        int(values.get("s", "0")),
        nanoseconds // 1000,
        zone_of(own) if own else zone,
    )
    return Moment(at, nanoseconds % 1000)


def _date(values: dict[str, str], locale: Locale) -> date:
    text = values.get("y", values.get("u", ""))
    year = int(text) + 2000 if len(text) == 2 else int(text)
    if "D" in values:
        return date(year, 1, 1) + timedelta(days=int(values["D"]) - 1)
    month = values.get("M", values.get("L"))
    if month is None or "d" not in values:
        raise ExpressionError("year, month and day are needed")
    found = _clamped(year, _month_number(month, locale), int(values["d"]))
    named = values.get("E")
    if named is not None and named not in (locale.short_days[found.weekday()], locale.days[found.weekday()]):
        raise ExpressionError(f"{found} is no {named}")
    return found


def _clamped(year: int, month: int, day: int) -> date:
    """A date; a day that the month does not have, up to the 31st, is its last (Java)."""
    from calendar import monthrange

    return date(year, month, min(day, monthrange(year, month)[1]) if day <= 31 else day)


def _month_number(text: str, locale: Locale) -> int:
    if text.isdecimal():
        return int(text)
    names = locale.months if text in locale.months else locale.short_months
    return names.index(text) + 1


def _hour(values: dict[str, str]) -> int:
    if "H" in values:
        return int(values["H"])
    if "k" in values:
        return int(values["k"]) % 24
    half = int(values.get("h", values.get("K", "0"))) % 12
    return half + 12 if values.get("a") == "PM" else half
