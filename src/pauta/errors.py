"""The one error tree.

PautaError                    everything that pauta raises on purpose; its text is meant for a user
├── InvalidFlow               a flow document is not valid (``problems``)
├── InvalidInputs             the inputs given for an execution do not fit the flow (``problems``)
├── ExpressionError           an expression cannot be compiled or evaluated (template, line, column)
│   ├── ExpressionSyntaxError     it cannot be read
│   ├── UndefinedVariable         it names something that does not exist
│   └── ExpressionLimit           it costs too much (steps, depth, size)
├── TaskFailed                a task run ends FAILED (``outputs`` that it produced before are kept)
│   └── CommandFailed             a command ended with an exit code other than 0
├── EnvironmentFailed         a Python environment cannot be built (the installer's own words)
├── PathRefused               a path leaves the folder that it has to stay in
├── AddressRefused            an outgoing connection goes where it must not
├── NotFound                  there is no such thing (kind, name)
├── ValueExpired              the time of a value of the key-value store is over
├── StorageFailed             the disk or the database refuses (no space, read-only)
└── DataInUse                 another process owns this data
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a document, and where.

    ``path`` is the property path (``tasks[0].commands``), ``line`` and ``column`` count from 1.
    ``severity`` is ``warning`` for what is accepted but worth saying.
    """

    message: str
    path: str = ""
    line: int | None = None
    column: int | None = None
    file: str | None = None
    severity: Literal["error", "warning"] = "error"
    suggestion: str | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        hint = f" (did you mean '{self.suggestion}'?)" if self.suggestion else ""
        return ": ".join(part for part in (place, self.path, self.message + hint) if part)


class PautaError(Exception):
    """Base of the tree: the text is a sentence for the user."""


class _WithProblems(PautaError):
    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class InvalidFlow(_WithProblems):
    """A flow document is not valid: all that is wrong with it, with places."""


class InvalidInputs(_WithProblems):
    """The inputs of an execution do not fit the flow: all that is wrong with them."""


class ExpressionError(PautaError):
    """An expression cannot be compiled or evaluated.

    ``line`` and ``column`` count from 1 inside the template text. The message keeps Kestra's fragments,
    because people search for them. ``reason`` is the message without the place and the suggestion.
    """

    def __init__(  # noqa: PLR0913 -- all that a message is made of
        self,
        message: str,
        *,
        template: str = "",
        line: int = 1,
        column: int = 1,
        suggestion: str | None = None,
        reason: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.reason = message if reason is None else reason
        self.template = template
        self.line = line
        self.column = column
        self.suggestion = suggestion


class ExpressionSyntaxError(ExpressionError):
    """The template cannot be read."""


class UndefinedVariable(ExpressionError):
    """A variable, a key or an index does not exist."""


class ExpressionLimit(ExpressionError):
    """The expression needs too many steps, nests too deep, or makes too large a value."""


class TaskFailed(PautaError):
    """Ends a task run FAILED. ``outputs`` (Kestra's property names) are kept."""

    def __init__(self, message: str, outputs: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.outputs = dict(outputs or {})


class CommandFailed(TaskFailed):
    """A command ended with an exit code other than 0."""

    def __init__(self, exit_code: int, outputs: Mapping[str, object] | None = None) -> None:
        super().__init__(f"Command failed with exit code {exit_code}", outputs)
        self.exit_code = exit_code


class EnvironmentFailed(TaskFailed):
    """A Python environment cannot be built: the installer's own message."""


class PathRefused(PautaError):
    """A path leaves the folder that it has to stay in."""


class AddressRefused(PautaError):
    """An outgoing connection would go to an address that is not allowed."""


class NotFound(PautaError):
    """There is no such thing."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"there is no {kind} '{name}'")
        self.kind = kind
        self.name = name


class ValueExpired(PautaError):
    """The time of a value of the key-value store is over."""


class StorageFailed(PautaError):
    """The disk or the database refuses: no space left, read-only, broken file."""


class DataInUse(PautaError):
    """Another process owns this data."""
