"""Methods of texts, numbers, lists and maps that flows call: a table of safe ones, over plain data.

Kestra calls any public method of the Java class, by its name without regard to case, or by the name behind ``get`` or
``is``; without arguments also like an attribute (``text.length``). An argument must be of the method's own kind: where
Java says ``int``, an Integer is needed, and an integer that is written in the expression is a Long. Methods that change
their object are left out.
"""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false
# the tables are full of one-line functions over values of any shape

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, cast

from pauta.errors import ExpressionError
from pauta.expression import limits
from pauta.expression.access import NOTHING
from pauta.expression.kinds import (
    Array,
    Character,
    Float,
    Long,
    View,
    fits_integer,
    is_integer,
    java_class,
    java_hash,
    wrapped,
)
from pauta.expression.library import patterns
from pauta.expression.library.collections import length
from pauta.expression.operators import has, same
from pauta.expression.values import JAVA_SPACE, Entry, cut16, is_collection, is_java_list, java_text, length16


class Method(NamedTuple):
    """A method: its name, the kinds of its arguments, and what it does."""

    name: str
    kinds: tuple[str, ...]
    call: Callable[..., Any]


def call(target: Any, name: str, arguments: list[Any]) -> Any:
    """``target.name(…)``; NOTHING when there is no such method for such arguments. A key of a map is no method."""
    table = _table(target)
    for wanted in _spellings(name):
        for method in table.get(wanted, ()):
            if _fits(method, arguments):
                return method.call(target, *arguments)
    return NOTHING


def attribute(target: Any, name: str) -> Any:
    """``target.name`` without brackets: a method without arguments; else NOTHING."""
    if not name:
        raise ExpressionError("the name of what is looked for is empty")
    return call(target, name, [])


def names_of(target: Any) -> list[str]:
    """The names of all methods of a value."""
    return sorted({method.name for methods in _table(target).values() for method in methods})


def known(name: str) -> bool:
    """Whether any value has a method that can be called by this name."""
    return any(wanted in table for table in _TABLES for wanted in _spellings(name))


def _spellings(name: str) -> tuple[str, ...]:
    lower = name.lower()
    return lower, "get" + lower, "is" + lower


def _fits(method: Method, arguments: list[Any]) -> bool:
    if len(method.kinds) != len(arguments):
        return False
    return all(value is None or _KINDS[kind](value) for kind, value in zip(method.kinds, arguments, strict=True))


_KINDS: dict[str, Callable[[Any], bool]] = {
    "int": is_integer,
    "text": lambda value: isinstance(value, str) and not isinstance(value, Character),
    "character": lambda value: isinstance(value, Character),
    "list": is_collection,
    "any": lambda _: True,
    "same": lambda _: True,
}

_Table = Mapping[str, tuple[Method, ...]]


def _table(target: Any) -> _Table:
    for kinds, table in _OF_KINDS:
        if isinstance(target, kinds):
            return table
    return _LIST if is_java_list(target) else {}


def _methods(*methods: tuple[str, str, Callable[..., Any]]) -> _Table:
    """A table by name in lower case; the middle of an entry names the kinds of the arguments."""
    table: dict[str, tuple[Method, ...]] = {}
    for name, kinds, function in (*_ANY, *methods):
        method = Method(name, tuple(kinds.split()), function)
        table[name.lower()] = (*table.get(name.lower(), ()), method)
    return table


def _hash_code(value: Any) -> int:
    return wrapped(java_hash(value), 32)


_ANY: tuple[tuple[str, str, Callable[..., Any]], ...] = (("toString", "", java_text), ("hashCode", "", _hash_code))

# texts


def _substring(text: str, first: int, end: int | None = None) -> str:
    size = length16(text)
    last = size if end is None else end
    if not 0 <= first <= last <= size:
        raise ExpressionError(f"begin {first}, end {last}, length {size}")
    return cut16(text, first, last)


def _character(text: str, index: int) -> Character:
    if not 0 <= index < length16(text):
        raise ExpressionError(f"Index {index} out of bounds for length {length16(text)}")
    return Character(cut16(text, index, index + 1))


def _code(text: str, index: int) -> int:
    _character(text, index)
    pair = cut16(text, index, index + 2)
    return ord(pair[0])


def _order(text: str, other: str) -> int:
    """Java's ``compareTo``: the distance of the first characters that differ, else of the lengths."""
    for one, two in zip(text, other, strict=False):
        if one != two:
            return ord(one) - ord(two)
    return len(text) - len(other)


def _repeated(text: str, count: int) -> str:
    if count < 0:
        raise ExpressionError(f"count is negative: {count}")
    limits.check_text(len(text) * count)
    return text * count


def _found(text: str, part: str, start: int = 0) -> int:
    at = text.find(part, max(start, 0))
    return length16(text[:at]) if at > 0 else at


def _found_last(text: str, part: str) -> int:
    at = text.rfind(part)
    return length16(text[:at]) if at > 0 else at


def _replaced(text: str, old: str, new: str) -> str:
    limits.check_text(len(text) + text.count(old) * max(len(new) - len(old), 0))
    return text.replace(old, new)


def _is_blank(text: str) -> bool:
    return not text.strip()


