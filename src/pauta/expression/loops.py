"""The loop of ``{% for %}``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
        length = len(items)
        try:
            for index, item in enumerate(items):
                names[name] = item
                if counted:
                    left = length - index - 1
                    names["loop"] = {
                        "index": index,
                        "length": length,
                        "first": index == 0,
                        "last": left == 0,
                        "revindex": left,
                    }
                body(frame, out)
        finally:
            frame.locals.pop()

    return run
