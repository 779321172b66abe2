"""Ids with dots: ``a.b`` is ``b`` in the map ``a``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast


def take(given: Mapping[str, object], name: str) -> object:
    """What is given under a name: by the whole name, or in nested maps. None: nothing."""
    if name in given:
        return given[name]
    head, _, rest = name.partition(".")
    inner = given.get(head)
    return take(cast("Mapping[str, object]", inner), rest) if rest and isinstance(inner, Mapping) else None


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """Maps in maps. Of two names that do not go together (``a`` and ``a.b``) the first counts."""
    result: dict[str, Any] = {}
    for name, value in values.items():
        *outer, last = parts(name)
        place = _inside(result, outer)
        if place is not None:
            place.setdefault(last, value)
    return result


def _inside(place: dict[str, Any], outer: list[str]) -> dict[str, Any] | None:
    """The map at a path, made where it is missing; None when something else is there."""
    for part in outer:
        inner = place.setdefault(part, {})
        if not isinstance(inner, dict):
            return None
        place = cast("dict[str, Any]", inner)
    return place


def parts(name: str) -> list[str]:
    """The keys that a name stands for; dots at its end count for nothing (Java's ``split``)."""
    return name.rstrip(".").split(".")
