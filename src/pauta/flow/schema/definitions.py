"""The JSON Schema of one model: its own properties; other models and enumerations are references.

Beside the words of JSON Schema a property has ``$dynamic``: it may be an expression.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Any, cast

from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from pauta import registry
from pauta.flow.schema.docstrings import property_docs, summary
from pauta.sdk.plugins import Model, Plugin
from pauta.sdk.properties import Dynamic, Raw

Schema = dict[str, Any]
REFERENCE = "#/definitions/"
_MODEL = "x-class"
_EXPRESSION = r"\{[{%#]"
_TEXTS = {
    "integer": rf"^\s*[-+]?[0-9]+\s*$|{_EXPRESSION}",
    "number": rf"^\s*[-+]?[0-9.]+([eE][-+]?[0-9]+)?\s*$|{_EXPRESSION}",
    "boolean": rf"^\s*([Tt]rue|[Ff]alse|TRUE|FALSE|0|1|[Yy]es|[Nn]o|[Oo]n|[Oo]ff)\s*$|{_EXPRESSION}",
    "array": rf"^\s*\[|^\s*$|{_EXPRESSION}",
    "object": rf"^\s*\{{|^\s*$|{_EXPRESSION}",
}
"""Which texts stand for a value of each kind, in a property that may be an expression."""


def name_of(cls: type[Any]) -> str:
    """The name of a class among the definitions: its type when it has one."""
    own = cls.__dict__.get("type_name")
    return own or f"{cls.__module__.removeprefix('pauta.')}.{cls.__qualname__}"


def reference(cls: type[Any]) -> Schema:
    """Stands for the definition of a class."""
    return {"$ref": REFERENCE + name_of(cls)}


@cache
def model_definition(cls: type[Model]) -> Schema:
    """The definition of a model."""
    written, _ = _written(cls)
    properties = {
        alias: _property(cls, name, _clean(written["properties"][alias], written.get("$defs", {})))
        for name, info in cls.model_fields.items()
        if (alias := info.alias or name) in written.get("properties", {})
    }
    properties |= {old: {"deprecated": True, **properties[new]} for old, new in cls.former.items()}
    closed: Schema = {} if cls.model_config.get("extra") == "allow" else {"additionalProperties": False}
    required = [name for name in written.get("required", ()) if name in properties]
    return {
        **_described(summary(cls)),
        "type": "object",
        "properties": properties,
        **({"required": required} if required else {}),
        **closed,
    }


def met(cls: type[Model]) -> tuple[type[Any], ...]:
    """The models and enumerations that the properties of a model refer to."""
    return _written(cls)[1]


def enum_definition(cls: type[Enum]) -> Schema:
    """The definition of an enumeration."""
    return {**_described(summary(cls)), "enum": [each.value for each in cls]}


def outputs_definition(cls: type[Any]) -> Schema:
    """The definition of what a plugin says about its outputs (see ``sdk.plugins.Outputs``)."""
    from typing import get_type_hints

    from pydantic import create_model

    fields: Any = {name: (hint, None) for name, hint in get_type_hints(cls, include_extras=True).items()}
    model = create_model(cls.__name__, __base__=Model, __module__=cls.__module__, **fields)
    written, _ = _written(model)
    docs = property_docs(cls)
    return {
        alias: {**_described(docs.get(name, "")), **_clean(written["properties"][alias], written.get("$defs", {}))}
        for name, info in model.model_fields.items()
        if (alias := info.alias or name)
    }


def _property(cls: type[Model], name: str, schema: Schema) -> Schema:
    info = cls.model_fields[name]
    if name == "type" and issubclass(cls, Plugin) and cls.type_name:
        schema = {"enum": list(registry.names_of(cls))}
    if _has(info, Dynamic):
        schema = _dynamic(schema)
    described = _described(property_docs(cls).get(name, ""))
    marks: Schema = {"$dynamic": True} if _has(info, Dynamic) or _has(info, Raw) else {}
    marks |= {"deprecated": True} if info.deprecated else {}
    return {**described, **marks, **schema}


def _has(info: FieldInfo, mark: type[Any]) -> bool:
    return any(isinstance(each, mark) for each in info.metadata)


def _dynamic(schema: Schema) -> Schema:
    """The values of a property, or a text that is an expression or is read as such a value."""
    inner, *_ = schema.get("anyOf", [schema]) if schema.get("$dynamic") else [schema]
    default: Schema = {"default": schema["default"]} if "default" in schema else {}
    alternatives = [each for each in inner.get("anyOf", [inner]) if each != {"type": "null"}]
    if any(each.get("type") == "string" and "enum" not in each for each in alternatives):
        return {**inner, **default}
    pattern = "|".join(dict.fromkeys(_TEXTS.get(str(each.get("type")), _EXPRESSION) for each in alternatives))
    plain = {key: value for key, value in inner.items() if key != "default"}
    return {"anyOf": [*plain.get("anyOf", [plain]), {"type": "string", "pattern": pattern}], **default}


def _described(text: str) -> Schema:
    return {"description": text} if text else {}


# from what pydantic writes to what stands in a definition


@cache
def _written(root: type[Model]) -> tuple[Schema, tuple[type[Any], ...]]:
    """What pydantic writes about one model, with marks in place of other classes; and these classes."""
    others: dict[type[Any], None] = {}

    def mark(cls: type[Any]) -> Schema:
        others[cls] = None
        return {_MODEL: name_of(cls)}

    class Generator(GenerateJsonSchema):
        def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
            return super().model_schema(schema) if schema["cls"] is root else mark(schema["cls"])

        def enum_schema(self, schema: core_schema.EnumSchema) -> JsonSchemaValue:
            return mark(schema["cls"])

    return root.model_json_schema(schema_generator=Generator), tuple(others)


def _clean(value: Any, defined: Mapping[str, Any]) -> Any:
    """Without titles and defaults that say nothing; marked classes are references."""
    if isinstance(value, list):
        return [_clean(each, defined) for each in cast("list[Any]", value)]
    if not isinstance(value, Mapping):
        return value
    schema = _marked(cast("Mapping[str, Any]", value), defined)
    default: Schema = {"default": schema["default"]} if schema.get("default") not in (None, [], {}) else {}
    if _MODEL in schema:
        # beside a reference nothing counts in draft 7
        found = {"$ref": REFERENCE + schema[_MODEL]}
        return {"allOf": [found], **default} if default else found
    kept = {key: _clean(each, defined) for key, each in schema.items() if key not in ("title", "default")}
    return {**kept, **default}


def _marked(schema: Mapping[str, Any], defined: Mapping[str, Any]) -> Mapping[str, Any]:
    """With what it refers to in its place."""
    name = str(schema.get("$ref", "")).removeprefix("#/$defs/")
    return {**defined[name], **schema} if name in defined else schema
