"""Languages and regions: how dates are written in them (names: ``locale_names``)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from pauta.errors import ExpressionError
from pauta.expression.library.locale_names import ROWS

_FORM = re.compile(r"[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*|")


@dataclass(frozen=True, slots=True)
class Locale:
    """How a language writes dates.

    ``alone`` are names of months without a day before them. ``styles`` are the patterns of date and time of ``full``,
    ``long``, ``medium`` and ``short``; ``halves`` are AM and PM. Weeks of the year begin on ``first_day`` (1 is Monday, 7
    Sunday), and the first has ``minimal_days`` days of January or more.
    """

    months: tuple[str, ...]
    short_months: tuple[str, ...]
    alone: tuple[str, ...]
    short_alone: tuple[str, ...]
    narrow: tuple[str, ...]
    days: tuple[str, ...]
    short_days: tuple[str, ...]
    narrow_days: tuple[str, ...]
    styles: tuple[str, ...]
    halves: tuple[str, ...]
    universal: str
    first_day: int
    minimal_days: int
    english: bool


_SUNDAY_FIRST = frozenset({"US", "CA", "JP", "BR", "MX", "IN", "IL", "ZA", "KR", "PT"})


@lru_cache(maxsize=128)
def locale(name: str | None) -> Locale:
    """The locale of a name: ``en``, ``fr-FR``, ``de_DE``. Raises ExpressionError when it cannot be one.

    A language that is not known has the names of no language; two capitals alone are a region of none (Kestra).
    """
    if name is None:
        return _made("en", ROWS["en"])
    if not _FORM.fullmatch(name):
        raise ExpressionError(f"'{name}' is not a locale; an example is 'en_US'")
    language, *rest = re.split("[_-]", name)
    language = "" if language.isupper() else language.lower()
    region = rest[-1].upper() if rest else ""
    return _regional(language if language in ROWS else "", region)


def _regional(language: str, region: str) -> Locale:
    row = ROWS.get(f"{language}-{region}") if region else None
    found = _made(language, {**ROWS[language], **(row or {})})
    known = row is not None and "first" in row
    return found if not region or known or region in _SUNDAY_FIRST else replace(found, first_day=1, minimal_days=4)


def _made(language: str, row: Mapping[str, str | int]) -> Locale:
    def words(key: str, otherwise: str = "") -> tuple[str, ...]:
        return tuple(str(row.get(key, row.get(otherwise, ""))).split("|"))

    return Locale(
        months=words("months"),
        short_months=words("short_months"),
        alone=words("alone", "months"),
        short_alone=words("short_alone", "short_months"),
        narrow=words("narrow"),
        days=words("days"),
        short_days=words("short_days"),
        narrow_days=words("narrow_days"),
        styles=words("styles"),
        halves=words("halves"),
        universal=str(row["utc"]),
        first_day=int(row["first"]),
        minimal_days=int(row["min"]),
        english=language in ("", "en"),
    )
