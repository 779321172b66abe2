"""The base of everything that a flow names by ``type``, and the decorator that declares it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar, Self, TypeVar, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, SerializeAsAny, TypeAdapter
from pydantic.alias_generators import to_camel

from pauta import registry
from pauta.expression import has_template
from pauta.sdk.properties import RENDERED, Dynamic

C = TypeVar("C", bound="type[Plugin]")


class Model(BaseModel):
    """A map of a flow document: camelCase names, unknown properties refused, immutable."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=to_camel, arbitrary_types_allowed=True, defer_build=False
    )


class Plugin(Model):
    """Anything in a flow that is named by its ``type``: tasks, triggers, task runners."""

    type_name: ClassVar[str] = ""
    """The canonical type; what the author wrote stays in ``type``."""
    adapters: ClassVar[dict[str, TypeAdapter[Any]]]
    """Per class: a converter for each dynamic property."""

    type: str

    def templated(self) -> dict[str, object]:
        """The dynamic properties that hold an expression, as written."""
        dynamic = _dynamic_fields(type(self))
        return {name: value for name in dynamic if has_template(value := getattr(self, name))}

    def rendered(self, values: Mapping[str, object]) -> Self:
        """A copy with these properties (by field name) replaced by their rendered values, converted.

        Raises pydantic.ValidationError when a value does not fit.
        """
        if not values:
            return self
        adapters = _dynamic_fields(type(self))
        converted = {name: adapters[name].validate_python(value, context=RENDERED) for name, value in values.items()}
        return self.model_copy(update=converted)


def _dynamic_fields(cls: type[Plugin]) -> dict[str, TypeAdapter[Any]]:
    """Converters of the dynamic properties of a class, made once."""
    if "adapters" not in cls.__dict__:
        cls.adapters = {
            name: TypeAdapter(Annotated[field.annotation, *field.metadata])  # pyright: ignore[reportInvalidTypeForm]
            for name, field in cls.model_fields.items()
            if any(isinstance(mark, Dynamic) for mark in field.metadata)
        }
    return cls.adapters


def plugin(name: str, *, aliases: tuple[str, ...] = ()) -> Callable[[C], C]:
    """Declare a class as the implementation of a type.

    The declaration is also read as text (see ``pauta.registry``), so both arguments are literals.
    """

    def declare(cls: C) -> C:
        cls.type_name = name
        registry.register(cls, name, aliases)
        return cls

    return declare


def of_kind(kind: type[Plugin]) -> Callable[[Any], Any]:
    """A validator that turns a map with a ``type`` into the plugin of that type, which must be of this kind."""

    def build(value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        properties = cast("Mapping[str, Any]", value)
        return _class_of(properties, kind).model_validate(properties)

    return build


def _class_of(properties: Mapping[str, Any], kind: type[Plugin]) -> type[Plugin]:
    from pydantic_core import PydanticCustomError

    name = properties.get("type")
    if not isinstance(name, str):
        raise PydanticCustomError("missing_type", "a {kind} needs a 'type'", {"kind": kind.__name__})
    cls = registry.find(name)
    if cls is None:
        raise PydanticCustomError("unknown_type", "unknown type '{name}'", {"name": name})
    if not issubclass(cls, kind):
        raise PydanticCustomError("wrong_kind", "'{name}' is not a {kind}", {"name": name, "kind": kind.__name__})
    return cls


__all__ = ["BeforeValidator", "Model", "Plugin", "SerializeAsAny", "of_kind", "plugin"]
