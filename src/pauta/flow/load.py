"""From the text of a flow to a `Flow`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from pauta.errors import InvalidFlow, Problem
from pauta.flow.document import read_document
from pauta.flow.model import Flow


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
    """Read and check a flow. Raises InvalidFlow with all that is wrong."""
    document = read_document(source, file=file)
    try:
        return Flow.model_validate(document.data)
    except ValidationError as error:
        problems = [
            document.problem(each["msg"], each["loc"], name=each["type"] == "extra_forbidden")
            for each in error.errors(include_url=False)
        ]
        raise InvalidFlow(problems) from None


def examine(source: str, *, file: str | None = None) -> Examination:
    """All that can be said about a document."""
    try:
        document = read_document(source, file=file)
    except InvalidFlow as error:
        return Examination(None, error.problems)
    is_flow = isinstance(document.data, Mapping) and "tasks" in document.data
    try:
        return Examination(parse(source, file=file), (), is_flow)
    except InvalidFlow as error:
        return Examination(None, error.problems, is_flow)
