"""The JSON Schema of flows, with every installed type: what an editor needs to complete and to check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pauta.flow.model import Flow
from pauta.flow.schema.definitions import Schema, enum_definition, model_definition, name_of, reference
from pauta.flow.schema.docstrings import summary
from pauta.flow.schema.models import FAMILIES, all_enums, all_models, members, names_to_come
from pauta.sdk.plugins import Model

DRAFT = "http://json-schema.org/draft-07/schema#"
"""The draft that editors for YAML support best."""


def flow_schema() -> Schema:
    """The schema of a flow document. Imports every installed plugin."""
    definitions: dict[str, Any] = {
        **{name_of(each): model_definition(each) for each in all_models() if each is not Flow},
        **{name_of(each): enum_definition(each) for each in all_enums()},
        **{name_of(family): _family(family) for family in FAMILIES},
    }
    return {
        "$schema": DRAFT,
        "title": "Flow",
        **model_definition(Flow),
        "definitions": dict(sorted(definitions.items())),
    }


def _family(family: type[Model]) -> Schema:
    """One of a family: ``type`` says which, and so what else there may be."""
    classes = members(family)
    by_class: dict[type[Model], list[str]] = {}
    for name, cls in classes.items():
        by_class.setdefault(cls, []).append(name)
    rules = [_rule(cls, names) for cls, names in by_class.items()]
    return {
        "type": "object",
        "required": ["type"],
        "properties": {"type": _types(family, classes)},
        **({"allOf": rules} if rules else {}),
    }


def _types(family: type[Model], classes: Mapping[str, type[Model]]) -> Schema:
    """The names of all types; an editor offers those of today, with what they are, and accepts the others too."""
    today = sorted(name for name, cls in classes.items() if name == getattr(cls, "type_name", name))
    offered = {"enum": today, "markdownEnumDescriptions": [summary(classes[name]) for name in today]}
    others = sorted({*classes, *names_to_come(family)} - {*today})
    return {"anyOf": [offered, {"enum": others, "doNotSuggest": True}]} if others else offered


def _rule(cls: type[Model], names: list[str]) -> Schema:
    return {"if": {"properties": {"type": {"enum": names}}, "required": ["type"]}, "then": reference(cls)}
