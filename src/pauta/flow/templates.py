"""What is wrong with the expressions of a flow, told without evaluating them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from pauta.errors import Problem
from pauta.expression import Dialect
from pauta.flow.document import Document, Path
from pauta.flow.parts import Part, texts_of
from pauta.sdk.tasks import Task

_NOT_RENDERED = frozenset({"description", "displayName", "id", "type", "pluginDefaults", "taskDefaults"})
"""Names of properties whose expressions nobody evaluates."""
_TASKS = ("tasks", "errors", "finally", "afterExecution")
_COMMON = frozenset({"runIf", "timeout", "workerGroup", "workerSelector"})


def template_problems(document: Document, parts: Sequence[Part], dialect: Dialect, *, thorough: bool) -> list[Problem]:
    """All that is wrong with expressions, with places inside of the texts.

    Without ``thorough`` only what makes the flow invalid, which is quick.
    """
    tasks, inputs = _tasks(parts), [*_inputs(document.data.get("inputs"))]
    if not thorough and not any("-" in name for name in (*tasks, *inputs)):
        return []
    texts = [(path, text) for path, text in texts_of(document.data) if _NOT_RENDERED.isdisjoint(path)]
    found = [problem for path, text in texts for problem in _checked(document, path, text, dialect, tasks, inputs)]
    return [each for each in found if thorough or each.severity == "error"]


def _checked(  # noqa: PLR0913, PLR0917 -- a text, and all that it may name
    document: Document, path: Path, text: str, dialect: Dialect, tasks: Collection[str], inputs: Collection[str]
) -> Iterator[Problem]:
    from pauta.expression.checks import check

    for problem in check(text, dialect, known_tasks=tasks, known_inputs=inputs):
        yield _placed(document, path, text, problem)


def _is_looked_at(path: Path) -> bool:
    """Whether Kestra refuses a flow for what is wrong here: properties of tasks, but not those that all have."""
    return path[0] in _TASKS and not _COMMON.intersection(path)


def _tasks(parts: Sequence[Part]) -> dict[str, None]:
    """The ids of all tasks."""
    return {
        str(part.properties["id"]): None for part in parts if issubclass(part.model, Task) and "id" in part.properties
    }


def _inputs(given: Any, prefix: str = "") -> Iterator[str]:
    """The full ids of all inputs."""
    for each in cast("list[Any]", given if isinstance(given, list) else []):
        properties = cast("Mapping[str, Any]", each if isinstance(each, Mapping) else {})
        name = f"{prefix}{properties.get('id', properties.get('name'))}"
        if isinstance(properties.get("inputs"), list):
            yield from _inputs(properties["inputs"], f"{name}.")
        else:
            yield name


def _placed(document: Document, path: Path, text: str, problem: Problem) -> Problem:
    """The problem with its place in the document instead of the one in the text."""
    offset = _offset(text, problem.line or 1, problem.column or 1)
    from pauta.flow.inside import place_inside

    line, column = place_inside(document.text, document.place(path), text, offset)
    is_warning = problem.severity == "warning" or not _is_looked_at(path)
    general = document.problem(problem.message, path, suggestion=problem.suggestion, warning=is_warning)
    return replace(general, line=line, column=column)


def _offset(text: str, line: int, column: int) -> int:
    lines = text.split("\n")
    return sum(len(each) + 1 for each in lines[: line - 1]) + column - 1
