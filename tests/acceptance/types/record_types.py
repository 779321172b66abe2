"""Write down the facts about the core types of a published engine, from the JSON Schema that it gives of them.

    record_types.py SCHEMAS core-1.3.json

SCHEMAS is a JSON file with ``types`` (of each: ``kind``, ``properties`` with its own ``properties`` and ``required``,
``outputs``), ``aliases`` (old name to name) and ``model`` (the definitions that they refer to). What is written has of
each property its type in the words that ``pauta plugins doc`` has, and where they are there ``required``, ``default``,
``dynamic``, ``deprecated`` and ``choices``; what all types of a kind have is ``common``.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from pauta.flow.schema.words import choices, type_words

KINDS = {"tasks": "task", "triggers": "trigger", "conditions": "condition", "task-runners": "task runner"}
_NUMBERED = re.compile(r"-\d+$")


def main() -> None:
    source, target = map(Path, sys.argv[1:])
    engine = json.loads(source.read_text("utf-8"))
    known = {f"#/$defs/{name}": definition for name, definition in engine["model"].items()}
    types = {name: _type(each, known) for name, each in sorted(engine["types"].items())}
    facts = {
        "aliases": engine["aliases"],
        "common": _without_common(types),
        "types": types,
        "model": _model(engine["model"], known),
    }
    target.write_text(_written(facts) + "\n", "utf-8")


def _model(definitions: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """The classes that flows are made of, the variants of one class (``-1``, ``-2``) together."""
    model: dict[str, Any] = {}
    for name, each in sorted(definitions.items()):
        model.setdefault(_NUMBERED.sub("", name), {}).update(_named(each, known))
    return model


def _type(engine: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": KINDS.get(engine["kind"], engine["kind"]),
        "properties": _named(engine.get("properties", {}), known),
        "outputs": {name: _property(each, known) for name, each in sorted((engine.get("outputs") or {}).items())},
    }


def _named(schema: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """The properties of a class by name, but for its type."""
    required = schema.get("required", ())
    return {
        name: _property(each, known) | ({"required": True} if name in required else {})
        for name, each in sorted(schema.get("properties", {}).items())
        if name != "type"
    }


def _property(schema: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    marks = {**schema, **_first_marks(schema)}
    plain = _without_expressions(schema)
    found = {
        "type": type_words(plain, known),
        "choices": list(choices(plain, known)),
        "default": _value(marks.get("default"), type_words(plain, known)),
        "dynamic": bool(marks.get("$dynamic")),
        "deprecated": bool(marks.get("$deprecated")),
    }
    return {
        name: value
        for name, value in found.items()
        if value not in (None, False, []) or (name == "default" and value is False)
    }


def _first_marks(schema: dict[str, Any]) -> dict[str, Any]:
    several = schema.get("anyOf", ())
    marks = ("$dynamic", "$deprecated", "default")
    return {name: each[name] for each in several for name in marks if name in each}


def _without_expressions(schema: dict[str, Any]) -> dict[str, Any]:
    """Without the text that stands beside every other type of a property that may be an expression."""
    several = schema.get("anyOf", [])
    others = [
        each for each in several if not (each.get("$dynamic") and each.get("type") == "string" and "format" not in each)
    ]
    marked = any(each.get("$dynamic") for each in others)
    return {"anyOf": [_plain(each) for each in (others if marked else several)]} if several else _plain(schema)


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return {**schema, "$ref": _NUMBERED.sub("", schema["$ref"])}
    if isinstance(schema.get("items"), str):
        return {**schema, "items": {}}
    return {**schema, "allOf": [each for each in schema["allOf"] if "$ref" in each]} if "allOf" in schema else schema


def _value(default: Any, kind: str) -> Any:
    """The engine writes defaults of dynamic properties as texts."""
    if isinstance(default, str) and kind in ("integer", "number", "boolean"):
        return json.loads(default)
    return default


def _without_common(types: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Take out the properties that all types of a kind have, and give them by kind."""
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for each in types.values():
        by_kind.setdefault(each["kind"], []).append(each["properties"])
    common = {}
    for kind, all_properties in by_kind.items():
        first, *others = all_properties
        if others:
            common[kind] = {
                name: first[name] for name in first if all(each.get(name) == first[name] for each in others)
            }
            for properties in all_properties:
                for name in common[kind]:
                    del properties[name]
    return common


def _written(value: Any, depth: int = 0) -> str:
    """JSON with one line for each property."""
    if not isinstance(value, dict) or not any(isinstance(each, dict) for each in value.values()) or depth > 3:
        return json.dumps(value, ensure_ascii=False)
    lines = (f"{' ' * depth} {json.dumps(name)}: {_written(each, depth + 1)}" for name, each in value.items())
    return "{\n" + ",\n".join(lines) + "\n" + " " * depth + "}"


if __name__ == "__main__":
    main()
