"""The pieces of a document that checks look at: maps that were read as models, texts with expressions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, cast

from pauta.expression import has_template
from pauta.flow.document import Path

Models = Mapping[int, type[Any]]
"""What each map, by its ``id``, was read as."""


class Part(NamedTuple):
    """A map of the document that was read as a model."""

    path: Path
    properties: Mapping[str, Any]
    model: type[Any]


def parts_of(data: Any, models: Models) -> Iterator[Part]:
    """The maps that were read as models, in the order of the document."""
    for path, value in _walk(data):
        if isinstance(value, dict) and id(cast("Any", value)) in models:
            properties = cast("dict[str, Any]", value)
            yield Part(path, properties, models[id(properties)])


def texts_of(data: Any) -> Iterator[tuple[Path, str]]:
    """The texts that hold expressions, in the order of the document."""
    for path, value in _walk(data):
        if isinstance(value, str) and has_template(value):
            yield path, value


def _walk(data: Any) -> Iterator[tuple[Path, Any]]:
    """All values at any depth, each with the way to it."""
    pending: list[tuple[Path, Any]] = [((), data)]
    while pending:
        path, value = pending.pop()
        yield path, value
        if isinstance(value, dict):
            entries = cast("dict[str, Any]", value)
            pending += [((*path, name), each) for name, each in reversed(entries.items())]
        elif isinstance(value, list):
            items = cast("list[Any]", value)
            pending += [((*path, number), items[number]) for number in range(len(items) - 1, -1, -1)]
