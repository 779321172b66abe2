"""The type of a property in words: ``text``, ``list[integer]``, ``map[text]``, ``task``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

_WORDS = {"string": "text", "integer": "integer", "number": "number", "boolean": "boolean", "null": "nothing"}
_FAMILIES = {
    "Task": "task",
    "Trigger": "trigger",
    "Condition": "condition",
    "TaskRunner": "task runner",
    "Input": "input",
    "Retry": "retry",
    "Sla": "SLA",
}


def type_words(schema: Schema, definitions: Mapping[str, Any]) -> str:
    """The type in words; ``definitions`` are by what ``$ref`` says. Nothing, and expressions, are not told."""
    return " or ".join(dict.fromkeys(_alternatives(schema, definitions))) or "anything"


def choices(schema: Schema, definitions: Mapping[str, Any]) -> tuple[Any, ...]:
    """The values of an enumeration, wherever it stands in the schema of a property; empty: there is none."""
    if "enum" in schema:
        return tuple(schema["enum"])
    if "const" in schema:
        return (schema["const"],)
    inner = [definitions[schema["$ref"]]] if schema.get("$ref") in definitions else []
    nested = [*inner, *schema.get("anyOf", ()), *schema.get("allOf", ())]
    if schema.get("type") == "array" and isinstance(schema.get("items"), Mapping):
        nested.append(schema["items"])
    found = [choices(each, definitions) for each in nested if "properties" not in each]
    return next((each for each in found if each), ())


def _alternatives(schema: Schema, definitions: Mapping[str, Any]) -> list[str]:
    if "$ref" in schema:
        return [_referred(str(schema["$ref"]), definitions)]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            parts = [each for each in schema[several] if not _is_silent(each)]
            return [word for each in parts for word in _alternatives(each, definitions)]
    kinds = schema.get("type")
    if isinstance(kinds, list):
        return [_word({**schema, "type": kind}, definitions) for kind in kinds]  # pyright: ignore[reportUnknownVariableType] -- names of types
    return [_word(schema, definitions)]


def _is_silent(schema: Schema) -> bool:
    """Null, and texts that are there because any property may be an expression."""
    return schema.get("type") == "null" or (schema.get("type") == "string" and "pattern" in schema)


def _word(schema: Schema, definitions: Mapping[str, Any]) -> str:
    kind = schema.get("type")
    if kind == "array":
        return f"list[{type_words(schema.get('items', {}), definitions)}]"
    if kind == "object":
        values = schema.get("additionalProperties")
        inside = "anything" if values in (None, True, False) else type_words(values, definitions)
        return "map" if inside == "anything" else f"map[{inside}]"
    if schema.get("format") == "duration":
        return "duration"
    return "text" if kind is None and "enum" in schema else _WORDS.get(str(kind), "anything")


def _referred(target: str, definitions: Mapping[str, Any]) -> str:
    name = target.rpartition("/")[2].rpartition(".")[2]
    definition = definitions.get(target, {})
    return "text" if "enum" in definition and "properties" not in definition else _FAMILIES.get(name, name)
