"""The text of a template, and errors that say where in it something went wrong."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pauta.errors import ExpressionError, ExpressionSyntaxError, PautaError, UndefinedVariable

_SHOWN_KEYS = 12
_SHOWN_TEXT = 400


class Missing(Exception):
    """Something named in an expression does not exist: caught by ``??``, ``default`` and ``is defined``.

    It is raised often and caught often, so it carries only what a message needs: the text is written when the error
    leaves the template.
    """

    def __init__(self, at: int, name: str, path: str = "", keys: Iterable[Any] | None = None) -> None:
        super().__init__(name)
        self.at = at
        self.name = name
        self.path = path
        self.keys = keys


class Source:
    """A template's text with the sentences about it."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def place(self, at: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        before = self.text[:at]
        return before.count("\n") + 1, at - before.rfind("\n")

    def syntax(self, message: str, at: int, suggestion: str | None = None) -> ExpressionSyntaxError:
        """The text cannot be read at this place."""
        line, column = self.place(at)
        shown = f"{message} (line {line}, column {column} of the expression `{self._shown()}`)"
        return ExpressionSyntaxError(shown, template=self.text, line=line, column=column, suggestion=suggestion)

    def undefined(self, missing: Missing) -> UndefinedVariable:
        """What is named there does not exist: with the keys that do, and the nearest of them."""
        line, column = self.place(missing.at)
        keys = sorted({str(key) for key in missing.keys or ()})
        nearest = closest(missing.name, keys)
        message = f"Unable to find `{missing.name}` used in the expression `{self._shown()}` at line {line}"
        message += _explained(missing, keys) + (f"; did you mean '{nearest}'?" if nearest else "")
        return UndefinedVariable(message, template=self.text, line=line, column=column, suggestion=nearest)

    def located(self, error: BaseException, at: int, piece: str) -> ExpressionError:
        """An error with its place: ``piece`` is the filter, function or operator that failed."""
        if isinstance(error, Missing):
            return self.undefined(error)
        if isinstance(error, ExpressionError) and error.template:
            return error
        line, column = self.place(at)
        kind = type(error) if isinstance(error, ExpressionError) else ExpressionError
        message = f"{piece}: {_sentence(error)} (line {line}, column {column} of the expression `{self._shown()}`)"
        suggestion = error.suggestion if isinstance(error, ExpressionError) else None
        return kind(message, template=self.text, line=line, column=column, suggestion=suggestion)

    def _shown(self) -> str:
        return self.text if len(self.text) <= _SHOWN_TEXT else self.text[:_SHOWN_TEXT] + "…"


def closest(name: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant."""
    from difflib import get_close_matches

    by_lower = {known.lower(): known for known in names}
    found = get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def _explained(missing: Missing, keys: list[str]) -> str:
    if missing.keys is None:
        return f": {missing.path}" if missing.path else ""
    shown = ", ".join(keys[:_SHOWN_KEYS]) + (", …" if len(keys) > _SHOWN_KEYS else "") if keys else "nothing"
    return f": '{missing.path}' has {shown}" if missing.path else f": the variables are {shown}"


def _sentence(error: BaseException) -> str:
    if isinstance(error, PautaError):
        return str(error)
    if isinstance(error, RecursionError):
        return "values are nested too deep"
    return _PLAIN.get(type(error)) or str(error) or type(error).__name__


_PLAIN: dict[type[BaseException], str] = {ZeroDivisionError: "division by zero"}

FAILURES = (PautaError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)
"""What can go wrong in a filter or a function, other than something missing."""
