"""Methods of texts, numbers, lists and maps that flows call: a table of safe ones, over plain data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from pauta.errors import ExpressionError
from pauta.expression.access import NOTHING
from pauta.expression.library import given, patterns
from pauta.expression.library.collections import length
from pauta.expression.library.text import trim
from pauta.expression.values import cut16, is_list, java_text, length16

Method = Callable[..., Any]


def call(target: Any, name: str, arguments: list[Any]) -> Any:
    """``target.name(…)``; NOTHING when there is no such method. A key of a map is no method."""
    method = _table(target).get((name, len(arguments)))
    return NOTHING if method is None else method(target, *arguments)


def attribute(target: Any, name: str) -> Any:
    """``target.name`` without brackets, for the few methods that read like an attribute; else NOTHING."""
    if name not in _PROPERTIES:
        return NOTHING
    method = _table(target).get((_PROPERTIES[name], 0))
    return NOTHING if method is None else method(target)


def names_of(target: Any) -> list[str]:
    """The names of all methods of a value."""
    return sorted({name for name, _ in _table(target)})


def _table(target: Any) -> Mapping[tuple[str, int], Method]:
    if isinstance(target, str):
        return _TEXT
    if isinstance(target, bool):
        return _BOOLEAN
    if isinstance(target, int | float):
        return _NUMBER
    if isinstance(target, Mapping):
        return _MAP
    return _LIST if is_list(target) else {}


_PROPERTIES = {
    "length": "length",
    "size": "size",
    "empty": "isEmpty",
    "blank": "isBlank",
    "first": "getFirst",
    "last": "getLast",
}


def _substring(text: str, start: Any, end: Any = None) -> str:
    size = length16(text)
    first, last = given.integer(start, "the start"), size if end is None else given.integer(end, "the end")
    if not 0 <= first <= last <= size:
        raise ExpressionError(f"begin {first}, end {last}, length {size}")
    return cut16(text, first, last)


def _item(items: Any, index: Any) -> Any:
    position = given.integer(index, "the index")
    return items[position] if 0 <= position < len(items) else NOTHING


def _position(items: Any, item: Any) -> int:
    return items.index(item) if item in items else -1


def _last_position(items: Any, item: Any) -> int:
    return len(items) - 1 - items[::-1].index(item) if item in items else -1


def _integer(number: float) -> int:
    return int(number)


def _order(text: str, other: Any) -> int:
    """Java's ``compareTo``: the distance of the first characters that differ, else of the lengths."""
    right = given.text(other, "the argument")
    for one, two in zip(text, right, strict=False):
        if one != two:
            return ord(one) - ord(two)
    return len(text) - len(right)


def _entries(entries: Mapping[Any, Any]) -> list[Any]:
    return [{key: entries[key]} for key in entries]


def _values(entries: Mapping[Any, Any]) -> list[Any]:
    return [entries[key] for key in entries]


def _get(entries: Mapping[Any, Any], key: Any, otherwise: Any = None) -> Any:
    try:
        return entries[key]
    except KeyError:
        return otherwise


_ANY: dict[tuple[str, int], Method] = {("toString", 0): java_text, ("hashCode", 0): lambda value: len(java_text(value))}
_ANY.pop(("hashCode", 0))
_TEXT: dict[tuple[str, int], Method] = {
    **_ANY,
    ("length", 0): length,
    ("isEmpty", 0): lambda text: text == "",
    ("isBlank", 0): lambda text: not text.strip(),
    ("toUpperCase", 0): str.upper,
    ("toLowerCase", 0): str.lower,
    ("trim", 0): trim,
    ("strip", 0): str.strip,
    ("stripLeading", 0): str.lstrip,
    ("stripTrailing", 0): str.rstrip,
    ("substring", 1): _substring,
    ("substring", 2): _substring,
    ("startsWith", 1): lambda text, prefix: text.startswith(given.text(prefix, "the prefix")),
    ("endsWith", 1): lambda text, suffix: text.endswith(given.text(suffix, "the suffix")),
    ("indexOf", 1): lambda text, part: text.find(given.text(part, "the part")),
    ("lastIndexOf", 1): lambda text, part: text.rfind(given.text(part, "the part")),
    ("equalsIgnoreCase", 1): lambda text, other: isinstance(other, str) and text.lower() == other.lower(),
    ("concat", 1): lambda text, other: text + given.text(other, "the argument"),
    ("compareTo", 1): _order,
    ("matches", 1): lambda text, pattern: patterns.matches(given.text(pattern, "the pattern"), text),
    ("split", 1): lambda text, pattern: patterns.split(text, given.text(pattern, "the pattern"), 0),
    ("replace", 2): lambda text, old, new: text.replace(
        given.text(old, "the text"), given.text(new, "the replacement")
    ),
    ("replaceAll", 2): lambda text, old, new: patterns.replace_all(
        text, given.text(old, "the pattern"), given.text(new, "the replacement")
    ),
    ("toCharArray", 0): list,
    ("lines", 0): str.splitlines,
}
_NUMBER: dict[tuple[str, int], Method] = {
    **_ANY,
    ("intValue", 0): _integer,
    ("longValue", 0): _integer,
    ("doubleValue", 0): float,
    ("floatValue", 0): float,
}
_BOOLEAN: dict[tuple[str, int], Method] = {**_ANY, ("booleanValue", 0): bool}
_LIST: dict[tuple[str, int], Method] = {
    **_ANY,
    ("size", 0): len,
    ("isEmpty", 0): lambda items: not items,
    ("get", 1): _item,
    ("getFirst", 0): lambda items: items[0] if items else NOTHING,
    ("getLast", 0): lambda items: items[-1] if items else NOTHING,
    ("indexOf", 1): _position,
    ("lastIndexOf", 1): _last_position,
    ("containsAll", 1): lambda items, others: all(other in items for other in given.items(others, "the argument")),
    ("reversed", 0): lambda items: list(items)[::-1],
    ("toArray", 0): list,
    ("subList", 2): lambda items, start, end: list(items)[start:end],
}
_MAP: dict[tuple[str, int], Method] = {
    **_ANY,
    ("size", 0): len,
    ("isEmpty", 0): lambda entries: not entries,
    ("get", 1): _get,
    ("getOrDefault", 2): _get,
    ("containsKey", 1): lambda entries, key: key in entries,
    ("containsValue", 1): lambda entries, value: value in _values(cast("Mapping[Any, Any]", entries)),
    ("keySet", 0): list,
    ("values", 0): _values,
    ("entrySet", 0): _entries,
}
NAMES = frozenset(name for table in (_TEXT, _NUMBER, _BOOLEAN, _LIST, _MAP) for name, _ in table)
"""The names of all methods."""
