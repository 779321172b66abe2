"""What there is to know about a type: its names, properties and outputs, in plain data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pauta import registry
from pauta.flow.core_types import Kind
from pauta.flow.schema.definitions import (
    REFERENCE,
    Schema,
    enum_definition,
    model_definition,
    name_of,
    outputs_definition,
)
from pauta.flow.schema.docstrings import example, summary
from pauta.flow.schema.models import FAMILIES, PLUGINS, reached
from pauta.flow.schema.words import choices, type_words
from pauta.sdk.plugins import Model, Plugin

_REFERENCES = re.compile(r"'\$ref': '([^']+)'")


@dataclass(frozen=True, slots=True)
class PropertyDoc:
    """A property or an output.

    ``type`` is in words: ``text``, ``integer``, ``list[task]``. ``choices`` are the values that it can have; empty: any
    of its type. ``dynamic``: it may be an expression.
    """

    name: str
    type: str
    description: str = ""
    required: bool = False
    default: Any = None
    dynamic: bool = False
    deprecated: bool = False
    choices: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class TypeDoc:
    """A type."""

    type: str
    kind: Kind
    description: str
    aliases: tuple[str, ...]
    properties: tuple[PropertyDoc, ...]
    parts: Mapping[str, tuple[PropertyDoc, ...]]
    """The properties of maps in its own properties, by the name of their type."""
    outputs: tuple[PropertyDoc, ...]
    example: str | None


def describe(cls: type[Plugin]) -> TypeDoc:
    """All about a type; its own properties come before those that all of its kind have."""
    name, *aliases = registry.names_of(cls)
    outputs = outputs_definition(cls.gives) if cls.gives else {}
    return TypeDoc(
        type=name,
        kind=kind_of(cls),
        description=summary(cls),
        aliases=tuple(aliases),
        properties=tuple(sorted(_properties(cls), key=lambda each: (each.name in _common(cls), not each.required))),
        parts=_parts(cls),
        outputs=tuple(_described(name, schema, _known(cls)) for name, schema in outputs.items()),
        example=example(cls),
    )


def describe_model(cls: type[Model]) -> tuple[PropertyDoc, ...]:
    """The properties of anything that a flow is made of."""
    return tuple(_defined(model_definition(cls), _known(cls)))


def kind_of(cls: type[Plugin]) -> Kind:
    """What a type is the type of."""
    return next(kind for family, kind in PLUGINS.items() if issubclass(cls, family))


def _properties(cls: type[Plugin]) -> Iterator[PropertyDoc]:
    return (each for each in describe_model(cls) if each.name != "type")


def _defined(definition: Schema, known: Mapping[str, Schema]) -> Iterator[PropertyDoc]:
    for name, schema in definition["properties"].items():
        yield _described(name, schema, known, required=name in definition.get("required", ()))


def _parts(cls: type[Plugin]) -> dict[str, tuple[PropertyDoc, ...]]:
    known, properties = _known(cls), model_definition(cls)["properties"]
    pending = [each for name, each in properties.items() if name not in _common(cls)]
    parts: dict[str, tuple[PropertyDoc, ...]] = {}
    while pending:
        for target in _REFERENCES.findall(str(pending.pop(0))):
            name, definition = target.rpartition(".")[2], known[target]
            if "properties" in definition and name not in parts:
                parts[name] = tuple(_defined(definition, known))
                pending += definition["properties"].values()
    return parts


def _common(cls: type[Plugin]) -> frozenset[str]:
    """The properties that all of its kind have, but for the id."""
    family = next(family for family in PLUGINS if issubclass(cls, family))
    return frozenset(model_definition(family)["properties"]) - {"id"}


def _described(name: str, schema: Schema, known: Mapping[str, Schema], *, required: bool = False) -> PropertyDoc:
    return PropertyDoc(
        name=name,
        type=type_words(schema, known),
        description=schema.get("description", ""),
        required=required,
        default=schema.get("default"),
        dynamic=bool(schema.get("$dynamic")),
        deprecated=bool(schema.get("deprecated")),
        choices=choices(schema, known),
    )


@cache
def _known(cls: type[Model]) -> Mapping[str, Schema]:
    """The definitions that its properties refer to, at any depth, by what ``$ref`` says."""
    return {REFERENCE + name_of(each): _definition(each) for each in reached([cls])}


def _definition(cls: type[Any]) -> Schema:
    """Of a family nothing is said: each of its types is described by itself."""
    if cls in FAMILIES:
        return {"type": "object"}
    return model_definition(cls) if issubclass(cls, Model) else enum_definition(cls)
