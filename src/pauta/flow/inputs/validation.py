"""What the value of an input has to fulfil beyond its type. Fragments of Kestra's messages are kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pauta.flow.inputs.base import Input
from pauta.flow.inputs.conversion import convert
from pauta.flow.inputs.kinds import (
    DateInput,
    DateTimeInput,
    DurationInput,
    EmailInput,
    EnumInput,
    FileInput,
    FloatInput,
    IntInput,
    JsonInput,
    MultiselectInput,
    SecretInput,
    SelectInput,
    Selection,
    StringInput,
    TimeInput,
)
from pauta.flow.inputs.moments import later, nanoseconds_of
from pauta.flow.inputs.types import InputType

_EMAIL = re.compile(r"[a-zA-Z0-9_!#$%&’*+/=?`{|}~^.-]+@[a-zA-Z0-9.-]+")  # noqa: RUF001 -- as Kestra has it
Choices = Sequence[str] | None
"""The values to choose from; None: any."""


def check(declared: Input, value: Any, choices: Choices) -> None:
    """Raises ValueError, or ExpressionError about a pattern, when a converted value is not allowed."""
    rule = _RULES.get(type(declared))
    if rule is not None:
        rule(declared, value, choices)


def check_extension(declared: Input, name: str) -> None:
    """Raises ValueError when a file of this name is not accepted (Kestra: only uploads are looked at)."""
    allowed = declared.allowed_file_extensions if isinstance(declared, FileInput) else None
    dot = name.rfind(".")
    if allowed and (dot < 0 or name[dot:].lower() not in allowed):
        raise ValueError(f"File type not allowed. Accepted extensions: {', '.join(allowed)}")


def _binding(declared: Selection, choices: Choices) -> Choices:
    return None if declared.allow_custom_value else choices


def _pattern(declared: StringInput | SecretInput, value: str) -> None:
    if declared.validator is None:
        return
    from pauta.expression.library.patterns import matches

    if not matches(declared.validator, value):
        what = "the secret" if isinstance(declared, SecretInput) else f"'{value:.100}'"
        raise ValueError(f"it must match the pattern `{declared.validator}`; {what} does not")


def _between(value: float, least: float | None, most: float | None) -> None:
    if least is not None and value < least:
        raise ValueError(f"it must be more than `{least}`, or equal; it is {value}")
    if most is not None and value > most:
        raise ValueError(f"it must be less than `{most}`, or equal; it is {value}")


def _float32(bound: float | None) -> float | None:
    return None if bound is None else convert(InputType.FLOAT, bound)


def _lasts(value: str, least: str | None, most: str | None) -> None:
    if least is not None and nanoseconds_of(value) < nanoseconds_of(least):
        raise ValueError(f"It must be more than `{least}`, or equal; it is {value}")
    if most is not None and nanoseconds_of(value) > nanoseconds_of(most):
        raise ValueError(f"It must be less than `{most}`, or equal; it is {value}")


def _within(value: str, after: str | None, before: str | None) -> None:
    if after is not None and later(after, value):
        raise ValueError(f"it must be after `{after}`, or equal; it is {value}")
    if before is not None and later(value, before):
        raise ValueError(f"it must be before `{before}`, or equal; it is {value}")


def _email(value: str) -> None:
    if value and not _EMAIL.fullmatch(value):
        raise ValueError(f"The input must be a valid email such as name@example.org, not '{value:.100}'")


def _one_of(value: str, choices: Choices) -> None:
    if choices is not None and value not in choices:
        raise ValueError(f"it must match the values `[{', '.join(choices)}]`, not '{value:.100}'")


def _some_of(declared: MultiselectInput, values: Sequence[Any], choices: Choices) -> None:
    from pauta.expression.values import java_text

    texts = [java_text(value) for value in values]
    shown = ", ".join(choices or ())
    refused = [] if choices is None else [text for text in texts if text not in choices]
    reasons = [f"value `{text}` doesn't match the values `[{shown}]`" for text in refused]
    if declared.values is not None and declared.__dict__["options"] is not None:
        reasons.append("you can't define both `values` and `options`")
    if reasons:
        raise ValueError("; ".join(reasons))


def _fits(value: Any, schema: str | None) -> None:
    if schema is not None:
        from pauta.flow.inputs.json_schemas import check_schema

        check_schema(value, schema)


_RULES: Mapping[type[Input], Callable[[Any, Any, Choices], None]] = {
    StringInput: lambda declared, value, _: _pattern(declared, value),
    SecretInput: lambda declared, value, _: _pattern(declared, value),
    IntInput: lambda declared, value, _: _between(value, declared.min, declared.max),
    FloatInput: lambda declared, value, _: _between(value, _float32(declared.min), _float32(declared.max)),
    DurationInput: lambda declared, value, _: _lasts(value, declared.min, declared.max),
    DateInput: lambda declared, value, _: _within(value, declared.after, declared.before),
    DateTimeInput: lambda declared, value, _: _within(value, declared.after, declared.before),
    TimeInput: lambda declared, value, _: _within(value, declared.after, declared.before),
    EmailInput: lambda _, value, __: _email(value),
    JsonInput: lambda declared, value, _: _fits(value, declared.json_schema),
    EnumInput: lambda _, value, choices: _one_of(value, choices),
    SelectInput: lambda declared, value, choices: _one_of(value, _binding(declared, choices)),
    MultiselectInput: lambda declared, value, choices: _some_of(declared, value, _binding(declared, choices)),
}
