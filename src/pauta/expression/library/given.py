"""Arguments of filters and functions: checked, with messages that name them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from pauta.errors import ExpressionError
from pauta.expression.kinds import Character, fits_long, is_integer
from pauta.expression.values import described, is_java_list, is_number

ABSENT: Any = object()
"""What a definition gets by default for an argument whose absence is an error, where null is not."""


def provided(value: Any, name: str) -> Any:
    """An argument that must be given, even if it is null."""
    if value is ABSENT:
        raise ExpressionError(f"the argument '{name}' is missing")
    return value


def text(value: Any, what: str) -> str:
    """A text that must be one."""
    if not isinstance(value, str) or isinstance(value, Character):
        raise ExpressionError(f"{what} must be a text, not {described(value)}")
    return value


def integer(value: Any, what: str) -> int:
    """An integer of at most 64 bits that must be one."""
    if not isinstance(value, int) or isinstance(value, bool) or not fits_long(value):
        raise ExpressionError(f"{what} must be an integer, not {described(value)}")
    return value


def whole(value: Any, what: str) -> int:
    """The integer part of a number that must be one."""
    if not is_number(value):
        raise ExpressionError(f"{what} must be a number, not {described(value)}")
    return int(value)


def long(value: Any, what: str) -> int:
    """An integer that the expression wrote or computed, or one of 64 bits (Kestra refuses an Integer here)."""
    if is_integer(value):
        raise ExpressionError(f"{what} must be a long integer: write it into the expression, or add 0 to it")
    return integer(value, what)


def flag(value: Any, what: str) -> bool:
    """A boolean that must be one."""
    if not isinstance(value, bool):
        raise ExpressionError(f"{what} must be a boolean, not {described(value)}")
    return value


def items(value: Any, what: str) -> list[Any]:
    """A list that must be one."""
    if not is_java_list(value):
        raise ExpressionError(f"{what} must be a list, not {described(value)}")
    return value if isinstance(value, list) else list(value)  # pyright: ignore[reportUnknownVariableType] -- plain data


def mapping(value: Any, what: str) -> Mapping[Any, Any]:
    """A map that must be one."""
    if not isinstance(value, Mapping):
        raise ExpressionError(f"{what} must be a map, not {described(value)}")
    return cast("Mapping[Any, Any]", value)


def required(value: Any, name: str) -> Any:
    """An argument that must be given."""
    if value is None:
        raise ExpressionError(f"the argument '{name}' is missing")
    return value
