"""From the text of a flow to a `Flow`: everything that is wrong with it at once, and what is worth saying."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from pydantic import ValidationError

from pauta.errors import InvalidFlow, Problem
from pauta.expression import Dialect
from pauta.flow.document import Document, read_document
from pauta.flow.model import Flow
from pauta.flow.parts import Part, parts_of
from pauta.sdk.reading import Reading


@dataclass(frozen=True, slots=True)
class Examination:
    """What can be said about a document: the flow, when it is valid, and all problems and warnings."""

    flow: Flow | None
    problems: tuple[Problem, ...] = ()
    is_flow: bool = True

    @property
    def valid(self) -> bool:
        """There is no error; warnings do not count."""
        return all(problem.severity != "error" for problem in self.problems)


def unreadable(message: str, file: str) -> Examination:
    """The examination of a file whose text cannot be had."""
    return Examination(None, (Problem(message, file=file),))


def parse(source: str, *, file: str | None = None) -> Flow:
    """Read and check a flow; its ``warnings`` are what is worth saying. Raises InvalidFlow with all that is wrong."""
    examination = _examine(source, file, thorough=False)
    if examination.flow is None:
        raise InvalidFlow([problem for problem in examination.problems if problem.severity == "error"])
    return examination.flow


def examine(source: str, *, file: str | None = None) -> Examination:
    """All that can be said about a document: also about its expressions, which ``parse`` leaves to their evaluation."""
    return _examine(source, file, thorough=True)


def _examine(source: str, file: str | None, *, thorough: bool) -> Examination:
    try:
        document = read_document(source, file=file)
    except InvalidFlow as error:
        return Examination(None, error.problems)
    if not isinstance(document.data, Mapping):
        return Examination(None, (document.problem(_NO_MAP),), is_flow=False)
    return _examined(document, thorough=thorough)


_NO_MAP = "a flow is expected: a map with 'id', 'namespace' and 'tasks'"


def _examined(document: Document, *, thorough: bool) -> Examination:
    from pauta.flow.dialects import dialect_of
    from pauta.flow.templates import template_problems
    from pauta.flow.validation import errors_of, warnings_of

    document = _with_defaults(document)
    reading = Reading(_stand_in)
    flow, problems = _read(document, reading)
    parts = list(parts_of(document.data, reading.models))
    dialect = dialect_of(document, parts)
    problems += errors_of(document, parts)
    problems += warnings_of(document, parts)
    problems += _of_inputs(document, dialect)
    problems += _misfits(document, parts, reading)
    problems += template_problems(document, parts, dialect, thorough=thorough)
    is_flow = "tasks" in document.data
    if flow is None or any(problem.severity == "error" for problem in problems):
        return Examination(None, _sorted(problems), is_flow)
    flow.know(dialect, _sorted(problems))
    return Examination(flow, flow.warnings, is_flow)


def _with_defaults(document: Document) -> Document:
    if not any(name in document.data for name in ("pluginDefaults", "taskDefaults")):
        return document
    from pauta.flow.plugin_defaults import with_defaults

    return with_defaults(document)


def _of_inputs(document: Document, dialect: Dialect) -> list[Problem]:
    """What is wrong with inputs beyond their single values."""
    if not document.data.get("inputs"):
        return []
    from pauta.flow.inputs import input_problems

    return input_problems(document, dialect)


def _stand_in(name: str) -> type[Any] | None:
    from pauta.flow.stand_ins import stand_in

    return stand_in(name)


def _read(document: Document, reading: Reading) -> tuple[Flow | None, list[Problem]]:
    try:
        return Flow.model_validate(document.data, context=reading), []
    except ValidationError as error:
        from pauta.flow.sentences import problems

        errors = cast("list[dict[str, Any]]", error.errors(include_url=False))
        return None, problems(errors, document, reading.models)


def _misfits(document: Document, parts: Sequence[Part], reading: Reading) -> list[Problem]:
    """The literals of dynamic properties that do not fit."""
    if not reading.misfits:
        return []
    from pauta.flow.sentences import misfits

    return misfits(parts, document, reading.models)


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """In the order of the document, each one once."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda each: (each.line or 0, each.column or 0)))