_TEXT = _methods(
    ("length", "", length),
    ("isEmpty", "", lambda text: text == ""),
    ("isBlank", "", _is_blank),
    ("charAt", "int", _character),
    ("codePointAt", "int", _code),
    ("toUpperCase", "", str.upper),
    ("toLowerCase", "", str.lower),
    ("trim", "", lambda text: text.strip(JAVA_SPACE)),
    ("strip", "", str.strip),
    ("stripLeading", "", str.lstrip),
    ("stripTrailing", "", str.rstrip),
    ("substring", "int", _substring),
    ("substring", "int int", _substring),
    ("subSequence", "int int", _substring),
    ("startsWith", "text", str.startswith),
    ("startsWith", "text int", lambda text, prefix, start: start >= 0 and text[start:].startswith(prefix)),
    ("endsWith", "text", str.endswith),
    ("indexOf", "text", _found),
    ("indexOf", "text int", _found),
    ("lastIndexOf", "text", _found_last),
    ("equalsIgnoreCase", "text", lambda text, other: other is not None and text.lower() == other.lower()),
    ("contentEquals", "text", str.__eq__),
    ("concat", "text", lambda text, other: text + other),
    ("compareTo", "text", _order),
    ("compareToIgnoreCase", "text", lambda text, other: _order(text.lower(), other.lower())),
    ("repeat", "int", _repeated),
    ("matches", "text", lambda text, pattern: patterns.matches(pattern, text)),
    ("split", "text", lambda text, pattern: patterns.split(text, pattern, 0)),
    ("split", "text int", patterns.split),
    ("replace", "text text", _replaced),
    ("replace", "character character", _replaced),
    ("replaceAll", "text text", patterns.replace_all),
    ("replaceFirst", "text text", patterns.replace_first),
    ("toCharArray", "", lambda text: Array(map(Character, text))),
    ("intern", "", lambda text: text),
)
_CHARACTER = _methods(("charValue", "", lambda character: character), ("compareTo", "character", _order))

# numbers and booleans


def _compared(number: Any, other: Any) -> int:
    if java_class(number) != java_class(other):
        raise ExpressionError("two numbers of one kind are compared")
    return (number > other) - (number < other)


def _int_value(number: float) -> int:
    """Java's cast: a double that is too large becomes the largest, an integer loses its upper bits."""
    if isinstance(number, float):
        return max(min(int(number), (1 << 31) - 1), -(1 << 31))
    return number if fits_integer(number) else wrapped(number, 32)


_NUMBER = _methods(
    ("intValue", "", _int_value),
    ("longValue", "", lambda number: Long(wrapped(int(number), 64))),
    ("doubleValue", "", float),
    ("floatValue", "", Float),
    ("byteValue", "", lambda number: wrapped(int(number), 8)),
    ("shortValue", "", lambda number: wrapped(int(number), 16)),
    ("compareTo", "same", _compared),
)
_DOUBLE: _Table = {
    **_NUMBER,
    **_methods(
        ("isNaN", "", math.isnan),
        ("isInfinite", "", math.isinf),
    ),
}
_BOOLEAN = _methods(("booleanValue", "", bool))

# lists


def _item(items: Any, index: int) -> Any:
    if not 0 <= index < len(items):
        raise ExpressionError(f"Index {index} out of bounds for length {len(items)}")
    return items[index]


def _end(index: int) -> Callable[[Any], Any]:
    def item(items: Any) -> Any:
        if not items:
            raise ExpressionError("the list is empty")
        return items[index]

    return item


def _position(items: Any, wanted: Any) -> int:
    return next((at for at, item in enumerate(items) if same(item, wanted)), -1)


def _last_position(items: Any, wanted: Any) -> int:
    return next((at for at in range(len(items) - 1, -1, -1) if same(items[at], wanted)), -1)


def _part(items: Any, start: int, end: int) -> list[Any]:
    if not 0 <= start <= end <= len(items):
        raise ExpressionError(f"fromIndex {start}, toIndex {end}, size {len(items)}")
    return list(items)[start:end]


_SIZED: tuple[tuple[str, str, Callable[..., Any]], ...] = (
    ("size", "", len),
    ("isEmpty", "", lambda items: not items),
)
_GONE_THROUGH: tuple[tuple[str, str, Callable[..., Any]], ...] = (
    *_SIZED,
    ("containsAll", "list", lambda items, others: all(has(items, other) for other in others)),
    ("toArray", "", Array),
)
_VIEW = _methods(*_GONE_THROUGH)
_LIST = _methods(
    *_GONE_THROUGH,
    ("get", "int", _item),
    ("getFirst", "", _end(0)),
    ("getLast", "", _end(-1)),
    ("indexOf", "any", _position),
    ("lastIndexOf", "any", _last_position),
    ("reversed", "", lambda items: list(items)[::-1]),
    ("subList", "int int", _part),
)

# maps


def _values(entries: Mapping[Any, Any]) -> View:
    return View(entries[key] for key in entries)


def _get(entries: Mapping[Any, Any], key: Any, otherwise: Any = None) -> Any:
    if isinstance(key, str):
        return entries[key] if key in entries and not isinstance(key, Character) else otherwise
    return next((entries[each] for each in entries if same(each, key)), otherwise)


_MAP = _methods(
    *_SIZED,
    ("get", "any", _get),
    ("getOrDefault", "any any", _get),
    ("containsKey", "any", has),
    ("containsValue", "any", lambda entries, value: has(_values(cast("Mapping[Any, Any]", entries)), value)),
    ("keySet", "", View),
    ("values", "", _values),
    ("entrySet", "", lambda entries: View(Entry(key, entries[key]) for key in entries)),
)

_OF_KINDS: tuple[tuple[type[Any] | tuple[type[Any], ...], _Table], ...] = (
    (Character, _CHARACTER),
    (str, _TEXT),
    (bool, _BOOLEAN),
    (int, _NUMBER),
    (float, _DOUBLE),
    (Mapping, _MAP),
    (Array, _methods()),
    ((View, set), _VIEW),
)
_TABLES = (_TEXT, _CHARACTER, _BOOLEAN, _DOUBLE, _LIST, _MAP)
NAMES = frozenset(method.name for table in _TABLES for methods in table.values() for method in methods)
"""The names of all methods that any value has."""
