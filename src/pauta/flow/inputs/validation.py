"""What the value of an input has to fulfil beyond its type. Fragments of Kestra's messages are kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pauta.expression.library import patterns
from pauta.flow.inputs.base import Input
from pauta.flow.inputs.kinds import (
    DateInput,
    DateTimeInput,
    DurationInput,
    EnumInput,
    FileInput,
    FloatInput,
    IntInput,
    MultiselectInput,
    SecretInput,
    SelectInput,
    StringInput,
    TimeInput,
)
from pauta.flow.inputs.moments import nanoseconds_of


def check(declared: Input, value: Any, options: Sequence[str]) -> None:
    """Raises ValueError, or ExpressionError of a pattern, when a converted value is not allowed.

    ``options`` are the values to choose from.
    """
    if isinstance(declared, StringInput | SecretInput):
        _pattern(declared.validator, value)
    elif isinstance(declared, IntInput | FloatInput):
        _between(value, declared.min, declared.max, float)
    elif isinstance(declared, DurationInput):
        _between(value, declared.min, declared.max, nanoseconds_of)
    elif isinstance(declared, DateInput | DateTimeInput | TimeInput):
        _within(value, declared.after, declared.before)
    elif isinstance(declared, FileInput):
        _extension(value, declared.allowed_file_extensions or ())
    elif isinstance(declared, EnumInput) or (isinstance(declared, SelectInput) and not declared.allow_custom_value):
        _one_of(value, options)
    elif isinstance(declared, MultiselectInput) and not declared.allow_custom_value:
        _all_of(value, options)


def _pattern(validator: str | None, value: str) -> None:
    if validator is not None and not patterns.matches(validator, value):
        raise ValueError(f"it must match the pattern `{validator}`")


def _between(value: Any, least: Any, most: Any, read: Callable[[Any], float]) -> None:
    if least is not None and read(value) < read(least):
        raise ValueError(f"it must be more than `{least}`")
    if most is not None and read(value) > read(most):
        raise ValueError(f"it must be less than `{most}`")


def _within(value: str, after: str | None, before: str | None) -> None:
    if after is not None and value < after:
        raise ValueError(f"it must be after `{after}`")
    if before is not None and value > before:
        raise ValueError(f"it must be before `{before}`")


def _one_of(value: str, options: Sequence[str]) -> None:
    if value not in options:
        raise ValueError(f"it must match the values `[{', '.join(options)}]`")


def _all_of(values: Sequence[Any], options: Sequence[str]) -> None:
    for value in values:
        if value not in options:
            raise ValueError(f"value `{value}` doesn't match the values `[{', '.join(options)}]`")


def _extension(uri: str, allowed: Sequence[str]) -> None:
    if allowed and not uri.lower().endswith(tuple(each.lower() for each in allowed)):
        raise ValueError(f"the file has to end with {' or '.join(allowed)}")
