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


def loop(name: str, body: Run, weight: int) -> Callable[[Frame, Out, list[Any]], None]:
    """What runs the body for each item. ``weight`` is what one turn costs, in steps."""

    def run(frame: Frame, out: Out, items: list[Any]) -> None:
        names: dict[str, Any] = {}
        limits.spend(len(items) * weight)
        frame.locals.append(names)
        try:
            for index, item in enumerate(items):
                names[name] = item
                names["loop"] = _state(index, len(items))
                body(frame, out)
        finally:
            frame.locals.pop()

    return run


def _state(index: int, length: int) -> dict[str, Any]:
    """The variable ``loop``."""
    return {
        "index": index,
        "length": length,
        "first": index == 0,
        "last": index == length - 1,
        "revindex": length - index - 1,
    }
