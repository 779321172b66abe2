"""All models that flows are made of, and which of them a map is read as by its ``type``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from inspect import get_annotations
from typing import Any, get_args

from pauta import registry
from pauta.flow.core_types import Kind, core_types
from pauta.flow.inputs import Input, OutputDefinition
from pauta.flow.limits import Sla
from pauta.flow.model import Flow
from pauta.flow.schema.definitions import met
from pauta.sdk.plugins import Model, Plugin
from pauta.sdk.retries import Retry
from pauta.sdk.runners import TaskRunner
from pauta.sdk.tasks import Task
from pauta.sdk.triggers import Condition, Trigger

PLUGINS: Mapping[type[Plugin], Kind] = {
    Task: Kind.TASK,
    Trigger: Kind.TRIGGER,
    Condition: Kind.CONDITION,
    TaskRunner: Kind.TASK_RUNNER,
}
FAMILIES: tuple[type[Model], ...] = (*PLUGINS, Input, Retry, Sla)
"""Models in whose place one of their subclasses stands, the one that ``type`` names."""


def members(family: type[Model]) -> dict[str, type[Model]]:
    """The classes of a family, by all names that ``type`` may have."""
    if family in PLUGINS:
        return {
            name: cls
            for cls in registry.installed().values()
            if issubclass(cls, family)
            for name in registry.names_of(cls)
        }
    return {name: cls for cls in _descendants(family) for name in _type_literals(cls)}


def names_to_come(family: type[Model]) -> list[str]:
    """Types that are read though nothing implements them yet (see ``pauta.flow.stand_ins``)."""
    kind = PLUGINS.get(family)  # pyright: ignore[reportArgumentType] -- a family that has no plugins has no kind
    if kind is None or kind is Kind.TASK:
        return []
    known = members(family)
    return sorted(name for name, each in core_types().items() if each.kind is kind and name not in known)


def all_models() -> list[type[Model]]:
    """Every model that can stand in a flow, in a fixed order."""
    roots: list[type[Model]] = [
        Flow,
        OutputDefinition,
        *(cls for family in FAMILIES for cls in (family, *members(family).values())),
    ]
    return [each for each in reached(roots) if issubclass(each, Model)]


def all_enums() -> list[type[Enum]]:
    """Every enumeration that a property can have."""
    return [each for each in reached(all_models()) if issubclass(each, Enum)]


def reached(roots: Iterable[type[Any]]) -> list[type[Any]]:
    """The classes that properties refer to, at any depth, the roots first."""
    found: dict[type[Any], None] = dict.fromkeys(roots)
    pending = list(found)
    while pending:
        cls = pending.pop()
        new = [each for each in (met(cls) if issubclass(cls, Model) else ()) if each not in found]
        found.update(dict.fromkeys(new))
        pending += new
    return list(found)


def _descendants(cls: type[Model]) -> Iterator[type[Model]]:
    for each in cls.__subclasses__():
        yield each
        yield from _descendants(each)


def _type_literals(cls: type[Model]) -> tuple[str, ...]:
    """The values of ``type`` that a class is for; empty for one that only others build on."""
    kind = cls.__dict__.get("kind")
    if kind is not None:
        return (str(kind),)
    own = "type" in get_annotations(cls)
    return get_args(cls.model_fields["type"].annotation) if own else ()
