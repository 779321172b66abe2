"""Attributes and subscripts of plain data. No attribute of a Python object is ever read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pauta.expression.values import Entry, is_list, java_text

_INTEGER_DIGITS = 10
NOTHING = object()
"""What is not there."""


def look_up(target: Any, key: Any) -> Any:
    """``target[key]`` or ``target.key``; NOTHING when it does not exist."""
    if isinstance(target, Mapping):
        return _of_map(target, key)
    if is_list(target):
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
    return target.keys() if isinstance(target, Mapping) else None


def explain(target: Any, path: str) -> str:
    """Why something cannot be found in what is not a map."""
    name = f"'{path}'" if path else "it"
    if target is None:
        return f"{name} is null"
    if is_list(target):
        count = len(target)
        return f"{name} is a list of {count} item{'' if count == 1 else 's'}"
    from pauta.expression.values import described

    return f"{name} is {described(target)}"


def _of_map(target: Mapping[Any, Any], key: Any) -> Any:
    try:
        return target[key]
    except KeyError:
        return NOTHING
    except TypeError:
        return target.get(java_text(key), NOTHING)


def _of_list(target: Any, key: Any) -> Any:
    index = _index(key)
    if index is None or isinstance(target, set):
        return NOTHING
    return target[index] if 0 <= index < len(target) else NOTHING


def _index(key: Any) -> int | None:
    if type(key) is int:
        return key
    if isinstance(key, str) and key.isdecimal() and len(key) < _INTEGER_DIGITS:
        return int(key)
    return None
