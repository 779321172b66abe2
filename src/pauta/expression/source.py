"""The text of a template, and errors that say where in it something went wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, TypeVar

from pauta.errors import ExpressionError, ExpressionSyntaxError, PautaError, UndefinedVariable
from pauta.expression.access import keys_of, method_names
from pauta.expression.values import described, is_list

E = TypeVar("E", bound=ExpressionError)
_SHOWN_NAMES = 12
_SHOWN_NAME = 80
"""Characters of a name in a message."""
_SHOWN = 400
"""Characters of a template in a message."""
_LONGEST = 2_000
"""Characters of a sentence about what is wrong."""
_COMPARED = 1_000
"""Names among which the nearest is searched."""
_KNOWN = 10_000
"""Names that are looked at."""
_DASHED = re.compile(r"[^\W\d]\w*(?:-\w+)+")
_INDEX = re.compile(r"[+-]?[0-9]+")


class Missing(Exception):
    """Something named in an expression does not exist: caught by ``??``, ``default`` and ``is defined``.

    It is raised often and caught often, so it carries only what a message needs: the text is written when the error
    leaves the template.

    Attributes:
        at: the offset of the name.
        name: the key that does not exist.
        path: what was searched, as it is written; empty for a variable, or when it has no name.
        container: the value that was searched; None when it is null.
        variables: for a variable: tells those that exist.
        method: it is a method.
    """

    def __init__(  # noqa: PLR0913 -- all that a message is made of
        self,
        at: int,
        name: str,
        path: str = "",
        container: Any = None,
        *,
        variables: Callable[[], Iterable[str]] | None = None,
        method: bool = False,
    ) -> None:
        super().__init__(name)
        self.at = at
        self.name = name
        self.path = path
        self.container = container
        self.variables = variables
        self.method = method


class Source:
    """A template's text with the sentences about it."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def place(self, at: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        before = self.text[:at]
        return before.count("\n") + 1, at - before.rfind("\n")

    def syntax(self, reason: str, at: int, suggestion: str | None = None) -> ExpressionSyntaxError:
        """The text cannot be read at this place."""
        return self._error(ExpressionSyntaxError, reason, at, suggestion)

    def undefined(self, missing: Missing) -> UndefinedVariable:
        """What is named there does not exist: with the keys that do, and the nearest of them."""
        found = _names(missing)
        names = None if found is None else sorted({_shown_key(each) for each in islice(found, _KNOWN)})
        line, column = self.place(missing.at)
        reason, nearest = _explained(missing, names), self._nearest(missing, names or [])
        name = _clipped(missing.name, _SHOWN_NAME)
        place = f"Unable to find `{name}` used in the expression `{self._shown(missing.at)}` at line {line}"
        message = f"{reason}{_hint(nearest)} ({place}, column {column})"
        return UndefinedVariable(
            message, template=self.text, line=line, column=column, suggestion=nearest, reason=reason
        )

    def _nearest(self, missing: Missing, names: list[str]) -> str | None:
        """What was probably meant; a key with a dash is not read by a dot, but so: ``outputs['my-task']``."""
        if missing.name in names:
            return None
        spelled = _DASHED.match(self.text, missing.at)
        if spelled and missing.path and spelled.group() in names:
            return f"{missing.path}['{spelled.group()}']"
        return closest(missing.name, names)

    def located(self, error: BaseException, at: int, piece: str) -> ExpressionError:
        """An error with its place: ``piece`` is the filter, function or operator that failed."""
        if isinstance(error, Missing):
            return self.undefined(error)
        if not isinstance(error, ExpressionError):
            return self._error(ExpressionError, f"{piece}: {_sentence(error)}", at)
        if error.template:
            return error
        reason = error.reason if error.reason.startswith(piece) else f"{piece}: {error.reason}"
        return self._error(type(error), reason, at, error.suggestion)

    def _error(self, kind: type[E], reason: str, at: int, suggestion: str | None = None) -> E:
        line, column = self.place(at)
        reason = _clipped(reason, _LONGEST)
        place = f"line {line}, column {column} of the expression `{self._shown(at)}`"
        message = f"{reason}{_hint(suggestion)} ({place})"
        return kind(message, template=self.text, line=line, column=column, suggestion=suggestion, reason=reason)

    def _shown(self, at: int) -> str:
        """The template; of a long one what stands around an offset."""
        if len(self.text) <= _SHOWN:
            return self.text
        start, end = max(at - _SHOWN // 2, 0), min(at + _SHOWN // 2, len(self.text))
        return ("…" if start else "") + self.text[start:end] + ("…" if end < len(self.text) else "")


def closest(name: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant."""
    from difflib import get_close_matches

    if len(name) > _SHOWN_NAME:
        return None
    by_lower = {known.lower(): known for known in islice(names, _COMPARED) if len(known) <= _SHOWN_NAME}
    found = get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def _hint(suggestion: str | None) -> str:
    return f"; did you mean {suggestion}?" if suggestion else ""


def _names(missing: Missing) -> Iterable[object] | None:
    """What exists where something is missing; None: nothing has a name there."""
    if missing.variables is not None:
        return missing.variables()
    if missing.method:
        return method_names(missing.container)
    return keys_of(missing.container)


def _explained(missing: Missing, names: list[str] | None) -> str:
    """What is missing, where it was searched and what is there instead."""
    called = _clipped(missing.name, _SHOWN_NAME)
    name = f"{missing.path}.{called}" if missing.path else called
    owner = f"'{missing.path.rpartition('.')[2]}'" if missing.path else "it"
    if missing.variables is not None:
        return f"{name}: no such variable; there is {_listed(names)}"
    if missing.method:
        what = "it does not take such arguments" if missing.name in (names or ()) else "no such method"
        return f"{name}(): {what}; {owner} is {described(missing.container)}"
    if names is None:
        what = "index" if is_list(missing.container) and _INDEX.fullmatch(called) else "key"
        return f"{name}: no such {what}; {owner} is {described(missing.container)}"
    return f"{name}: no such key; {owner} has {_listed(names)}"


def _shown_key(key: object) -> str:
    try:
        return str(key)
    except ValueError:
        return "…"


def _listed(names: list[str] | None) -> str:
    if not names:
        return "nothing"
    shown = [_clipped(name, _SHOWN_NAME) for name in names[:_SHOWN_NAMES]]
    return ", ".join(shown) + (", …" if len(names) > _SHOWN_NAMES else "")


def _clipped(text: str, length: int) -> str:
    return text if len(text) <= length else text[:length] + "…"


def _sentence(error: BaseException) -> str:
    if isinstance(error, PautaError):
        return str(error)
    if isinstance(error, RecursionError):
        return "values are nested too deep"
    return _PLAIN.get(type(error)) or str(error) or type(error).__name__


_PLAIN: dict[type[BaseException], str] = {ZeroDivisionError: "division by zero"}

FAILURES = (PautaError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)
"""What can go wrong in a filter or a function, other than something missing."""
