"""What the operators do, with Java's numbers: integers of 64 bits, doubles, exact decimals."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Context, Decimal, DivisionByZero, InvalidOperation
from typing import Any, cast

from pauta.errors import ExpressionError
from pauta.expression import limits
from pauta.expression.dialect import Dialect
from pauta.expression.values import (
    described,
    is_list,
    is_number,
    java_text,
    joined,
    kind_of,
    length16,
)

Operator = Callable[[Any, Any], Any]

_SMALLEST, _LARGEST = -(1 << 63), (1 << 63) - 1
_DECIMAL128 = Context(prec=34, traps=[InvalidOperation, DivisionByZero])
_WIDE = Context(prec=400, traps=[InvalidOperation, DivisionByZero])

# arithmetic


def wrapped(number: int) -> int:
    """An integer in 64 bits, as Java computes it."""
    if _SMALLEST <= number <= _LARGEST:
        return number
    return (number - _SMALLEST) % (1 << 64) + _SMALLEST


def add(left: Any, right: Any) -> Any:
    """Numbers are added; a text takes the other side behind it; a list takes the items of a list, or one item."""
    if type(left) is int and type(right) is int:
        return wrapped(left + right)
    if isinstance(left, str) or isinstance(right, str):
        return concatenated(java_text(left), java_text(right))
    if is_list(left):
        return _appended(left, right)
    return _computed("+", left, right)


def subtract(left: Any, right: Any) -> Any:
    """Numbers are subtracted; from a list, an item or the items of a list are taken away."""
    if is_list(left):
        removed = list(right) if is_list(right) else [right]
        return [item for item in left if not any(equal(item, each) for each in removed)]
    return _computed("-", left, right)


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


def _computed(operator: str, left: Any, right: Any) -> Any:
    for side in (left, right):
        if not is_number(side):
            raise ExpressionError(f"'{operator}' needs numbers, not {described(side)}")
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        return _of_decimals(operator, left, right)
    if isinstance(left, float) or isinstance(right, float):
        return _DOUBLES[operator](float(left), float(right))
    return wrapped(_INTEGERS[operator](wrapped(left), wrapped(right)))


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
    "*": _WIDE.multiply,
    "/": _DECIMAL128.divide,
    "%": _WIDE.remainder,
}


def _of_decimals(operator: str, left: Any, right: Any) -> Decimal:
    """Kestra: both sides become doubles first, and with them gain a decimal place."""
    if operator in "/%" and right == 0:
        raise ExpressionError("division by zero")
    return _DECIMALS[operator](Decimal(repr(float(left))), Decimal(repr(float(right))))


def _appended(left: Any, right: Any) -> list[Any]:
    result = [*left, *right] if is_list(right) else [*left, right]
    limits.check_items(len(result))
    return result


# the second dialect computes with numeric texts


def number_of(value: Any) -> Any:
    """A text that is a number as that number; anything else as it is."""
    if not isinstance(value, str) or not value or value != value.strip() or len(value) > 100:
        return value
    try:
        return int(value) if value.lstrip("+-").isdecimal() else float(value)
    except ValueError:
        return value


def with_texts(operator: Operator) -> Operator:
    """An operator of the second dialect: numeric texts are numbers."""

    def compute(left: Any, right: Any) -> Any:
        return operator(number_of(left), number_of(right))

    return compute


# texts


def concatenate(left: Any, right: Any) -> str:
    """``~``: both sides as text, null is empty."""
    return concatenated(joined(left), joined(right))


def concatenated(left: str, right: str) -> str:
    """Two texts behind each other. Raises ExpressionLimit."""
    limits.check_text(len(left) + len(right))
    return left + right


# comparison


def equal(left: Any, right: Any) -> bool:
    """Numbers by value, everything else when it is of the same kind and equal."""
    if type(left) is type(right):
        return bool(left == right)
    if isinstance(left, bool) or isinstance(right, bool):
        return False
    if isinstance(left, float) and isinstance(right, Decimal):
        return left == float(right)
    if isinstance(right, float) and isinstance(left, Decimal):
        return right == float(left)
    return bool(_plain(left) == _plain(right))


def _plain(value: Any) -> Any:
    return [*value] if isinstance(value, tuple | set) else value


def unequal(left: Any, right: Any) -> bool:
    """``!=``."""
    return not equal(left, right)


def _comparison(sign: str, compare: Callable[[Any, Any], bool]) -> Operator:
    def ordered(left: Any, right: Any) -> bool:
        if left is None or right is None:
            return False
        if is_number(left) and is_number(right):
            return bool(compare(left, right))
        raise ExpressionError(f"'{sign}' needs two numbers, not {described(left)} and {described(right)}")

    return ordered


def _wide_comparison(sign: str, compare: Callable[[Any, Any], bool]) -> Operator:
    """A comparison of the second dialect: of numbers, of texts, or of dates."""
    numbers = _comparison(sign, compare)

    def ordered(left: Any, right: Any) -> bool:
        same = (isinstance(left, str) and isinstance(right, str)) or (
            isinstance(left, date) and isinstance(right, date) and type(left) is type(right)
        )
        return bool(compare(left, right)) if same else numbers(left, right)

    return ordered


# contains


def contains(left: Any, right: Any) -> bool:
    """A part of a text, a key of a map, an item of a list, or all items of a list."""
    if left is None:
        return False
    if isinstance(left, str):
        return java_text(right) in left
    if isinstance(left, Mapping):
        return right in cast("Mapping[Any, Any]", left)
    if not is_list(left):
        raise ExpressionError(f"'contains' needs a text, a list or a map on its left, not {described(left)}")
    wanted = list(right) if is_list(right) else [right]
    return all(any(equal(item, each) for item in left) for each in wanted)


def is_in(left: Any, right: Any) -> bool:
    """Whether the list or the map on the right has it, as text: an item, a key or a value."""
    if left is None or right is None:
        return False
    text = java_text(left)
    if isinstance(right, Mapping):
        entries = cast("Mapping[Any, Any]", right)
        return any(text in (java_text(key), java_text(entries[key])) for key in entries)
    return is_list(right) and any(text == java_text(item) for item in right if item is not None)


# ranges


def span(left: Any, right: Any, step: Any = None) -> list[Any]:
    """``a..b``: all integers, or all letters, from one to the other, both included."""
    step = 1 if step is None else step
    if not is_number(step):
        raise ExpressionError(f"the increment of a range is a number, not {described(step)}")
    if is_number(left) and is_number(right):
        return _numbers(int(left), int(right), int(step))
    if _is_letter(left) and _is_letter(right):
        return [chr(code) for code in _numbers(ord(left), ord(right), int(step))]
    raise ExpressionError(f"a range needs two numbers or two letters, not {kind_of(left)} and {kind_of(right)}")


def _is_letter(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 1 and length16(value) == 1


def _numbers(start: int, end: int, step: int) -> list[int]:
    if step == 0:
        raise ExpressionError("the increment of a range must not be 0")
    numbers = range(start, end + (1 if step > 0 else -1), step)
    if len(numbers) > limits.ITEMS:
        limits.exceeded(
            f"The range function cannot produce more than {limits.ITEMS} elements, but this call would produce {len(numbers)}"
        )
    return list(numbers)


_COMMON: dict[str, Operator] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "%": remainder,
    "~": concatenate,
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
            subtract(left, right) if is_list(left) else subtract(number_of(left), number_of(right))
        ),
        **{sign: _wide_comparison(sign, compare) for sign, compare in _COMPARISONS.items()},
    },
}
UNARY: dict[Dialect, dict[str, Callable[[Any], Any]]] = {
    Dialect.V1: {"-": negative, "+": positive},
    Dialect.V2: {"-": lambda value: negative(number_of(value)), "+": lambda value: positive(number_of(value))},
}
STRICT = frozenset({"+", "-", "*", "/", "%", "==", "equals", "!=", ">", ">=", "<", "<="})
"""Operators whose missing operands are an error even where ``??`` or ``default`` would allow them."""
