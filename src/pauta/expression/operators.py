"""What the operators do, with Java's numbers: integers of 64 bits, doubles, exact decimals."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Context, Decimal, DivisionByZero, InvalidOperation
from typing import Any, cast

from pauta.errors import ExpressionError
from pauta.expression import limits
from pauta.expression.dialect import Dialect
from pauta.expression.kinds import Character, Fixed, Float, Long, fits_long, is_long, java_class, wrapped
from pauta.expression.values import (
    JAVA_SPACE,
    Entry,
    described,
    float_text,
    is_collection,
    is_java_list,
    is_list,
    is_number,
    java_text,
    kind_of,
    length16,
)

Operator = Callable[[Any, Any], Any]

_SMALLEST, _LARGEST = -(1 << 63), (1 << 63) - 1
_DECIMAL128 = Context(prec=34, traps=[InvalidOperation, DivisionByZero])
_WIDE = Context(prec=400, traps=[InvalidOperation, DivisionByZero])

# arithmetic


def add(left: Any, right: Any) -> Any:
    """Numbers are added; a text takes the other side behind it; a list takes the items of a list, or one item."""
    if type(left) in _INTEGRAL and type(right) in _INTEGRAL:
        total = left + right
        return Long(total) if _SMALLEST <= total <= _LARGEST else _computed("+", left, right)
    if _is_text(left) or _is_text(right):
        return concatenated(java_text(left), java_text(right))
    if is_java_list(left):
        return _appended(left, right)
    return _computed("+", left, right)


def subtract(left: Any, right: Any) -> Any:
    """Numbers are subtracted; from a list an item is taken away, once, or all items of another list."""
    if not is_java_list(left):
        return _computed("-", left, right)
    _check_open(left)
    if is_collection(right):
        return [item for item in left if not has(right, item)]
    limits.spend(len(left))
    at = next((at for at, item in enumerate(left) if same(item, right)), len(left))
    return [*left[:at], *left[at + 1 :]]


def multiply(left: Any, right: Any) -> Any:
    """The product of two numbers."""
    return _computed("*", left, right)


def divide(left: Any, right: Any) -> Any:
    """The quotient: of two integers an integer."""
    return _computed("/", left, right)


def remainder(left: Any, right: Any) -> Any:
    """The remainder, with the sign of the dividend."""
    return _computed("%", left, right)


def negative(value: Any) -> Any:
    """``-x``."""
    return _computed("*", value, -1)


def positive(value: Any) -> Any:
    """``+x``."""
    return _computed("*", value, 1)


_INTEGRAL = frozenset({int, Long})


def _long(number: int) -> Long:
    """What 64 bits hold of an integer."""
    return Long(number if _SMALLEST <= number <= _LARGEST else wrapped(number, 64))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and type(value) is not Character


def _computed(operator: str, left: Any, right: Any) -> Any:
    if type(left) in _INTEGRAL and type(right) in _INTEGRAL and fits_long(left) and fits_long(right):
        return _long(_INTEGERS[operator](left, right))
    for side in (left, right):
        if not is_number(side):
            raise ExpressionError(f"'{operator}' needs numbers, not {described(side)}")
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        return _of_decimals(operator, left, right)
    if isinstance(left, float) or isinstance(right, float):
        narrow = not any(isinstance(side, float) and not isinstance(side, Float) for side in (left, right))
        result = _DOUBLES[operator](as_double(left), as_double(right))
        return Float(result) if narrow else result
    bits = 64 if (fits_long(left) and fits_long(right)) or is_long(left) or is_long(right) else 32
    return _long(_INTEGERS[operator](wrapped(left, bits), wrapped(right, bits)))


def _quotient(left: int, right: int) -> int:
    if right == 0:
        raise ExpressionError("division by zero")
    size = abs(left) // abs(right)
    return size if (left < 0) == (right < 0) else -size


def _rest(left: int, right: int) -> int:
    return left - right * _quotient(left, right)


def _double_quotient(left: float, right: float) -> float:
    if right != 0:
        return left / right
    if left == 0 or math.isnan(left):
        return math.nan
    return math.inf * math.copysign(1, left) * math.copysign(1, right)


def _double_rest(left: float, right: float) -> float:
    return math.nan if right == 0 or math.isinf(left) else math.fmod(left, right)


_INTEGERS: dict[str, Callable[[int, int], int]] = {
    "+": int.__add__,
    "-": int.__sub__,
    "*": int.__mul__,
    "/": _quotient,
    "%": _rest,
}
_DOUBLES: dict[str, Callable[[float, float], float]] = {
    "+": float.__add__,
    "-": float.__sub__,
    "*": float.__mul__,
    "/": _double_quotient,
    "%": _double_rest,
}
_DECIMALS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": _WIDE.add,
    "-": _WIDE.subtract,
    "*": _DECIMAL128.multiply,
    "/": _DECIMAL128.divide,
    "%": _DECIMAL128.remainder,
}


def _of_decimals(operator: str, left: Any, right: Any) -> Decimal:
    """Kestra: both sides become doubles first, and with them gain a decimal place."""
    if operator in "/%" and right == 0:
        raise ExpressionError("division by zero")
    return _DECIMALS[operator](Decimal(float_text(as_double(left))), Decimal(float_text(as_double(right))))


def _appended(left: Any, right: Any) -> list[Any]:
    _check_open(left)
    result = [*left, *right] if is_collection(right) else [*left, right]
    limits.check_items(len(result))
    return result


def _check_open(value: Any) -> None:
    if type(value) is Fixed:
        raise ExpressionError("the list that 'flatten' gives cannot be changed (Kestra)")


# the second dialect computes with numeric texts


def number_of(value: Any) -> Any:
    """The number that a text describes; anything else as it is."""
    if not _is_text(value):
        return value
    if any(mark in value for mark in ".eE"):
        return double_of(value)
    if _INTEGER_TEXT.fullmatch(value) is None or not fits_long(int(value)):
        raise ExpressionError(f"{described(value)} is not an integer")
    return Long(value)


_INTEGER_TEXT = re.compile(r"[+-]?[0-9]{1,30}")
_DOUBLE_TEXT = re.compile(r"[+-]?(?:[0-9]{1,400}\.?[0-9]{0,400}|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,9})?[fFdD]?")


def double_of(text: str) -> float:
    """The double that a text describes, in Java's forms. Raises ExpressionError."""
    trimmed = text.strip(JAVA_SPACE)
    if _DOUBLE_TEXT.fullmatch(trimmed) is None:
        raise ExpressionError(f"{described(text)} is not a number")
    return float(trimmed.rstrip("fFdD"))


