"""How a literal of a document fits a property, where Kestra is more lenient than a model.

Null means that the property is absent. Where a text is expected, a number or a boolean is its text (``1.50`` is ``1.5``,
``yes`` is ``true``), and in a property that may hold an expression a list or a map is its JSON text. Where a whole number
is expected, a number loses its fraction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

if TYPE_CHECKING:
    from pydantic import BaseModel

Convert = Callable[[Any], Any]


def fitted(model: type[BaseModel], properties: Mapping[str, Any]) -> Mapping[str, Any]:
    """The properties as the model wants them; the same object when nothing had to change."""
    rules = _rules(model)
    changed = {
        name: rules[name](value) for name, value in properties.items() if not isinstance(value, str) and name in rules
    }
    if all(properties[name] is value for name, value in changed.items()) and None not in changed.values():
        return properties
    kept = {name: changed.get(name, value) for name, value in properties.items()}
    return {name: value for name, value in kept.items() if value is not None or name not in rules}


@cache
def _rules(model: type[BaseModel]) -> dict[str, Convert]:
    """For each property: what becomes of a value that is no text."""
    return {info.alias or name: _rule(info.annotation, info.metadata) for name, info in model.model_fields.items()}


def _rule(annotation: Any, metadata: list[Any]) -> Convert:
    kinds = {kind for kind in _kinds(annotation) if kind is not type(None)}
    dynamic = any(type(mark).__name__ == "Dynamic" for mark in metadata)
    if kinds == {str}:
        return _template if dynamic else _text
    return _whole if kinds == {int} and not dynamic else _same


def _kinds(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)


def _same(value: Any) -> Any:
    return value


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) else value


def _text(value: Any) -> Any:
    from pauta.expression.values import text_of

    return text_of(value) if isinstance(value, bool | int | float) else value


def _template(value: Any) -> Any:
    from pauta.expression.values import to_json

    return to_json(value, nulls=True) if isinstance(value, list | dict) else _text(value)
