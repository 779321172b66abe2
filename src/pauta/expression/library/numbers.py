"""Filters on numbers."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from pauta.errors import ExpressionError
from pauta.expression.catalog import filter
from pauta.expression.kinds import java_class
from pauta.expression.library import given
from pauta.expression.values import described, is_number

_INTEGER = re.compile(r"([+-]*)(0[xX]|#|0(?=[0-7]))?([0-9a-fA-F]+)[lL]?")
_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?[fFdD]?")
_LONGEST = 400


@filter("abs")
def abs(value: Any) -> Any:  # noqa: A001 -- the name of the filter
    """The number without its sign."""
    if not is_number(value):
        raise ExpressionError(f"abs needs a number, not {described(value)}")
    return -value if value < 0 else value


@filter("number", "type")
def number(value: Any, kind: Any) -> Any:
    """The number that a text describes.

    ``type`` is INT, LONG, FLOAT, DOUBLE, BIGDECIMAL or BIGINTEGER; without it the smallest that fits.
    """
    if value is None:
        return None
    if not isinstance(value, str):
        raise ExpressionError(f"number needs a text, not {described(value)}")
    if len(value) > _LONGEST:
        raise ExpressionError(f"a number has at most {_LONGEST} characters")
    if kind is None:
        return _smallest(value)
    reader = _KINDS.get(given.text(kind, "'type'").upper())
    if reader is None:
        raise ExpressionError(f"'type' must be one of {', '.join(_KINDS)}")
    return reader(value)


def _smallest(text: str) -> Any:
    if not text.strip():
        raise ExpressionError("an empty text is not a number")
    if (_INTEGER.fullmatch(text) and not text.endswith(("f", "F", "d", "D"))) or text.lower().lstrip("+-").startswith(
        ("0x", "#")
    ):
        return _integer(text)
    return _fraction(text)


def _integer(text: str, least: int | None = None, most: int | None = None) -> int:
    """An integer in Java's forms: ``0x1F``, ``#FF``, ``010`` (octal)."""
    found = _INTEGER.fullmatch(text)
    if found is None:
        raise ExpressionError(f"'{text}' is not an integer")
    signs, prefix, digits = found.groups()
    base = 10 if prefix is None else 8 if prefix == "0" else 16
    try:
        size = int(digits, base)
    except ValueError:
        raise ExpressionError(f"'{text}' is not an integer") from None
    value = -size if signs.count("-") % 2 else size
    if least is not None and most is not None and not least <= value <= most:
        raise ExpressionError(f"'{text}' is not between {least} and {most}")
    return value


def _fraction(text: str) -> Any:
    """A double when it can hold all the digits, else a Decimal."""
    plain = _decimal(text)
    digits = len(plain.as_tuple().digits)
    as_double = float(plain)
    fits = digits <= 16 and as_double not in (float("inf"), float("-inf")) and (as_double != 0 or plain == 0)
    return as_double if fits else plain


def _decimal(text: str) -> Decimal:
    if not _DECIMAL.fullmatch(text):
        raise ExpressionError(f"'{text}' is not a number")
    try:
        return Decimal(text.rstrip("fFdD"))
    except InvalidOperation:
        raise ExpressionError(f"'{text}' is not a number") from None


def _double(text: str) -> float:
    return float(_decimal(text.strip()))


_KINDS: dict[str, Any] = {
    "INT": lambda text: _integer(text, -(1 << 31), (1 << 31) - 1),
    "LONG": lambda text: _integer(text, -(1 << 63), (1 << 63) - 1),
    "FLOAT": _double,
    "DOUBLE": _double,
    "BIGDECIMAL": _decimal,
    "BIGINTEGER": _integer,
}


@filter("numberFormat", "format")
def number_format(value: Any, pattern: Any) -> str | None:
    """The number in a pattern of Java's ``DecimalFormat``: ``#,##0.00``, ``0.0%``."""
    if value is None:
        return None
    if not is_number(value):
        raise ExpressionError(f"numberFormat needs a number, not {described(value)}")
    from pauta.expression.library.number_patterns import formatted

    return formatted(value, None if pattern is None else given.text(pattern, "'format'"))


@filter("className")
def class_name(value: Any) -> str | None:
    """The name of the class of a value in Java."""
    return None if value is None else java_class(value)