def with_texts(operator: Operator) -> Operator:
    """An operator of the second dialect: numeric texts are numbers."""

    def compute(left: Any, right: Any) -> Any:
        return operator(number_of(left), number_of(right))

    return compute


# texts


def concatenated(left: str, right: str) -> str:
    """Two texts behind each other. Raises ExpressionLimit."""
    limits.check_text(len(left) + len(right))
    return left + right


# comparison


def equal(left: Any, right: Any) -> bool:
    """Numbers by value (as doubles), everything else when it is of the same kind and equal."""
    if type(left) is str and type(right) is str:
        limits.charge(left)
        return left == right
    if is_number(left) and is_number(right):
        return as_double(left) == as_double(right)
    return same(left, right)


_ATOMS = frozenset({str, int, Long, bool, type(None)})
"""Kinds of which two are the same when they are equal."""


def same(left: Any, right: Any) -> bool:
    """Java's ``equals``: of the same kind and equal; a Long is no Integer."""
    if type(left) in _ATOMS and type(left) is type(right):
        limits.charge(left)
        return bool(left == right)
    if isinstance(left, Mapping):
        return isinstance(right, Mapping) and _same_entries(
            cast("Mapping[Any, Any]", left), cast("Mapping[Any, Any]", right)
        )
    if isinstance(left, Entry):
        return isinstance(right, Entry) and same(left.key, right.key) and same(left.value, right.value)
    if is_java_list(left):
        limits.spend(3 * len(left) + limits.NEST)
        return is_java_list(right) and len(left) == len(right) and all(map(same, left, right))
    if is_list(left):
        return left is right
    return java_class(left) == java_class(right) and bool(left == right)


def _same_entries(left: Mapping[Any, Any], right: Mapping[Any, Any]) -> bool:
    limits.spend(4 * len(left) + limits.NEST)
    return len(left) == len(right) and all(key in right and same(left[key], right[key]) for key in left)


def has(items: Any, wanted: Any) -> bool:
    """Whether something is among items."""
    limits.spend(len(items) * (2 + (len(wanted) >> 4 if isinstance(wanted, str) else 0)))
    if type(wanted) is str:
        return any(type(item) is str and item == wanted for item in items)
    return any(same(item, wanted) for item in items)


def unequal(left: Any, right: Any) -> bool:
    """``!=``."""
    return not equal(left, right)


