"""What all inputs have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, cast

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from pauta.flow.inputs.types import InputType
from pauta.sdk.plugins import Model
from pauta.sdk.properties import D

ID_PATTERN = r"^[a-zA-Z0-9][.a-zA-Z0-9_-]*$"
"""Ids of inputs and outputs; a dot makes a nested map."""


def _scalar_text(value: object) -> object:
    """Kestra: a number or a boolean where a text is expected is that text."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


Text = Annotated[str, BeforeValidator(_scalar_text)]


class DependsOn(Model):
    """When an input is asked for: all these inputs have a value, and the condition holds."""

    inputs: tuple[Text, ...] | None = None
    """Ids of inputs, which the expressions of this one can read. An input of a form is named ``form.input``."""
    condition: Text | None = None
    """An expression that gives true (a text ``true`` is not enough)."""


class Input(Model):
    """What all inputs have in common."""

    # built when the first input of its type is read: a flow uses few of them
    model_config = ConfigDict(defer_build=True)

    kind: ClassVar[InputType]
    """The type that this class stands for."""

    id: Text = Field(min_length=1, pattern=ID_PATTERN)
    """The name; with a dot, ``a.b``, the value is ``inputs.a.b``."""
    name: Text | None = Field(default=None, deprecated=True, exclude=True)
    """The older word for ``id``."""
    type: InputType
    description: Text | None = None
    """What it is for, in Markdown."""
    display_name: Text | None = None
    """A name for people."""
    required: bool = True
    """Without a value, an execution is refused."""
    defaults: D[Any] = None
    """The value when none is given: a literal or an expression."""
    prefill: D[Any] = None
    """A value that a form shows first; it is not used when none is given."""
    depends_on: DependsOn | None = None
    """When it is asked for; always, when nothing is said."""

    @property
    def dependencies(self) -> tuple[str, ...]:
        """The ids of the inputs that have to have a value before this one."""
        return (self.depends_on.inputs or ()) if self.depends_on else ()

    @model_validator(mode="before")
    @classmethod
    def _name_is_id(cls, value: Any) -> Any:
        properties = cast("Mapping[str, Any]", value)
        return (
            properties if "id" in properties or "name" not in properties else {**properties, "id": properties["name"]}
        )
