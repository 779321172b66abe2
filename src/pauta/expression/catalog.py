"""Filters, functions and tests: how they are declared, and where they are found.

One of them is a decorated ``def`` in a file of ``library/``::

    @filter("indent", "amount", "prefix")
    def indent(value, amount, prefix): …

The names behind the first are the arguments, as a flow names them; the function gets them in this order, and None for
those that were not given. ``library/index.py`` says which file declares what, so that a file is imported when the first
of its filters is used.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from pauta.errors import ExpressionError
from pauta.expression.dialect import Dialect
from pauta.expression.nodes import Arguments, Expression

Kind = Literal["filter", "function", "test"]
Definition = TypeVar("Definition", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Callee:
    """A filter, a function or a test.

    Attributes:
        parameters: names of the arguments in their order; empty: any are taken, and ignored.
        framed: the function gets the ``Frame`` as its first argument.
        variadic: it takes any number of positional arguments.
        only: the dialect that has it; None: both.
        outside: it asks the outside world; ``ambient``: only for the time or for randomness.
    """

    kind: Kind
    name: str
    parameters: tuple[str, ...]
    call: Callable[..., Any]
    framed: bool = False
    variadic: bool = False
    only: Dialect | None = None
    outside: bool = False
    ambient: bool = False

    def default(self, position: int) -> Any:
        """What stands for an argument that is not given: the default that the definition has for it, else None."""
        defaults = self.call.__defaults__ or ()
        behind = len(self.parameters) - position
        return defaults[-behind] if behind <= len(defaults) else None

    @property
    def summary(self) -> str:
        """The first line of its documentation."""
        return (self.call.__doc__ or "").partition("\n")[0]


_known: dict[tuple[Kind, str], Callee] = {}


def filter(  # noqa: A001 -- what it declares is called a filter
    name: str,
    *parameters: str,
    framed: bool = False,
    variadic: bool = False,
    only: Dialect | None = None,
    outside: bool = False,
) -> Callable[[Definition], Definition]:
    """Declare a filter: the function gets the value in front of ``|``, then the arguments."""
    return _declares(lambda call: Callee("filter", name, parameters, call, framed, variadic, only, outside))


def function(  # noqa: PLR0913 -- what it declares is told by name
    name: str,
    *parameters: str,
    framed: bool = False,
    variadic: bool = False,
    only: Dialect | None = None,
    outside: bool = False,
    ambient: bool = False,
) -> Callable[[Definition], Definition]:
    """Declare a function."""
    return _declares(lambda call: Callee("function", name, parameters, call, framed, variadic, only, outside, ambient))


def test(name: str) -> Callable[[Definition], Definition]:
    """Declare a test (``x is name``): the function gets the value."""
    return _declares(lambda call: Callee("test", name, (), call))


test.__test__ = False  # pyright: ignore[reportFunctionMemberAccess] -- pytest must not collect the decorator


def _declares(make: Callable[[Callable[..., Any]], Callee]) -> Callable[[Definition], Definition]:
    def declare(call: Definition) -> Definition:
        callee = make(call)
        _known[callee.kind, callee.name] = callee
        return call

    return declare


def find(kind: Kind, name: str, dialect: Dialect) -> Callee:
    """The filter, function or test of that name. Raises ExpressionError with a suggestion."""
    callee = _known.get((kind, name)) or _load(kind, name)
    if callee is None:
        raise _unknown(kind, name)
    if callee.only not in (None, dialect):
        raise ExpressionError(f"the {kind} '{name}' exists only in the dialect {callee.only} of the flow language")
    return callee


def in_order(callee: Callee, arguments: Arguments) -> list[Expression | None]:
    """The arguments in the order of the parameters, None for those not given. Raises ExpressionError."""
    positional, count = arguments.positional, len(callee.parameters)
    if callee.variadic:
        return [*positional]
    if not count:
        return []
    if len(positional) > count:
        most = f"Only {count} argument{'s are' if count > 1 else ' is'} allowed"
        raise ExpressionError(f"The argument at position {count + 1} is not allowed. {most}")
    bound: list[Expression | None] = [*positional, *[None] * (count - len(positional))]
    for name, node in arguments.named:
        bound[_position(callee, name)] = node
    return bound


def _position(callee: Callee, name: str) -> int:
    if name in callee.parameters:
        return callee.parameters.index(name)
    from pauta.expression.source import closest

    raise ExpressionError(
        f"The following named argument does not exist: {name}; the arguments are {', '.join(callee.parameters)}",
        suggestion=closest(name, callee.parameters),
    )


def names(kind: Kind) -> list[str]:
    """All names of a kind."""
    from pauta.expression.library.index import INDEX

    return sorted(INDEX[kind])


def everything() -> list[Callee]:
    """All filters, functions and tests, for the reference and the editor."""
    kinds: tuple[Kind, ...] = ("filter", "function", "test")
    found = ((_known.get((kind, name)) or _load(kind, name)) for kind in kinds for name in names(kind))
    return [callee for callee in found if callee is not None]


def _load(kind: Kind, name: str) -> Callee | None:
    from pauta.expression.library.index import INDEX

    module = INDEX[kind].get(name)
    if module is None:
        return None
    importlib.import_module(f"pauta.expression.library.{module}")
    return _known.get((kind, name))


def _unknown(kind: Kind, name: str) -> ExpressionError:
    from pauta.expression.source import closest

    nearest = closest(name, names(kind))
    label = {"filter": "Filter", "function": "Function or Macro", "test": "Test"}[kind]
    return ExpressionError(f"{label} [{name}] does not exist", suggestion=nearest)
