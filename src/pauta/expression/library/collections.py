"""Filters on lists and maps."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping
from typing import Any, cast

from pauta.errors import ExpressionError
from pauta.expression import limits
from pauta.expression.catalog import filter, function
from pauta.expression.library import given
from pauta.expression.operators import equal, span
from pauta.expression.values import cut16, described, is_list, is_number, java_text, length16


@filter("length")
def length(value: Any) -> int:
    """How many characters, items or entries it has; 0 for everything else."""
    if isinstance(value, str):
        return length16(value)
    return len(value) if isinstance(value, Mapping | list | tuple | set) else 0


@filter("first")
def first(value: Any) -> Any:
    """The first item of a list, or the first character of a text; null for an empty list."""
    return _at_end(value, 0)


@filter("last")
def last(value: Any) -> Any:
    """The last item of a list, or the last character of a text; null for an empty list."""
    return _at_end(value, -1)


def _at_end(value: Any, index: int) -> Any:
    if value is None:
        return None
    if isinstance(value, str):
        if not value:
            raise ExpressionError("the text is empty")
        return value[index]
    found = given.items(value, "the value")
    return found[index] if found else None


@filter("join", "separator")
def join(value: Any, separator: Any) -> str | None:
    """The items of a list as one text, with a separator between them."""
    if value is None:
        return None
    mark = "" if separator is None else java_text(separator)
    texts = [java_text(item) for item in given.items(value, "the value")]
    limits.check_text(sum(map(len, texts)) + len(mark) * len(texts))
    return mark.join(texts)


@filter("reverse")
def reverse(value: Any) -> list[Any] | None:
    """The items of a list from the last to the first."""
    return None if value is None else given.items(value, "the value")[::-1]


@filter("sort")
def sort(value: Any) -> list[Any] | None:
    """The items of a list in ascending order: all numbers, or all texts."""
    return None if value is None else sorted(_comparable(value))


@filter("rsort")
def rsort(value: Any) -> list[Any] | None:
    """The items of a list in descending order: all numbers, or all texts."""
    return None if value is None else sorted(_comparable(value), reverse=True)


def _comparable(value: Any) -> list[Any]:
    found = given.items(value, "the value")
    same = all(map(is_number, found)) or len({type(item) for item in found}) == 1
    plain = not any(isinstance(item, Mapping | list) for item in found)
    if len(found) > 1 and not (same and plain):
        raise ExpressionError("a list can be sorted when its items are all numbers, all texts or all dates")
    return found


@filter("slice", "fromIndex", "toIndex")
def slice(value: Any, from_index: Any, to_index: Any) -> Any:  # noqa: A001 -- the name of the filter
    """A part of a text or a list, from one position up to before another."""
    if value is None:
        return None
    if not isinstance(value, str) and not is_list(value):
        raise ExpressionError(f"slice needs a text or a list, not {described(value)}")
    size = length(value)
    start, end = _position(from_index, 0, "fromIndex"), _position(to_index, size, "toIndex")
    if not 0 <= start <= size:
        raise ExpressionError(f"fromIndex must be between 0 and {size}")
    if not start < end and to_index is not None:
        raise ExpressionError("toIndex must be greater than fromIndex")
    if end > size:
        raise ExpressionError(f"toIndex must not be greater than {size}")
    return cut16(value, start, end) if isinstance(value, str) else list(value)[start:end]


def _position(value: Any, otherwise: int, name: str) -> int:
    if value is None:
        return otherwise
    if not is_number(value):
        raise ExpressionError(f"{name} must be a number, not {described(value)}")
    return int(value)


@filter("merge", "items")
def merge(value: Any, items: Any) -> Any:
    """Two lists behind each other, or two maps in one: the second wins."""
    if value is None or items is None:
        return items if value is None else value
    if isinstance(value, Mapping):
        return _merged(cast("Mapping[Any, Any]", value), items)
    if not is_list(value):
        raise ExpressionError(f"merge needs a list or a map, not {described(value)}")
    more = cast("Mapping[Any, Any]", items) if isinstance(items, Mapping) else given.items(items, "'items'")
    limits.check_items(len(value) + len(more))
    return [*value, *more]


def _merged(value: Mapping[Any, Any], more: Any) -> dict[Any, Any]:
    merged = {key: value[key] for key in value}
    if isinstance(more, Mapping):
        entries = cast("Mapping[Any, Any]", more)
        merged.update({key: entries[key] for key in entries})
    else:
        merged.update({item: item for item in given.items(more, "'items'")})
    return merged


@filter("keys")
def keys(value: Any) -> list[Any] | None:
    """The keys of a map, or the positions in a list."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        return [*cast("Mapping[Any, Any]", value)]
    return [*builtins.range(len(given.items(value, "the value")))]


@filter("values")
def values(value: Any) -> list[Any] | None:
    """The values of a map."""
    if value is None:
        return None
    entries = given.mapping(value, "the value")
    return [entries[key] for key in entries]


@filter("chunk", "size")
def chunk(value: Any, size: Any) -> list[list[Any]] | None:
    """A list in parts of this size; the last may be shorter."""
    if value is None:
        return None
    found, count = given.items(value, "the value"), int(_number(size, "'size'"))
    if count < 1:
        raise ExpressionError("'size' must be at least 1")
    return [found[start : start + count] for start in range(0, len(found), count)]


def _number(value: Any, what: str) -> Any:
    if not is_number(value):
        raise ExpressionError(f"{what} must be a number, not {described(value)}")
    return value


@filter("distinct")
def distinct(value: Any) -> Any:
    """The items of a list, each only once."""
    if value is None:
        return "null"
    found: list[Any] = []
    seen: set[Any] = set()
    for item in given.items(value, "the value"):
        mark = (type(item), item) if isinstance(item, str | int | float | None) else None
        known = mark in seen if mark else any(equal(item, each) for each in found)
        if not known:
            found.append(item)
            seen.add(mark)
    return found


@filter("flatten")
def flatten(value: Any) -> list[Any] | None:
    """The items of the lists in a list: one level less."""
    if value is None:
        return None
    found = [each for item in given.items(value, "the value") for each in (item if is_list(item) else (item,))]
    limits.check_items(len(found))
    return found


@function("range", "start", "end", "increment")
def range_(start: Any, end: Any, increment: Any) -> list[Any]:
    """All numbers, or all letters, from one to another, both included."""
    return span(start, end, increment)


@function("max", variadic=True)
def max_(*values: Any) -> Any:
    """The largest of numbers; nulls do not count."""
    return _best(values, lambda one, other: one > other)


@function("min", variadic=True)
def min_(*values: Any) -> Any:
    """The smallest of numbers; nulls do not count."""
    return _best(values, lambda one, other: one < other)


def _best(values: tuple[Any, ...], better: Callable[[Any, Any], bool]) -> Any:
    present = [value for value in values if value is not None]
    if not present:
        return None
    best = present[0]
    for value in present[1:]:
        if better(_number(value, "each argument"), _number(best, "each argument")):
            best = value
    return best
