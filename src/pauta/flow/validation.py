"""What is wrong with a flow beyond its single values: ids that are there twice, names that are reserved.

All checks look at the document, not at the model, so that they say their part also when something else is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from pauta.errors import Problem
from pauta.flow.document import Document, Path
from pauta.flow.later import unused_keys
from pauta.flow.parts import Part
from pauta.sdk.tasks import Task


def errors_of(document: Document, parts: list[Part]) -> list[Problem]:
    """All that makes the flow invalid."""
    return [problem for check in _CHECKS for problem in check(document, parts)]


def warnings_of(document: Document, parts: list[Part]) -> list[Problem]:
    """What is worth saying though the flow is valid."""
    found = [
        document.problem(f"'{name}' does nothing yet: {instead}", (*part.path, name), name=True, warning=True)
        for part in parts
        for name, instead in unused_keys(part.model, part.properties)
    ]
    return [*found, *_second_document(document)]


def _second_document(document: Document) -> Iterator[Problem]:
    if document.more is not None:
        line, column = document.more
        message = "only the first document of a file is read; here begins another one"
        yield Problem(message, "", line, column, document.file, "warning")


def _duplicate_tasks(document: Document, parts: list[Part]) -> Iterator[Problem]:
    """Kestra: one task id in the whole flow, whatever scope it stands in."""
    yield from _duplicates(document, [part for part in parts if issubclass(part.model, Task)], "task")


def _duplicate_entries(document: Document, parts: list[Part]) -> Iterator[Problem]:
    flow = cast("Mapping[str, Any]", document.data)
    for name, what in (("inputs", "input"), ("outputs", "output"), ("triggers", "trigger")):
        entries = [part for part in parts if part.path[:1] == (name,) and len(part.path) == 2]
        if isinstance(flow.get(name), list):
            yield from _duplicates(document, entries, what)


def _duplicates(document: Document, parts: list[Part], what: str) -> Iterator[Problem]:
    first: dict[str, Path] = {}
    for part in parts:
        name = shown_id(part.properties.get("id"))
        if name is None:
            continue
        if name in first:
            line = document.place((*first[name], "id"))[0]
            yield document.problem(f"duplicate {what} id '{name}', first on line {line}", (*part.path, "id"))
        first.setdefault(name, part.path)


def shown_id(value: Any) -> str | None:
    """An id as a text: numbers are ids too."""
    if isinstance(value, str) or not isinstance(value, int | float):
        return value if isinstance(value, str) else None
    from pauta.expression.values import text_of

    return text_of(value)


RESERVED = frozenset(
    ("pause", "resume", "force-run", "change-status", "kill", "executions", "search", "source", "disable", "enable")
)
"""Words that are parts of addresses where flow ids are."""


def _reserved_id(document: Document, parts: list[Part]) -> Iterator[Problem]:
    del parts
    name = document.data.get("id")
    if name in RESERVED:
        yield document.problem(f"the flow id '{name}' is reserved", ("id",))


_CHECKS: tuple[Callable[[Document, list[Part]], Iterator[Problem]], ...] = (
    _duplicate_tasks,
    _duplicate_entries,
    _reserved_id,
)
