"""The base of everything that a flow names by ``type``, and the decorator that declares it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self, TypeVar, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
)
from pydantic.alias_generators import to_camel, to_snake
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from pauta import registry
from pauta.expression import has_template
from pauta.sdk.literals import fitted
from pauta.sdk.properties import RENDERED, Dynamic
from pauta.sdk.reading import Reading

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue

C = TypeVar("C", bound="type[Plugin]")


class Model(BaseModel):
    """A map of a flow document: camelCase names, unknown properties refused, immutable."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=to_camel, arbitrary_types_allowed=True, defer_build=True
    )

    former: ClassVar[Mapping[str, str]] = {}
    """Old names of properties, each with the present one, which counts when both are there (as flows spell them)."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Before anything else: note that a map is read as this model, and fit its names and literals."""

        def begin(value: Any, info: ValidationInfo) -> Any:
            if not isinstance(value, Mapping):
                return value
            properties = cast("Mapping[str, Any]", value)
            _note(properties, cls, info)
            return fitted(cls, _with_present_names(properties, cls.former))

        return core_schema.with_info_before_validator_function(begin, handler(source))


class Outputs:
    """Base of what a plugin says about its outputs: names (camelCase in flows) with types and docstrings.

    It is a declaration for documentation and editors; nothing is read from it when a task runs.
    """


class Plugin(Model):
    """Anything in a flow that is named by its ``type``: tasks, triggers, task runners."""

    type_name: ClassVar[str] = ""
    """The canonical type; what the author wrote stays in ``type``."""
    gives: ClassVar[type[Outputs] | None] = None
    """What its outputs are; None: it has none, or says nothing about them."""

    type: str

    def templated(self) -> dict[str, object]:
        """The dynamic properties that hold an expression, or a literal that does not fit, as written."""
        dynamic, misfits = dynamic_fields(type(self)), self._misfits
        return {name: value for name in dynamic if has_template(value := getattr(self, name)) or name in misfits}

    @cached_property
    def _misfits(self) -> frozenset[str]:
        """Dynamic properties whose literal is not of their type: rendering the copy that runs tells so."""
        given = ((name, adapter, getattr(self, name)) for name, adapter in dynamic_fields(type(self)).items())
        return frozenset(
            name for name, adapter, value in given if not has_template(value) and not _fits(adapter, value)
        )

    def rendered(self, values: Mapping[str, object]) -> Self:
        """A copy with these properties (by field name) replaced by their rendered values, converted.

        Raises pydantic.ValidationError when a value does not fit; its note is the property's name, as flows write it.
        """
        if not values:
            return self
        return self.model_copy(update={name: self._converted(name, value) for name, value in values.items()})

    def _converted(self, name: str, value: object) -> object:
        try:
            return dynamic_fields(type(self))[name].validate_python(value, context=RENDERED)
        except ValidationError as error:
            error.add_note(type(self).model_fields[name].alias or name)
            raise


@cache
def dynamic_fields(cls: type[BaseModel]) -> dict[str, TypeAdapter[Any]]:
    """Converters of the dynamic properties of a class, by field name."""
    return {
        name: _adapter(field)
        for name, field in cls.model_fields.items()
        if any(isinstance(mark, Dynamic) for mark in field.metadata)
    }


def _fits(adapter: TypeAdapter[Any], value: object) -> bool:
    try:
        adapter.validate_python(value)
    except ValidationError:
        return False
    return True


def _adapter(field: FieldInfo) -> TypeAdapter[Any]:
    kind: Any = field.annotation
    marked: Any = Annotated[kind, *field.metadata]
    return TypeAdapter(marked)


def plugin(name: str, *, aliases: tuple[str, ...] = (), outputs: type[Outputs] | None = None) -> Callable[[C], C]:
    """Declare a class as the implementation of a type, with ``outputs`` of that kind (its base's, by default).

    The declaration is also read as text (see ``pauta.registry``), so name and aliases are literals.
    """

    def declare(cls: C) -> C:
        cls.type_name = name
        cls.gives = outputs or cls.gives
        registry.register(cls, name, aliases)
        return cls

    return declare


def _with_present_names(properties: Mapping[str, Any], former: Mapping[str, str]) -> Mapping[str, Any]:
    if not former.keys() & properties.keys():
        return properties
    renamed = {former[name]: value for name, value in properties.items() if name in former}
    return {**renamed, **{name: value for name, value in properties.items() if name not in former}}


def _note(properties: Mapping[str, Any], model: type[BaseModel], info: ValidationInfo) -> None:
    if isinstance(info.context, Reading):
        info.context.models[id(properties)] = model


Choose = Callable[[Mapping[str, Any], ValidationInfo], type[BaseModel]]
"""From a map and the reading that it belongs to, to the model that it is read as."""


class Part:
    """Marks a property that is read as a model of its own: the marked one, or one that is chosen for each map.

    The model is prepared when the first map is read as it, not when the class around it is: a flow uses few of them,
    and preparing one takes longer than reading.
    """

    def __init__(self, choose: Choose | None = None) -> None:
        self._choose = choose

    def __get_pydantic_core_schema__(self, source: type[BaseModel], handler: GetCoreSchemaHandler) -> CoreSchema:
        """Without the model's own schema."""
        del handler

        def read(value: Any, info: ValidationInfo) -> Any:
            if isinstance(value, source):
                return value
            if not isinstance(value, Mapping):
                raise PydanticCustomError("map_expected", "a map is expected")
            properties = cast("Mapping[str, Any]", value)
            model = source if self._choose is None else self._choose(properties, info)
            return model.model_validate(properties, context=info.context)

        return core_schema.with_info_plain_validator_function(read, metadata={"model": source})

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The schema of the model that is marked."""
        model = cast("Any", schema)["metadata"]["model"]
        return handler(core_schema.model_schema(model, core_schema.any_schema()))


def of_kind(kind: type[Plugin]) -> Part:
    """Marks a property that is a plugin of this kind, the one that ``type`` names."""

    def choose(properties: Mapping[str, Any], info: ValidationInfo) -> type[Plugin]:
        _note(properties, kind, info)
        return _class_of(properties, kind, info)

    return Part(choose)


def _class_of(properties: Mapping[str, Any], kind: type[Plugin], info: ValidationInfo) -> type[Plugin]:
    name = properties.get("type")
    if name is None:
        raise PydanticCustomError("missing_type", "missing property 'type'")
    cls = registry.find(str(name)) or _stand_in(str(name), info)
    if cls is None:
        raise PydanticCustomError("unknown_type", "unknown type '{name}'", {"name": str(name)})
    if not issubclass(cls, kind):
        raise PydanticCustomError("wrong_kind", "'{name}' is no {kind}", {"name": str(name), "kind": noun(kind)})
    return cls


def _stand_in(name: str, info: ValidationInfo) -> type[Plugin] | None:
    return info.context.stand_in(name) if isinstance(info.context, Reading) else None


def properties_of(model: type[BaseModel]) -> list[str]:
    """The names that a map of this model may have, as flows write them."""
    return [info.alias or name for name, info in model.model_fields.items()]


def noun(kind: type[Plugin]) -> str:
    """What a class stands for, in words: ``TaskRunner`` is a ``task runner``."""
    return to_snake(kind.__name__).replace("_", " ")


__all__ = ["Model", "Outputs", "Part", "Plugin", "noun", "of_kind", "plugin", "properties_of"]
