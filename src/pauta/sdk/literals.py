"""How a literal of a document fits a property, where Kestra is more lenient than a model, or stricter.

Null means that the property is absent, and so does an empty text where no text is expected. Where a text is expected, a
number or a boolean is its text (``1.50`` is ``1.5``, ``yes`` is ``true``), and in a property that may hold an expression
a list or a map is its JSON text. Where a whole number is expected, a number loses its fraction. Of texts, only ``true``
and ``false`` are booleans.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import Enum
from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

if TYPE_CHECKING:
    from pydantic import BaseModel

Convert = Callable[[Any], Any]
_BOOLEANS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    "": None,
}


class NoBoolean:
    """Stands for a text that is no boolean, so that no model takes it for one."""


def fitted(model: type[BaseModel], properties: Mapping[str, Any]) -> Mapping[str, Any]:
    """The properties as the model wants them; the same object when nothing had to change."""
    rules = _rules(model)
    changed = {name: rules[name](value) for name, value in properties.items() if name in rules}
    if all(properties[name] is value for name, value in changed.items()) and None not in changed.values():
        return properties
    kept = {name: changed.get(name, value) for name, value in properties.items()}
    return {name: value for name, value in kept.items() if value is not None or name not in rules}


@cache
def _rules(model: type[BaseModel]) -> dict[str, Convert]:
    """For each property: what becomes of a value."""
    return {info.alias or name: _rule(info.annotation, info.metadata) for name, info in model.model_fields.items()}


def _rule(annotation: Any, metadata: list[Any]) -> Convert:
    kinds = {_bare(kind) for kind in _kinds(_bare(annotation)) if kind is not type(None)}
    dynamic = any(type(mark).__name__ == "Dynamic" for mark in metadata)
    if kinds == {str}:
        return _template if dynamic else _text
    if dynamic or len(kinds) != 1:
        return _same
    (kind,) = kinds
    return _RULES.get(kind) or (_present if isinstance(kind, type) and issubclass(kind, Enum) else _same)


def _kinds(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)


def _bare(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def _same(value: Any) -> Any:
    return value


def _present(value: Any) -> Any:
    return None if value == "" else value


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) else _present(value)


def _boolean(value: Any) -> Any:
    if isinstance(value, str):
        return _BOOLEANS.get(value.strip(), NoBoolean())
    return value != 0 if isinstance(value, int | float) else value


def _text(value: Any) -> Any:
    if not isinstance(value, bool | int | float):
        return value
    from pauta.expression.values import text_of

    return text_of(value)


def _template(value: Any) -> Any:
    if not isinstance(value, list | dict):
        return _text(value)
    from pauta.expression.values import to_json

    return to_json(value, nulls=True)


_RULES: Mapping[Any, Convert] = {bool: _boolean, int: _whole, float: _present, timedelta: _present}
