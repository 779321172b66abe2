"""What an expression sees: the variables and, through one door, the outside world."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from pauta.errors import ExpressionError


class Scope(Protocol):
    """The variables of an expression, read one by one when they are needed, and the functions of the outside.

    Values are plain data: None, bool, int, float, Decimal, str, date, datetime, list, tuple and any ``Mapping``
    (``value[key]`` may load only that key and raises KeyError when it does not exist).
    """

    def get(self, name: str) -> object:
        """A root variable. Raises KeyError when it is undefined."""
        ...

    def names(self) -> Iterable[str]:
        """The root variables that exist, for messages and ``printContext()``."""
        ...

    def outside(self, function: str, arguments: Mapping[str, Any]) -> object:
        """Ask the outside world: ``kv``, ``secret``, ``read``, ``http`` … with the arguments that were given.

        One request comes from a filter: ``jq`` (``program``, and the JSON ``text`` that it reads; it gives the list of the
        results). Three come from functions whose result is different every time (``Template.ambient``): ``now`` (an
        instant: microseconds since the epoch, or an aware datetime), ``random`` (``bytes`` random bytes) and
        ``randomPort`` (a free TCP port). Raises PautaError.
        """
        ...


class MapScope:
    """A scope over a plain map, without an outside world."""

    __slots__ = ("_variables",)

    def __init__(self, variables: Mapping[str, object]) -> None:
        self._variables = variables

    def get(self, name: str) -> object:
        """A variable of the map."""
        return self._variables[name]

    def names(self) -> Iterable[str]:
        """The keys of the map."""
        return self._variables.keys()

    def outside(self, function: str, arguments: Mapping[str, Any]) -> object:
        """There is no outside world here."""
        del arguments
        raise ExpressionError(f"the function {function}() needs the outside world, which cannot be reached here")


class Overlay:
    """A scope with more variables in front of it."""

    __slots__ = ("_front", "_scope")

    def __init__(self, front: Mapping[str, object], scope: Scope) -> None:
        self._front = front
        self._scope = scope

    def get(self, name: str) -> object:
        """A variable in front, or one of the scope behind."""
        return self._front[name] if name in self._front else self._scope.get(name)

    def names(self) -> Iterable[str]:
        """All names, without repetition."""
        return dict.fromkeys((*self._scope.names(), *self._front))

    def outside(self, function: str, arguments: Mapping[str, Any]) -> object:
        """Ask the scope behind."""
        return self._scope.outside(function, arguments)


class Hidden:
    """A scope without variables; the outside world behind it can be asked."""

    __slots__ = ("_scope",)

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def get(self, name: str) -> object:
        """There is none."""
        raise KeyError(name)

    def names(self) -> Iterable[str]:
        """There are none."""
        return ()

    def outside(self, function: str, arguments: Mapping[str, Any]) -> object:
        """Ask the scope behind."""
        return self._scope.outside(function, arguments)
