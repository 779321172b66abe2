"""Patterns of Java's ``DecimalFormat``: ``#,##0.00``, ``0.0%``, ``0.###E0``."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache
from typing import Any, cast

from pauta.errors import ExpressionError

_DEFAULT = "#,##0.###"
_WIDE = Context(prec=1200, rounding=ROUND_HALF_EVEN)
_SPECIAL = "#0,.;%‰E"


@dataclass(frozen=True, slots=True)
class NumberPattern:
    """A pattern: texts around the number, digits at least and at most, a group's size, a factor and an exponent."""

    prefix: str
    suffix: str
    negative: tuple[str, str]
    least: int
    fraction: tuple[int, int]
    group: int
    factor: int
    exponent: int | None
    integers: int


def formatted(value: Any, pattern: str | None) -> str:
    """A number in a pattern. Raises ExpressionError when the pattern cannot be read."""
    form = compiled(_DEFAULT if pattern is None else pattern)
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("-" if value < 0 else "") + form.prefix + "∞" + form.suffix
    number = _decimal(value, form)
    below = number.is_signed()
    size = number.copy_abs()
    digits = _scientific(size, form) if form.exponent is not None else _plain(size, form)
    prefix, suffix = form.negative if below else (form.prefix, form.suffix)
    return f"{prefix}{digits}{suffix}"


def _decimal(value: Any, form: NumberPattern) -> Decimal:
    """The number: a double by the fewest digits that name it when all of them are shown, else exactly."""
    if not isinstance(value, float):
        return _WIDE.multiply(Decimal(value), Decimal(form.factor))
    product = float(value) * form.factor
    short = Decimal(repr(product))
    return short if -cast("int", short.as_tuple().exponent) <= form.fraction[1] else Decimal(product)


def _plain(number: Decimal, form: NumberPattern) -> str:
    least, most = form.fraction
    rounded = number.quantize(Decimal(1).scaleb(-most), context=_WIDE)
    whole, _, rest = format(rounded, "f").partition(".")
    rest = rest.rstrip("0").ljust(least, "0")
    whole = whole.lstrip("0").rjust(form.least, "0")
    if not whole and not rest:
        whole = "0"
    return _grouped(whole, form.group) + (f".{rest}" if rest else "")


def _grouped(whole: str, size: int) -> str:
    if not size:
        return whole
    first = len(whole) % size
    groups = [whole[:first]] if first else []
    return ",".join(groups + [whole[at : at + size] for at in range(first, len(whole), size)])


def _scientific(number: Decimal, form: NumberPattern) -> str:
    exponent = number.adjusted() if number else 0
    mantissa, shift = _mantissa(number, exponent, form)
    if mantissa and mantissa.adjusted() + shift > exponent:
        # it was rounded up to one digit more
        mantissa, shift = _mantissa(number, exponent + 1, form)
    whole, _, rest = format(mantissa, "f").partition(".")
    rest = rest.rstrip("0").ljust(form.fraction[0], "0")
    whole = whole.rjust(form.least, "0")
    power = str(abs(shift)).rjust(form.exponent or 1, "0")
    return whole + (f".{rest}" if rest else "") + f"E{'-' if shift < 0 else ''}{power}"


def _mantissa(number: Decimal, exponent: int, form: NumberPattern) -> tuple[Decimal, int]:
    """The digits before the exponent, rounded, and the exponent that is written."""
    most = form.fraction[1]
    shift = exponent - max(form.least, 1) + 1 if number else 0
    if form.integers > form.least and form.integers > 1:
        shift = exponent // form.integers * form.integers
        most += form.integers - (exponent - shift + 1)
    return number.scaleb(-shift, context=_WIDE).quantize(Decimal(1).scaleb(-most), context=_WIDE), shift


@lru_cache(maxsize=256)
def compiled(text: str) -> NumberPattern:
    """The compiled pattern."""
    positive, _, negative = text.partition(";")
    prefix, body, suffix, factor = _split(positive)
    other = _split(negative) if negative else None
    minus = (other[0], other[2]) if other is not None else (f"-{prefix}", suffix)
    return _body(body, prefix, suffix, minus, factor)


def _split(text: str) -> tuple[str, str, str, int]:
    """Prefix, digits and suffix of a pattern, and the factor of ``%`` or ``‰`` in the texts."""
    parts = ["", "", ""]
    where, quoted, factor = 0, False, 1
    for index, each in enumerate(text):
        if each == "'":
            if text[index + 1 : index + 2] == "'":
                parts[where] += "'"
            quoted = not quoted
        elif not quoted and each in "#0,.E" and (each != "E" or where == 1):
            where = 1
            parts[1] += each
        else:
            where = 2 if where == 1 else where
            factor = factor if quoted else {"%": 100, "‰": 1000}.get(each, factor)
            parts[where] += each
    return parts[0], parts[1], parts[2], factor


def _body(body: str, prefix: str, suffix: str, negative: tuple[str, str], factor: int) -> NumberPattern:
    mantissa, exponential, power = body.partition("E")
    whole, point, fraction = mantissa.partition(".")
    if "." in fraction:
        raise ExpressionError(f'Multiple decimal separators in pattern "{body}"')
    if "," in fraction or (exponential and (not power or power.strip("0"))):
        raise ExpressionError(f'Malformed pattern "{body}"')
    digits = whole.replace(",", "")
    if "#" in digits.lstrip("#") or "0" in fraction.lstrip("0"):
        raise ExpressionError(f'Unexpected digits in pattern "{body}"')
    if point and "0" not in digits + fraction:
        # Java: one digit is always written, the last before the point or the first behind it
        digits, fraction = (f"{digits[:-1]}0", fraction) if digits else ("", "0" * bool(fraction) + fraction[1:])
    group = len(whole) - whole.rfind(",") - 1 if "," in whole else 0
    unlimited = not (body or prefix or suffix)
    return NumberPattern(
        prefix=prefix,
        suffix=suffix,
        negative=negative,
        least=digits.count("0"),
        fraction=(fraction.count("0"), 340 if unlimited else len(fraction)),
        group=3 if unlimited else group,
        factor=factor,
        exponent=len(power) if exponential else None,
        integers=len(digits),
    )
