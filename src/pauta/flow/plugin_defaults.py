"""Values that many plugins of a flow share: the entries of ``pluginDefaults``.

They are merged into the document before anything is typed, so that what a task needs may come from them. Everything
with a ``type`` takes them: tasks, task runners, triggers, conditions. Kestra's rules:

- an entry is for the type that it names, and for all types that begin with it;
- what the plugin itself says wins; of two entries the first one wins, the flow's before those of the installation;
- entries with ``forced`` win over the plugin itself;
- maps are merged at any depth, lists are put together (what is there already is left out), anything else is replaced.

Which entry wins when one names the type and another one its beginning is left to chance there; here the exact one does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Self, cast

from pydantic import model_validator

from pauta import registry
from pauta.flow.document import Document, Places
from pauta.sdk.plugins import Model, properties_of
from pauta.sdk.refusals import refusal

KEYS = ("pluginDefaults", "taskDefaults")
"""The key, and its old name."""
Entry = Mapping[str, Any]
"""``type``, ``forced`` and ``values``, as in the document."""


class PluginDefault(Model):
    """Properties for everything whose type is this one, or begins with it."""

    type: str
    forced: bool = False
    """They win over what the task itself says."""
    values: Mapping[str, Any]

    """Properties with their values."""

    @model_validator(mode="after")
    def _has_values(self) -> Self:
        """Kestra: no null; the properties of a type that is known must exist."""
        cls = registry.find(self.type)
        known = properties_of(cast("type[Model]", cls)) if cls is not None else [*self.values]
        empty = [
            (("values", name), f"there is no value for '{name}'") for name in self.values if self.values[name] is None
        ]
        unknown = [
            (("values", name), f"'{self.type}' has no property '{name}'") for name in self.values if name not in known
        ]
        if empty or unknown:
            raise refusal(self.values, [*empty, *unknown])
        return self


def with_defaults(document: Document, installation: Sequence[Entry] = ()) -> Document:
    """The document with all defaults in their places; the same one when there are none.

    What came from an entry of the flow has the place that it has there.
    """
    entries = [*_entries(document.data), *installation]
    if not entries:
        return document
    merging = _Merging(document, entries)
    data = {
        name: value if name in KEYS else merging.applied(value)
        for name, value in cast("dict[str, Any]", document.data).items()
    }
    merging.moved(document.data, data)
    return replace(document, data=data)


def _entries(flow: Mapping[str, Any]) -> Iterator[Entry]:
    """The usable entries of a flow; what is wrong with the others is told when they are read."""
    for key in KEYS:
        given = flow.get(key)
        for entry in cast("list[Any]", given if isinstance(given, list) else []):
            if isinstance(entry, dict):
                properties = cast("dict[str, Any]", entry)
                if isinstance(properties.get("type"), str) and isinstance(properties.get("values"), dict):
                    yield properties


class _Merging:
    """Merges into copies, and keeps the places up to date."""

    def __init__(self, document: Document, entries: Iterable[Entry]) -> None:
        self._places = document.places
        both = [*entries]
        self._plain = [entry for entry in both if entry.get("forced") is not True]
        self._forced = [entry for entry in both if entry.get("forced") is True]

    def applied(self, value: Any) -> Any:
        """A value with the defaults of all plugins in it, its own ones last."""
        if isinstance(value, list):
            items = [self.applied(each) for each in cast("list[Any]", value)]
            return self.moved(value, items)
        if not isinstance(value, dict):
            return value
        properties = cast("dict[str, Any]", value)
        inner = self.moved(value, {name: self.applied(each) for name, each in properties.items()})
        name = properties.get("type")
        return self._merged(name, inner) if isinstance(name, str) else inner

    def _merged(self, name: str, properties: Any) -> Any:
        for entry in _matching(name, self._plain):
            properties = self._deep(self._fit(name, entry), properties)
        for entry in reversed(_matching(name, self._forced)):
            properties = self._deep(properties, self._fit(name, entry))
        return properties

    def _fit(self, name: str, entry: Entry) -> Any:
        """The values of an entry; of one for many types, those that this type knows."""
        values: dict[str, Any] = entry["values"]
        cls = registry.find(name)
        if cls is None or name in _names(entry["type"]):
            return values
        known = properties_of(cast("type[Model]", cls))
        return self.moved(values, {key: value for key, value in values.items() if key in known})

    def _deep(self, weak: Any, strong: Any) -> Any:
        """Both together; ``strong`` wins."""
        if isinstance(weak, dict) and isinstance(strong, dict):
            return self._maps(cast("dict[str, Any]", weak), cast("dict[str, Any]", strong))
        if isinstance(weak, list) and isinstance(strong, list):
            return self._lists(cast("list[Any]", weak), cast("list[Any]", strong))
        return strong

    def _maps(self, weak: dict[str, Any], strong: dict[str, Any]) -> dict[str, Any]:
        merged = {**weak, **strong}
        for name in weak.keys() & strong.keys():
            merged[name] = self._deep(weak[name], strong[name])
        first, then = self._of(weak), self._of(strong)
        self._places[id(merged)] = Places(
            merged, {**first.values, **then.values}, {**first.names, **then.names}, {**first.words, **then.words}
        )
        return merged

    def _lists(self, weak: list[Any], strong: list[Any]) -> list[Any]:
        kept = [number for number, each in enumerate(strong) if each not in weak]
        merged = [*weak, *(strong[number] for number in kept)]
        first, then = self._of(weak), self._of(strong)
        behind = {len(weak) + at: number for at, number in enumerate(kept)}
        values = {at: then.values[number] for at, number in behind.items() if number in then.values}
        words = {at: then.words[number] for at, number in behind.items() if number in then.words}
        self._places[id(merged)] = Places(merged, {**first.values, **values}, {}, {**first.words, **words})
        return merged

    def moved(self, before: Any, now: Any) -> Any:
        """The copy, with the places of what it is a copy of; the old one when they are the same."""
        known = self._of(before)
        self._places[id(now)] = Places(now, known.values, known.names, known.words)
        return now

    def _of(self, container: Any) -> Places:
        return self._places.get(id(container)) or Places(container)


def _matching(name: str, entries: Sequence[Entry]) -> list[Entry]:
    """The entries for a type, those that name it before those that name its beginning."""
    found = [entry for entry in entries if any(name.startswith(each) for each in _names(entry["type"]))]
    return sorted(found, key=lambda entry: name not in _names(entry["type"]))


def _names(name: str) -> tuple[str, ...]:
    """The type that an entry names; an old name stands for the present one too."""
    from pauta.flow.core_types import core_types

    known = core_types().get(name)
    return (name,) if known is None or known.name == name else (name, known.name)
