"""The loop of ``{% for %}``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count
from typing import Any, cast

from pauta.errors import ExpressionError
from pauta.expression import limits
from pauta.expression.frame import Frame, Out, Run
from pauta.expression.values import Entry, is_list, kind_of


def turns(found: Any) -> list[Any]:
    """What a loop goes through: the items of a list, the entries of a map. Raises ExpressionError."""
    if isinstance(found, Mapping):
        entries = cast("Mapping[Any, Any]", found)
        return [Entry(key, entries[key]) for key in entries]
    if is_list(found):
        return list(found)
    raise ExpressionError(f"'for' needs a list or a map, not {kind_of(found)}")


def loop(name: str, body: Run, weight: int, *, counted: bool) -> Callable[[Frame, Out, list[Any]], None]:
    """What runs the body for each item.

    Args:
        name: the variable that gets the item.
        body: what one turn does.
        weight: what it costs, in steps.
        counted: the template looks at the variable ``loop`` somewhere.
    """

    def run(frame: Frame, out: Out, items: list[Any]) -> None:
        limits.spend(len(items) * (weight + limits.TURN))
        names: dict[str, Any] = {}
        frame.locals.append(names)
        turn = _counting(names, len(items)) if counted else None
        try:
            for item in items:
                names[name] = item
                if turn is not None:
                    turn()
                body(frame, out)
        finally:
            frame.locals.pop()

    return run


def _counting(names: dict[str, Any], length: int) -> Callable[[], None]:
    """What begins a turn: it gives the variable ``loop`` its value."""
    numbers = count()

    def turn() -> None:
        names["loop"] = _state(next(numbers), length)

    return turn


def _state(index: int, length: int) -> dict[str, Any]:
    """The variable ``loop``."""
    return {
        "index": index,
        "length": length,
        "first": index == 0,
        "last": index == length - 1,
        "revindex": length - index - 1,
    }
