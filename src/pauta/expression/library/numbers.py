"""Filters on numbers."""

from __future__ import annotations

import builtins
import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from pauta.errors import ExpressionError
from pauta.expression.catalog import filter  # noqa: A004 -- its name  # noqa: A004 -- its name
from pauta.expression.kinds import Float, Long, fits_long, java_class, shortest, wrapped
from pauta.expression.library import given
from pauta.expression.operators import double_of
from pauta.expression.values import JAVA_SPACE, described, is_number

_LONGEST = 400
_DIGITS = re.compile(r"[\da-fA-F]+")
_INTEGER_TEXT = re.compile(r"[+-]{0,2}\d+")
_HEX = re.compile(r"[+-]?(?:0[xX]|#)([0-9a-fA-F]+)")
_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,9})?")


@filter("abs")
def abs(value: Any) -> Any:  # noqa: A001 -- the name of the filter
    """The number without its sign."""
    if not is_number(value):
        raise ExpressionError(f"abs needs a number, not {described(value)}")
    return type(value)(builtins.abs(value))


@filter("number", "type")
def number(value: Any, kind: Any = "") -> Any:
    """The number that a text describes.

    ``type`` is INT, LONG, FLOAT, DOUBLE, BIGDECIMAL or BIGINTEGER; without it (or with another) the smallest that fits.
    """
    if value is None:
        return None
    text = given.text(value, "the value")
    if len(text) > _LONGEST:
        raise ExpressionError(f"a number has at most {_LONGEST} characters")
    return _KINDS.get(given.text(kind, "'type'"), _smallest)(text)


def _integer(text: str) -> int:
    """An integer in Java's forms: ``0x1F``, ``#FF``, ``010`` (octal)."""
    sign, size = (text[0], text[1:]) if text[:1] in ("+", "-") else ("", text)
    base = 16 if _HEX.fullmatch(text) else 8 if size[:1] == "0" and len(size) > 1 else 10
    digits = size.removeprefix("#")[2 if size[:2] in ("0x", "0X") else 0 :]
    if _DIGITS.fullmatch(digits) is None:
        raise ExpressionError(f"'{text}' is not an integer")
    try:
        return int(sign + digits, base)
    except ValueError:
        raise ExpressionError(f"'{text}' is not an integer") from None


def _in_range(text: str, bits: int) -> int:
    value = _integer(text)
    if wrapped(value, bits) != value:
        raise ExpressionError(f"'{text}' does not fit in {bits} bits")
    return value


def _large_integer(text: str) -> int:
    """Java's BigInteger takes a second sign."""
    return -_integer(text[1:]) if text[:2] in ("-+", "--") else _integer(text[1:] if text[:2] in ("++", "+-") else text)


def _double(text: str) -> float:
    return _NO_FINITE.get(text.strip(JAVA_SPACE)) or double_of(text)


_NO_FINITE = {sign + name: float(sign + name) for sign in ("", "+", "-") for name in ("NaN", "Infinity")}


def _decimal(text: str) -> Decimal:
    if _DECIMAL.fullmatch(text) is None:
        raise ExpressionError(f"'{text}' is not a number")
    found = Decimal(text)
    return found or found.copy_abs()


_KINDS: dict[str, Callable[[str], Any]] = {
    "INT": lambda text: _in_range(text, 32),
    "LONG": lambda text: Long(_in_range(text, 64)),
    "FLOAT": lambda text: Float(_double(text)),
    "DOUBLE": _double,
    "BIGDECIMAL": _decimal,
    "BIGINTEGER": _large_integer,
}

# the smallest kind of number that holds what is written (Kestra: NumberUtils.createNumber)


def _smallest(text: str) -> Any:
    if not text.strip():
        raise ExpressionError("an empty text is not a number")
    if text[:1].isspace() or text[-1:].isspace():
        raise ExpressionError(f"'{text}' is not a number")
    if _HEX.fullmatch(text):
        return _integer(text)
    suffix = text[-1:]
    if suffix in "lL":
        return _long_suffixed(text)
    if suffix in "fF":
        return _float_or_wider(text[:-1])
    if suffix in "dD":
        return _double_or_wider(text[:-1])
    return _large_integer(text) if _INTEGER_TEXT.fullmatch(text) else _fraction(text)


def _long_suffixed(text: str) -> int:
    if _INTEGER_TEXT.fullmatch(text[:-1]) is None:
        raise ExpressionError(f"'{text}' is not a number")
    value = _integer(text[:-1])
    return Long(value) if fits_long(value) else value


def _fraction(text: str) -> Any:
    """A Float, a Double or a BigDecimal: the first that is written with the same digits."""
    plain = _decimal(text)
    for value in (Float(float(plain)), float(plain)):
        if math.isfinite(value) and Decimal(repr(shortest(value) if isinstance(value, Float) else value)) == plain:
            return value
    return plain


def _float_or_wider(text: str) -> Any:
    plain = _decimal(text)
    return Float(float(plain)) if _held(Float(float(plain)), plain) else _double_or_wider(text)


def _double_or_wider(text: str) -> Any:
    plain = _decimal(text)
    return float(plain) if _held(float(plain), plain) else plain


def _held(value: float, plain: Decimal) -> bool:
    return math.isfinite(value) and (value != 0 or plain == 0)


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
