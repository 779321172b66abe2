"""Filters on lists and maps."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping, Sized
from typing import Any, cast

from pauta.errors import ExpressionError
from pauta.expression import limits
from pauta.expression.catalog import filter, function  # noqa: A004 -- its name
from pauta.expression.kinds import Array, Character, Fixed, View, hash_map, java_class
from pauta.expression.library import given
from pauta.expression.operators import as_double, same, span
from pauta.expression.values import Entry, cut16, described, is_java_list, is_list, is_number, java_text, length16


@filter("length")
def length(value: Any) -> int:
    """How many characters, items or entries it has; 0 for everything else."""
    if isinstance(value, str):
        return 0 if isinstance(value, Character) else length16(value)
    return len(cast("Sized", value)) if isinstance(value, Mapping | list | tuple | set) else 0


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
    if is_list(value):
        return [*value][index] if value else None
    text = given.text(value, "the value")
    if not text:
        raise ExpressionError("the text is empty")
    return Character(text[index])


@filter("join", "separator")
def join(value: Any, separator: Any) -> str | None:
    """The items of a list as one text, with a separator between them."""
    if value is None:
        return None
    mark = "" if separator is None else given.text(separator, "'separator'")
    return limits.joined(map(java_text, _any_items(value)), mark)


def _any_items(value: Any) -> list[Any]:
    """The items of a list, of an array, or of the keys or values of a map."""
    if not is_list(value):
        raise ExpressionError(f"the value must be a list, not {described(value)}")
    return [*value]


def _changeable(value: Any) -> list[Any]:
    """A list that can be put in another order."""
    if isinstance(value, Fixed):
        raise ExpressionError("the list that 'flatten' gives cannot be changed (Kestra)")
    return given.items(value, "the value")


@filter("reverse")
def reverse(value: Any) -> list[Any] | None:
    """The items of a list from the last to the first."""
    return None if value is None else _changeable(value)[::-1]


@filter("sort")
def sort(value: Any) -> list[Any] | None:
    """The items of a list in ascending order: all numbers, or all texts."""
    return None if value is None else sorted(_comparable([*value] if isinstance(value, Array) else value))


@filter("rsort")
def rsort(value: Any) -> list[Any] | None:
    """The items of a list in descending order: all numbers, or all texts."""
    return None if value is None else sorted(_comparable(value), reverse=True)


def _comparable(value: Any) -> list[Any]:
    found = _changeable(value)
    kinds = {java_class(item) for item in found}
    comparable = len(kinds) == 1 and not any(isinstance(item, Mapping | list | None) for item in found)
    if len(found) > 1 and not comparable:
        raise ExpressionError(f"a list is sorted when its items are of one kind; these are {', '.join(sorted(kinds))}")
    size = sum(len(item) for item in found if isinstance(item, str))
    limits.spend(4 * len(found) + (size >> 4) * len(found).bit_length())
    return found


@filter("slice", "fromIndex", "toIndex")
def slice(value: Any, from_index: Any, to_index: Any) -> Any:  # noqa: A001 -- the name of the filter
    """A part of a text or a list, from one position up to before another."""
    if value is None:
        return None
    if (not isinstance(value, str) and not is_list(value)) or isinstance(value, Character | View):
        raise ExpressionError(f"slice needs a text or a list, not {described(value)}")
    size = length(value)
    start, end = _position(from_index, 0, "fromIndex"), _position(to_index, size, "toIndex")
    if not 0 <= start <= size:
        raise ExpressionError(f"fromIndex must be between 0 and {size}")
    if not start < end and to_index is not None:
        raise ExpressionError("toIndex must be greater than fromIndex")
    if end > size:
        raise ExpressionError(f"toIndex must not be greater than {size}")
    return cut16(value, start, end) if isinstance(value, str) else type(value)(value[start:end])


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
        return given.required(items if value is None else value, "items")
    if isinstance(value, Mapping):
        return _merged(cast("Mapping[Any, Any]", value), items)
    if isinstance(value, Array) and isinstance(items, Array):
        return Array([*value, *items])
    found = given.items(value, "the value")
    more = _entries(cast("Mapping[Any, Any]", items)) if isinstance(items, Mapping) else given.items(items, "'items'")
    limits.check_items(len(found) + len(more))
    return [*found, *more]


def _merged(value: Mapping[Any, Any], more: Any) -> dict[Any, Any]:
    entries = _entries(cast("Mapping[Any, Any]", more)) if isinstance(more, Mapping) else _doubled(more)
    return hash_map([*_entries(value), *entries], len(value) + len(entries) + 16)


def _entries(entries: Mapping[Any, Any]) -> list[Entry]:
    return [Entry(key, entries[key]) for key in entries]


def _doubled(items: Any) -> list[tuple[Any, Any]]:
    return [(item, item) for item in given.items(items, "'items'")]


@filter("keys")
def keys(value: Any) -> list[Any] | None:
    """The keys of a map, or the positions in a list."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        return View(cast("Mapping[Any, Any]", value))
    if isinstance(value, View):
        raise ExpressionError(f"the value must be a list or a map, not the keys or values of one ({described(value)})")
    return [*builtins.range(len(_any_items(value)))]


@filter("values")
def values(value: Any) -> list[Any] | None:
    """The values of a map."""
    if value is None:
        return None
    entries = given.mapping(value, "the value")
    return View(entries[key] for key in entries)


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
        limits.charge(item)
        mark = (java_class(item), item) if isinstance(item, str | int | float | None) else None
        known = mark in seen if mark else any(same(item, each) for each in found)
        if not known:
            found.append(item)
            seen.add(mark)
    return found


@filter("flatten")
def flatten(value: Any) -> list[Any] | None:
    """The items of the lists in a list: one level less."""
    if value is None:
        return None
    found = [each for item in given.items(value, "the value") for each in (item if is_java_list(item) else (item,))]
    limits.check_items(len(found))
    return Fixed(found)


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
        if better(as_double(_number(value, "each argument")), as_double(_number(best, "each argument"))):
            best = value
    return best
