"""The outputs that a flow declares."""

from __future__ import annotations

from pydantic import Field

from pauta.flow.inputs.base import ID_PATTERN, Anything, Text
from pauta.flow.inputs.types import InputType
from pauta.sdk.plugins import Model


class OutputDefinition(Model):
    """An output of a flow: rendered when its execution ends, then converted to its type."""

    id: Text = Field(min_length=1, pattern=ID_PATTERN)
    type: InputType
    value: Anything
    """A text, a list or a map with expressions."""
    description: Text | None = None
    display_name: Text | None = None
    required: bool = True
    """When it has no value, the execution fails."""


AnyOutput = OutputDefinition
