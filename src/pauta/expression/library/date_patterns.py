"""Patterns of Java's ``DateTimeFormatter``: ``yyyy-MM-dd HH:mm``, and how they write (``date_reading``: how they read).

A pattern is compiled once: letters become fields, everything else is text; ``[`` and ``]`` enclose what may be missing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TypeAlias

from pauta.errors import ExpressionError
from pauta.expression.library.locales import Locale
from pauta.expression.library.moments import Moment

_MOST = 19
_RESERVED = "{}#"
_LETTER = re.compile(r"(p*)(([A-Za-z])\3*)")
_QUOTED = re.compile(r"'((?:[^']|'')*)'")
Write: TypeAlias = "Callable[[Moment, int, Locale], str]"


@dataclass(frozen=True, slots=True)
class Field:
    """A letter of a pattern, repeated ``count`` times; ``width`` pads it on the left."""

    letter: str
    count: int
    width: int = 0


Part: TypeAlias = "Field | str"
OPEN, CLOSE = "[", "]"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern. Brackets are parts of their own: ``Field('[', 1)`` and ``Field(']', 1)``."""

    text: str
    parts: tuple[Part, ...]

    def format(self, moment: Moment, locale: Locale) -> str:
        """A moment in this pattern."""
        texts = [
            part if isinstance(part, str) else _WRITERS[part.letter](moment, part.count, locale).rjust(part.width)
            for part in self.parts
        ]
        return "".join(texts)


@lru_cache(maxsize=512)
def compiled(text: str) -> Pattern:
    """The compiled pattern. Raises ExpressionError."""
    parts: list[Part] = []
    at = 0
    while at < len(text):
        quoted, letters = _QUOTED.match(text, at), _LETTER.match(text, at)
        found = quoted or letters
        if quoted is not None:
            parts.append(quoted.group(1).replace("''", "'") or "'")
        elif letters is not None:
            parts.append(_field(letters))
        else:
            parts.append(_sign(text[at]))
        at = found.end() if found is not None else at + 1
    return Pattern(text, tuple(parts))


def _sign(character: str) -> Part:
    if character == "'":
        raise ExpressionError("a quote in the pattern is not closed")
    if character in _RESERVED:
        raise ExpressionError(f"'{character}' is reserved in patterns: put it in quotes")
    return Field(character, 1) if character in "[]" else character


def _field(found: re.Match[str]) -> Field:
    pad, letters, letter = found.groups()
    count = len(letters)
    if letter not in _WRITERS or letter == "p":
        raise ExpressionError(f"Unknown pattern letter: {letter}")
    if count > _LONGEST.get(letter, _MOST) or count not in _COUNTS.get(letter, (count,)):
        raise ExpressionError(f"too many pattern letters: {letter}")
    return Field(letter, count, len(pad))


# writing


def _nothing(_: Moment, __: int, ___: Locale) -> str:
    return ""


def _number(read: Callable[[Moment], int]) -> Write:
    return lambda moment, count, _: str(read(moment)).zfill(count)


def _year(year: int, count: int) -> str:
    return f"{year % 100:02d}" if count == 2 else str(year).zfill(count)


def _month(moment: Moment, count: int, locale: Locale) -> str:
    names = {3: locale.short_months, 4: locale.months, 5: locale.narrow}.get(count)
    return names[moment.at.month - 1] if names else str(moment.at.month).zfill(count)


def _month_alone(moment: Moment, count: int, locale: Locale) -> str:
    names = {3: locale.short_alone, 4: locale.alone, 5: locale.narrow}.get(count)
    return names[moment.at.month - 1] if names else str(moment.at.month).zfill(count)


def _day_name(moment: Moment, count: int, locale: Locale) -> str:
    day = moment.at.weekday()
    return (locale.short_days if count <= 3 else locale.days if count == 4 else locale.narrow_days)[day]


def _local_day(moment: Moment, count: int, locale: Locale) -> str:
    if count > 2:
        return _day_name(moment, count, locale)
    return str((moment.at.isoweekday() - locale.first_day) % 7 + 1).zfill(count)


def _quarter(moment: Moment, count: int, _: Locale) -> str:
    quarter = (moment.at.month + 2) // 3
    ordinal = ("1st", "2nd", "3rd", "4th")[quarter - 1]
    return {3: f"Q{quarter}", 4: f"{ordinal} quarter", 5: str(quarter)}.get(count) or str(quarter).zfill(count)


def _era(_: Moment, count: int, __: Locale) -> str:
    return {4: "Anno Domini", 5: "A"}.get(count, "AD")


def _week(day: date, locale: Locale) -> tuple[int, int]:
    """The week-based year and the week of a date, as the locale counts weeks."""
    year = day.year + 1 if day >= _first_week(day.year + 1, locale) else day.year
    start = _first_week(year, locale)
    if day < start:
        year -= 1
        start = _first_week(year, locale)
    return year, (day - start).days // 7 + 1


def _first_week(year: int, locale: Locale) -> date:
    first = date(min(max(year, 1), 9999), 1, 1)
    into = (first.isoweekday() - locale.first_day) % 7
    return first - timedelta(days=into) if 7 - into >= locale.minimal_days else first + timedelta(days=7 - into)


def _week_of_month(moment: Moment, count: int, locale: Locale) -> str:
    first = moment.at.date().replace(day=1)
    into = (first.isoweekday() - locale.first_day) % 7
    number = (moment.at.day + into - 1) // 7 + (1 if 7 - into >= locale.minimal_days else 0)
    return str(number).zfill(count)


