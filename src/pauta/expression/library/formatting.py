"""The filter ``format`` of the second dialect: Java's ``String.format`` for texts, numbers, characters and booleans."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from pauta.errors import ExpressionError
from pauta.expression import limits
from pauta.expression.catalog import filter  # noqa: A004 -- its name
from pauta.expression.dialect import Dialect
from pauta.expression.kinds import Character, fits_long, is_integer, java_hash
from pauta.expression.values import described, float_text, java_text

_SPECIFIER = re.compile(r"%(?:(\d+)\$|(<))?([-#+ 0,(]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])")
_WIDEST = 1000
_EXACT = Context(prec=1400, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Specifier:
    """What stands behind ``%``: flags (``-#+ 0,(``), the least width, the precision (None: none), one letter."""

    text: str
    flags: str
    width: int
    precision: int | None
    conversion: str


@filter("format", only=Dialect.V2, variadic=True)
def format(value: Any, *arguments: Any) -> str | None:  # noqa: A001 -- the name of the filter
    """The text with ``%s``, ``%d``, ``%.2f`` … replaced by the arguments, as Java's ``String.format`` does."""
    return None if value is None else formatted(java_text(value), arguments)


def formatted(pattern: str, arguments: tuple[Any, ...]) -> str:
    """A pattern filled with arguments. Raises ExpressionError."""
    pieces: list[str] = []
    end, ordinary, last = 0, 0, -1
    for found in _SPECIFIER.finditer(pattern):
        pieces.append(_literal(pattern[end : found.start()]))
        end = found.end()
        specifier = _specifier(found)
        if specifier.conversion in "n%":
            pieces.append(_sign(specifier))
            continue
        if found.group(2) is None and found.group(1) is None:
            last, ordinary = ordinary, ordinary + 1
        elif found.group(1) is not None:
            last = int(found.group(1)) - 1
        if not 0 <= last < len(arguments):
            raise ExpressionError(f"there is no argument for '{specifier.text}'")
        pieces.append(_converted(specifier, arguments[last]))
    return limits.joined([*pieces, _literal(pattern[end:])])


def _literal(text: str) -> str:
    if "%" in text:
        raise ExpressionError(f"'{text[text.index('%') :][:10]}' is not a format; to write a percent sign use '%%'")
    return text


def _specifier(found: re.Match[str]) -> Specifier:
    flags, width, precision, conversion = found.group(3), found.group(4), found.group(5), found.group(6)
    if width is None and ("-" in flags or "0" in flags):
        raise ExpressionError(f"'{found.group()}' needs a width")
    if len(set(flags)) < len(flags) or {"-", "0"} <= set(flags) or {"+", " "} <= set(flags):
        raise ExpressionError(f"the flags of '{found.group()}' contradict each other")
    if max(int(width or 0), int(precision or 0)) > _WIDEST:
        limits.exceeded(f"'{found.group()}' is wider than {_WIDEST} characters")
    return Specifier(found.group(), flags, int(width or 0), None if precision is None else int(precision), conversion)


def _sign(specifier: Specifier) -> str:
    if specifier.conversion == "n":
        if specifier.width or specifier.flags or specifier.precision is not None:
            raise ExpressionError("'%n' has no width, no flags and no precision")
        return "\n"
    return _padded(specifier, "%")


def _converted(specifier: Specifier, value: Any) -> str:
    convert = _CONVERSIONS.get(specifier.conversion.lower())
    upper = specifier.conversion.isupper()
    if convert is None or (upper and specifier.conversion not in "BHSCXEGA"):
        raise ExpressionError(f"'{specifier.text}' has an unknown conversion '{specifier.conversion}'")
    text = convert(specifier, value)
    return text.upper() if upper else text


def _padded(specifier: Specifier, text: str) -> str:
    return text.ljust(specifier.width) if "-" in specifier.flags else text.rjust(specifier.width)


def _general(write: Callable[[Any], str]) -> Callable[[Specifier, Any], str]:
    """A conversion of any value: the precision cuts its text."""

    def convert(specifier: Specifier, value: Any) -> str:
        if specifier.flags.strip("-"):
            raise ExpressionError(f"'{specifier.text}' has flags that only numbers have")
        return _padded(specifier, write(value)[: specifier.precision])

    return convert


def _boolean(value: Any) -> str:
    return java_text(value if isinstance(value, bool) else value is not None)


def _hash(value: Any) -> str:
    return "null" if value is None else f"{java_hash(value):x}"


def _character(specifier: Specifier, value: Any) -> str:
    if specifier.flags.strip("-") or specifier.precision is not None:
        raise ExpressionError(f"'{specifier.text}' has flags or a precision that characters have not")
    if value is None or isinstance(value, Character):
        return _padded(specifier, java_text(value))
    if not is_integer(value) or not 0 <= value <= 0x10FFFF:
        raise _refused(specifier, value, "a character")
    return _padded(specifier, chr(value))


def _refused(specifier: Specifier, value: Any, wanted: str) -> ExpressionError:
    return ExpressionError(f"'{specifier.text}' needs {wanted}, not {described(value)}")


def _integral(write: Callable[[Specifier, int], str], refused: str) -> Callable[[Specifier, Any], str]:
    """A conversion of integers: without a precision, and without the flags in ``refused``."""

    def convert(specifier: Specifier, value: Any) -> str:
        if specifier.precision is not None or set(specifier.flags) & set(refused):
            raise ExpressionError(f"'{specifier.text}' has a precision or flags that '%{specifier.conversion}' has not")
        if value is None:
            return _padded(specifier, "null")
        if not isinstance(value, int) or isinstance(value, bool):
            raise _refused(specifier, value, "an integer")
        return write(specifier, value)

    return convert


def _decimal(specifier: Specifier, value: int) -> str:
    return _signed(specifier, str(abs(value)), below=value < 0)


def _based(letter: str, mark: str) -> Callable[[Specifier, int], str]:
    """Octal or hexadecimal digits; a negative number as its bits, unless it needs more than 64 of them."""

    def write(specifier: Specifier, number: int) -> str:
        if fits_long(number):
            if set(specifier.flags) & set("+ ("):
                raise ExpressionError(f"'{specifier.text}' has flags that only decimal numbers have")
            number &= (1 << (32 if is_integer(number) else 64)) - 1
        digits = f"{abs(number):{letter}}"
        return _signed(specifier, digits, below=number < 0, mark=mark if "#" in specifier.flags else "")

    return write


def _float(write: Callable[[Decimal, int], str], refused: str = "") -> Callable[[Specifier, Any], str]:
    """A conversion of numbers with a fraction: six digits behind the point, or as many as the precision says."""

    def convert(specifier: Specifier, value: Any) -> str:
        if set(specifier.flags) & set(refused):
            raise ExpressionError(f"'{specifier.text}' has flags that '%{specifier.conversion}' has not")
        if value is None:
            return _padded(specifier, "null"[: specifier.precision])
        if not isinstance(value, float | Decimal):
            raise _refused(specifier, value, "a number with a fraction")
        if not math.isfinite(value):
            return _infinite(specifier, float(value))
        number = Decimal(float_text(value)) if isinstance(value, float) else value
        text = write(number.copy_abs(), 6 if specifier.precision is None else specifier.precision)
        return _signed(specifier, _pointed(text) if "#" in specifier.flags else text, below=number.is_signed())

    return convert


def _pointed(text: str) -> str:
    """Digits with a point, also when nothing stands behind it."""
    whole, mark, exponent = text.partition("e")
    return text if "." in whole else f"{whole}.{mark}{exponent}"


def _infinite(specifier: Specifier, value: float) -> str:
    if math.isnan(value):
        return _padded(specifier, "NaN")
    left, right = _around(specifier, below=value < 0)
    return _padded(specifier, f"{left}Infinity{right}")


def _fixed(number: Decimal, precision: int) -> str:
    return f"{number.quantize(Decimal(1).scaleb(-precision), context=_EXACT):f}"


def _scientific(number: Decimal, precision: int) -> str:
    context = Context(prec=precision + 1, rounding=ROUND_HALF_UP)
    mantissa, _, exponent = f"{context.plus(number):.{precision}e}".partition("e")
    power = int(exponent) if number else 0
    return f"{mantissa}e{'-' if power < 0 else '+'}{abs(power):02d}"


def _shortest(number: Decimal, precision: int) -> str:
    """``%g``: as many digits as the precision says, with an exponent when the number is very large or small."""
    digits = precision or 1
    rounded = Context(prec=digits, rounding=ROUND_HALF_UP).plus(number)
    if rounded == 0 or Decimal("0.0001") <= rounded < Decimal(10) ** digits:
        return _fixed(rounded, max(digits - (rounded.adjusted() if rounded else 0) - 1, 0))
    return _scientific(rounded, digits - 1)


def _signed(specifier: Specifier, digits: str, *, below: bool, mark: str = "") -> str:
    """Digits with their sign and mark, grouped, and filled with zeros where the flags say so."""
    if "," in specifier.flags:
        whole, point, rest = digits.partition(".")
        digits = f"{int(whole):,}{point}{rest}"
    left, right = _around(specifier, below=below)
    if "0" in specifier.flags:
        digits = digits.rjust(specifier.width - len(left) - len(mark) - len(right), "0")
    return _padded(specifier, left + mark + digits + right)


def _around(specifier: Specifier, *, below: bool) -> tuple[str, str]:
    """What stands on the left and on the right of a number."""
    if below:
        return ("(", ")") if "(" in specifier.flags else ("-", "")
    return ("+" if "+" in specifier.flags else " " if " " in specifier.flags else ""), ""


_CONVERSIONS: dict[str, Callable[[Specifier, Any], str]] = {
    "s": _general(java_text),
    "b": _general(_boolean),
    "h": _general(_hash),
    "c": _character,
    "d": _integral(_decimal, refused="#"),
    "x": _integral(_based("x", "0x"), refused=","),
    "o": _integral(_based("o", "0"), refused=","),
    "f": _float(_fixed),
    "e": _float(_scientific, refused=","),
    "g": _float(_shortest, refused="#"),
}
