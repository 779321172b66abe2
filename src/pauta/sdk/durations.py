"""Durations as Kestra reads them: ISO 8601 without years, months and weeks, in any case; a number counts seconds."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

_ISO = re.compile(
    r"(?P<sign>[-+])?P(?:(?P<days>[-+]?\d+)D)?"
    r"(?:T(?=[-+\d])(?:(?P<hours>[-+]?\d+)H)?(?:(?P<minutes>[-+]?\d+)M)?(?:(?P<seconds>[-+]?\d+(?:[.,]\d{0,9})?)S)?)?",
    re.IGNORECASE | re.ASCII,
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_UNITS = ("days", "hours", "minutes", "seconds")
LONGEST = 20
"""Digits of one part; what is longer is no duration."""


def read_duration(text: str) -> timedelta:
    """A duration such as ``PT1H30M``, to the microsecond. Raises ValueError."""
    if _NUMBER.fullmatch(text):
        return _sum({"seconds": text}, text)
    found = _ISO.fullmatch(text)
    parts = {} if found is None else {unit: found[unit] for unit in _UNITS if found[unit]}
    if found is None or not parts:
        raise _no_duration(text)
    total = _sum(parts, text)
    return -total if found["sign"] == "-" else total


def _sum(parts: dict[str, str], text: str) -> timedelta:
    if any(len(part) > LONGEST for part in parts.values()):
        raise _no_duration(text)
    try:
        return timedelta(**{unit: float(part.replace(",", ".")) for unit, part in parts.items()})
    except OverflowError:
        raise ValueError(f"the duration '{text}' is too long") from None


def _no_duration(text: str) -> ValueError:
    return ValueError(f"'{text[:200]}' is not a duration such as PT1H30M or P2D")


def _read(value: object) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = f"{value:f}"
    if isinstance(value, bool):
        raise PydanticCustomError("duration", "{reason}", {"reason": "a boolean is no duration"})
    if not isinstance(value, str):
        return value
    try:
        return read_duration(value.strip())
    except ValueError as error:
        raise PydanticCustomError("duration", "{reason}", {"reason": str(error)}) from None


_SCHEMA = {"anyOf": [{"type": "string", "format": "duration"}, {"type": "number"}]}

Duration = Annotated[timedelta, BeforeValidator(_read), WithJsonSchema(_SCHEMA)]
"""A property that is a duration."""
