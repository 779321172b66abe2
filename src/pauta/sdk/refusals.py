"""Several refusals at once, each with its place inside the value that a validator looks at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

Refusal = tuple[tuple[str | int, ...], str]
"""The way to what is wrong, and the sentence about it."""


def refusal(value: Any, refusals: Sequence[Refusal]) -> ValidationError:
    """The error to raise from a validator: pydantic puts the places behind that of the value."""
    details = [
        InitErrorDetails(type=PydanticCustomError("refused", "{reason}", {"reason": reason}), loc=path, input=value)
        for path, reason in refusals
    ]
    return ValidationError.from_exception_data("refused", details)