def as_double(number: Any) -> float:
    """A number as a double; one that is too large is infinite."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _comparison(sign: str, compare: Callable[[Any, Any], bool]) -> Operator:
    def ordered(left: Any, right: Any) -> bool:
        if left is None or right is None:
            return False
        if is_number(left) and is_number(right):
            return bool(compare(as_double(left), as_double(right)))
        raise ExpressionError(f"'{sign}' needs two numbers, not {described(left)} and {described(right)}")

    return ordered


def _wide_comparison(sign: str, compare: Callable[[Any, Any], bool]) -> Operator:
    """A comparison of the second dialect: of numbers, of texts, or of dates."""
    numbers = _comparison(sign, compare)

    def ordered(left: Any, right: Any) -> bool:
        alike = (_is_text(left) and _is_text(right)) or (isinstance(left, date) and type(left) is type(right))
        return bool(compare(left, right)) if alike else numbers(left, right)

    return ordered


# contains


def contains(left: Any, right: Any) -> bool:
    """A part of a text, a key of a map, an item of a list, or all items of a list."""
    if _is_text(left):
        limits.charge(left)
        return java_text(right) in left
    if isinstance(left, Mapping):
        return _has_key(cast("Mapping[Any, Any]", left), right)
    if not is_list(left):
        raise ExpressionError(f"'contains' needs a text, a list or a map on its left, not {described(left)}")
    if is_collection(right) and is_collection(left):
        return all(has(left, each) for each in right)
    return has(left, right)


def _has_key(entries: Mapping[Any, Any], key: Any) -> bool:
    if isinstance(key, str):
        return type(key) is str and key in entries
    return has(entries, key)


def is_in(left: Any, right: Any) -> bool:
    """Whether the list or the map on the right has it, as text: an item, a key or a value."""
    if left is None or right is None:
        return False
    text = java_text(left)
    if isinstance(right, Mapping):
        entries = cast("Mapping[Any, Any]", right)
        limits.spend(8 * len(entries))
        return any(text == _present(key) or text == _present(entries[key]) for key in entries)
    if not is_collection(right):
        return False
    limits.spend(4 * len(right))
    return any(text == _present(item) for item in right)


def _present(value: Any) -> str:
    if value is None:
        raise ExpressionError("'isIn' refuses a null among the values (Kestra)")
    return java_text(value)


# ranges


def span(left: Any, right: Any, step: Any = None) -> list[Any]:
    """``a..b``: all integers, or all letters, from one to the other, both included."""
    step = 1 if step is None else step
    if not is_number(step):
        raise ExpressionError(f"the increment of a range is a number, not {described(step)}")
    if is_number(left) and is_number(right):
        return [Long(number) for number in _numbers(*(wrapped(int(each), 64) for each in (left, right, step)))]
    if _is_letter(left) and _is_letter(right):
        return [Character(chr(code)) for code in _numbers(ord(left), ord(right), int(step))]
    raise ExpressionError(f"a range needs two numbers or two letters, not {kind_of(left)} and {kind_of(right)}")


def _is_letter(value: Any) -> bool:
    return _is_text(value) and len(value) == 1 and length16(value) == 1


def _numbers(start: int, end: int, step: int) -> range:
    if step == 0:
        raise ExpressionError("the increment of a range must not be 0")
    count = (end - start) // step + 1
    if count > limits.ITEMS:
        limits.exceeded(
            f"The range function cannot produce more than {limits.ITEMS} elements, but this call would produce {count}"
        )
    limits.check_items(max(count, 0))
    return range(start, end + (1 if step > 0 else -1), step)


_COMMON: dict[str, Operator] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "%": remainder,
    "==": equal,
    "equals": equal,
    "!=": unequal,
    "contains": contains,
    "isIn": is_in,
    "..": span,
}
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
}
OPERATORS: dict[Dialect, dict[str, Operator]] = {
    Dialect.V1: {**_COMMON, **{sign: _comparison(sign, compare) for sign, compare in _COMPARISONS.items()}},
    Dialect.V2: {
        **_COMMON,
        **{sign: with_texts(_COMMON[sign]) for sign in "*/%"},
        "-": lambda left, right: (
            subtract(left, right) if is_java_list(left) else subtract(number_of(left), number_of(right))
        ),
        **{sign: _wide_comparison(sign, compare) for sign, compare in _COMPARISONS.items()},
    },
}
UNARY: dict[Dialect, dict[str, Callable[[Any], Any]]] = {
    Dialect.V1: {"-": negative, "+": positive},
    Dialect.V2: {"-": lambda value: negative(number_of(value)), "+": lambda value: positive(number_of(value))},
}
STRICT: dict[Dialect, frozenset[str]] = {
    Dialect.V1: frozenset({"+", "-", "*", "/", "%", "==", "equals", "!=", ">", ">=", "<", "<="}),
    Dialect.V2: frozenset({"+", "-", "*", "/", "%", "==", "equals", "!="}),
}
"""Operators whose missing operands are an error even where ``??`` or ``default`` would allow them."""
