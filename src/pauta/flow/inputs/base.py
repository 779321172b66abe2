"""What all inputs have in common, and how a map becomes the input of its type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, cast

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from pauta.flow.inputs.types import InputType
from pauta.sdk.plugins import Model

ID_PATTERN = r"^[a-zA-Z0-9][.a-zA-Z0-9_-]*$"
"""Ids of inputs and outputs; a dot makes a nested map."""


def _scalar_text(value: object) -> object:
    """Kestra: a number or a boolean where a text is expected is that text."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


Text = Annotated[str, BeforeValidator(_scalar_text)]
Anything = Annotated[Any, WithJsonSchema({})]
"""A literal of the input's type, or an expression; checked when it is needed."""


class DependsOn(Model):
    """When an input is asked for: all these inputs have a value, and the condition holds."""

    inputs: tuple[Text, ...] | None = None
    condition: Text | None = None


class Input(Model):
    """What all inputs have in common. ``id`` may have dots: ``a.b`` is ``inputs.a.b``."""

    # built when the first input of its type is read: a flow uses few of them
    model_config = ConfigDict(defer_build=True)

    kind: ClassVar[InputType]
    """The type of this class."""

    id: Text = Field(min_length=1, pattern=ID_PATTERN)
    """Kestra before 0.16 called it ``name``."""
    name: Text | None = Field(default=None, deprecated=True, exclude=True)
    type: InputType
    description: Text | None = None
    display_name: Text | None = None
    required: bool = True
    """Without a value and without ``defaults``, an execution is refused."""
    defaults: Anything = None
    """The value when none is given: a literal or an expression."""
    prefill: Anything = None
    """A value that a form shows first; it is not used when none is given."""
    depends_on: DependsOn | None = None

    @model_validator(mode="before")
    @classmethod
    def _name_is_id(cls, value: Any) -> Any:
        properties = cast("Mapping[str, Any]", value)
        return (
            properties if "id" in properties or "name" not in properties else {**properties, "id": properties["name"]}
        )