def _fraction(moment: Moment, count: int, _: Locale) -> str:
    return f"{moment.fraction:09d}"[:count].ljust(count, "0")


def _day_period(moment: Moment, _: int, __: Locale) -> str:
    hour = moment.at.hour
    spans = ((6, "at night"), (12, "in the morning"), (18, "in the afternoon"), (21, "in the evening"))
    return next((name for end, name in spans if hour < end), "at night")


def _seconds_of_day(moment: Moment) -> int:
    return moment.at.hour * 3600 + moment.at.minute * 60 + moment.at.second


def _offset_parts(moment: Moment) -> tuple[str, int, int, int]:
    total = int(moment.offset.total_seconds())
    hours, rest = divmod(abs(total), 3600)
    return "-" if total < 0 else "+", hours, rest // 60, rest % 60


def offset_text(moment: Moment, count: int, zero: str | None) -> str:
    """An offset: 1 ``+05`` or ``+0530``, 2 ``+0530``, 3 ``+05:30``, 4 and 5 with seconds when there are some."""
    sign, hours, minutes, seconds = _offset_parts(moment)
    if zero is not None and not (hours or minutes or (seconds and count > 3)):
        return zero
    colon = ":" if count in (3, 5) else ""
    text = f"{sign}{hours:02d}"
    if count > 1 or minutes:
        text += f"{colon}{minutes:02d}"
    return text + (f"{colon}{seconds:02d}" if seconds and count > 3 else "")


def _plain_offset(moment: Moment, count: int, locale: Locale) -> str:
    if count == 4:
        return _localized_offset(moment, 4, locale)
    return offset_text(moment, 5, "Z") if count == 5 else offset_text(moment, 2, "+0000")


def _localized_offset(moment: Moment, count: int, _: Locale) -> str:
    sign, hours, minutes, _seconds = _offset_parts(moment)
    if not hours and not minutes:
        return "GMT"
    if count == 4:
        return f"GMT{sign}{hours:02d}:{minutes:02d}"
    return f"GMT{sign}{hours}" + (f":{minutes:02d}" if minutes else "")


def _zone_name(moment: Moment, count: int, locale: Locale) -> str:
    if moment.zone == "UTC":
        return locale.universal if count == 4 else "UTC"
    if moment.zone == "Z" or moment.zone[:1] in "+-":
        return moment.zone
    row = _zones().get(moment.zone, ())
    if not row:
        return f"GMT{offset_text(moment, 5, None)}" if "/" in moment.zone else moment.at.tzname() or moment.zone
    summer = 2 if moment.at.dst() and len(row) > 2 else 0
    return row[summer if count == 4 and locale.english else summer + 1]


@lru_cache(maxsize=1)
def _zones() -> dict[str, tuple[str, ...]]:
    """The names of each zone: long and short, then those of its summer time."""
    from pauta.expression.library.zone_names import ZONES

    return {zone: tuple(names.split("|")) for names, zones in ZONES.items() for zone in zones.split()}


def _hour12(moment: Moment) -> int:
    return (moment.at.hour + 11) % 12 + 1


_WRITERS: dict[str, Write] = {
    "G": _era,
    "y": lambda moment, count, _: _year(moment.at.year, count),
    "u": lambda moment, count, _: _year(moment.at.year, count),
    "Y": lambda moment, count, locale: _year(_week(moment.at.date(), locale)[0], count),
    "Q": _quarter,
    "q": _quarter,
    "M": _month,
    "L": _month_alone,
    "w": lambda moment, count, locale: str(_week(moment.at.date(), locale)[1]).zfill(count),
    "W": _week_of_month,
    "d": _number(lambda moment: moment.at.day),
    "D": _number(lambda moment: moment.at.timetuple().tm_yday),
    "F": _number(lambda moment: (moment.at.day - 1) // 7 + 1),
    "g": _number(lambda moment: moment.at.toordinal() - 678576),
    "E": _day_name,
    "e": _local_day,
    "c": _local_day,
    "a": lambda moment, _, locale: locale.halves[moment.at.hour // 12],
    "B": _day_period,
    "h": _number(_hour12),
    "K": _number(lambda moment: moment.at.hour % 12),
    "k": _number(lambda moment: moment.at.hour or 24),
    "H": _number(lambda moment: moment.at.hour),
    "m": _number(lambda moment: moment.at.minute),
    "s": _number(lambda moment: moment.at.second),
    "S": _fraction,
    "A": _number(lambda moment: _seconds_of_day(moment) * 1000 + moment.fraction // 1_000_000),
    "n": _number(lambda moment: moment.fraction),
    "N": _number(lambda moment: _seconds_of_day(moment) * 1_000_000_000 + moment.fraction),
    "V": lambda moment, _, __: moment.zone,
    "v": _zone_name,
    "z": _zone_name,
    "O": _localized_offset,
    "X": lambda moment, count, _: offset_text(moment, count, "Z"),
    "x": lambda moment, count, _: offset_text(moment, count, None),
    "Z": _plain_offset,
    OPEN: _nothing,
    CLOSE: _nothing,
}
_LONGEST = (
    dict.fromkeys("GQqMLEXxZecB", 5)
    | dict.fromkeys("dhHkKmswV", 2)
    | dict.fromkeys("zaO", 4)
    | {"D": 3, "W": 1, "F": 1, "S": 9, "a": 1}
)

_COUNTS = {"B": (1, 4, 5), "V": (2,), "v": (1, 4), "O": (1, 4), "c": (1, 3, 4, 5)}
"""How often these letters may stand; all others up to a number."""
