"""The outputs that a flow declares."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from pauta.expression import Dialect
from pauta.flow.inputs.base import ID_PATTERN, Text
from pauta.flow.inputs.conversion import convert, kept
from pauta.flow.inputs.types import InputType
from pauta.sdk.plugins import Model


class OutputDefinition(Model):
    """An output of a flow: rendered when its execution ends, then converted to its type."""

    id: Text = Field(min_length=1, pattern=ID_PATTERN)
    """The name."""
    type: InputType
    """What the value is converted to."""
    value: Any
    """A text, a list or a map with expressions."""
    description: Text | None = None
    """What it is, in Markdown."""
    display_name: Text | None = None
    """A name for people."""
    required: bool = True
    """When its expressions cannot be rendered, the execution fails; otherwise it is left out."""


AnyOutput = OutputDefinition


def output_value(kind: InputType, rendered: object, dialect: Dialect) -> Any:
    """The value that an execution keeps, from the rendered one. Raises ValueError when it does not fit.

    A SECRET is a text that its caller encrypts.
    """
    value = convert(kind, rendered)
    # Kestra 1 writes outputs without the digits that inputs have
    return value if kind is InputType.DATETIME and dialect is Dialect.V1 else kept(kind, value)
