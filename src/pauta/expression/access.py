"""Attributes and subscripts of plain data. No attribute of a Python object is ever read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from pauta.errors import ExpressionError
from pauta.expression.kinds import Character, Long, View
from pauta.expression.values import Entry, is_list, is_number, java_text, kind_of

_INTEGER = re.compile(r"[+-]?[0-9]{1,10}")
NOTHING = object()
"""What is not there."""
MAP_METHODS = frozenset({"size", "empty", "isempty", "hashcode", "tostring"})
"""Methods of maps, in lower case, that are called without brackets too when there is no such key (Kestra)."""


def look_up(target: Any, key: Any) -> Any:
    """``target[key]`` or ``target.key``; NOTHING when it does not exist."""
    if isinstance(target, Mapping):
        found = _of_map(cast("Mapping[Any, Any]", target), key)
        if found is not NOTHING or not isinstance(key, str) or key.lower() not in MAP_METHODS:
            return found
    elif is_list(target):
        found = _of_list(target, key)
    elif isinstance(target, Entry):
        return getattr_of_entry(target, key)
    else:
        found = NOTHING
    if found is NOTHING and isinstance(key, str):
        from pauta.expression.library.methods import attribute

        return attribute(target, key)
    return found


def getattr_of_entry(entry: Entry, key: Any) -> Any:
    """``entry.key`` or ``entry.value``."""
    return entry.key if key == "key" else entry.value if key == "value" else NOTHING


def keys_of(target: Any) -> Iterable[Any] | None:
    """The keys that exist, for a message; None when it has no keys."""
    if isinstance(target, Entry):
        return ("key", "value")
    return cast("Mapping[Any, Any]", target).keys() if isinstance(target, Mapping) else None


def method_names(target: Any) -> list[str]:
    """The methods that a value has."""
    from pauta.expression.library.methods import names_of

    return names_of(target)


def _of_map(target: Mapping[Any, Any], key: Any) -> Any:
    if is_number(key):
        return _of_number(target, key)
    if isinstance(key, Character):
        return NOTHING
    try:
        return target[key]
    except KeyError:
        return NOTHING
    except TypeError:
        return target.get(java_text(key), NOTHING)


def _of_number(target: Mapping[Any, Any], key: Any) -> Any:
    """Kestra: a number finds a number, whatever its kind; where the first key is none, it cannot be a key."""
    first = next(iter(target), NOTHING)
    if first is NOTHING:
        raise ExpressionError("an empty map has no key")
    if not is_number(first):
        raise ExpressionError(f"the keys are texts, and {java_text(key)} is {kind_of(key)}: put it in quotes")
    return target.get(key if isinstance(first, float) else int(key), NOTHING)


def _of_list(target: Any, key: Any) -> Any:
    index = _index(key)
    if index is None or isinstance(target, View | set):
        return NOTHING
    return target[index] if 0 <= index < len(target) else NOTHING


def _index(key: Any) -> int | None:
    if type(key) is int or type(key) is Long:
        return int(key)
    text = java_text(key)
    return int(text) if _INTEGER.fullmatch(text) else None
