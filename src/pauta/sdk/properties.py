"""Properties of plugins: ``P[T]`` is a literal of type T or an expression that gives one.

A plugin's model is used twice. When a flow is read, a text with an expression passes for any T, and so does a literal
that does not fit: the task fails when it runs, not the flow when it is read (Kestra), and `validate` warns. Before a task run starts, its expressions are rendered to text and the result is converted: a text becomes
a number, a boolean, a duration, and for a list or a map it is parsed as JSON (Kestra's conversion rules of dynamic
properties).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_args, get_origin

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo, ValidatorFunctionWrapHandler
from pydantic_core import CoreSchema, ValidationError, core_schema

from pauta.expression import has_template
from pauta.sdk.reading import Reading

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue

T = TypeVar("T")

RENDERED = {"rendered": True}
"""Validation context of values whose expressions are rendered."""


class Dynamic:
    """Marks a property that is rendered before the task runs."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        structured = _is_structured(source)

        def convert(value: object, inner: ValidatorFunctionWrapHandler, info: ValidationInfo) -> object:
            if info.context is not RENDERED and has_template(value):
                return value
            literal = _parsed(value) if structured and isinstance(value, str) else value
            try:
                return inner(literal)
            except ValidationError:
                if not isinstance(info.context, Reading):
                    raise
                info.context.misfits.append(value)
                return value

        return core_schema.with_info_wrap_validator_function(convert, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        inner = handler(schema)
        return {"anyOf": [inner, {"type": "string"}], "$dynamic": True} if inner.get("type") != "string" else inner


class Raw:
    """Marks a property that the task renders by itself, when it knows more variables."""


P = Annotated[T, Dynamic()]
"""A property that is rendered, then converted to T."""

D = Annotated[T, Raw()]
"""A property that reaches the task as written; it renders it with ``RunContext.render``."""


def _is_structured(source: Any) -> bool:
    """Whether T is a list, a map or an object (or one of these or None), and nothing that is a text."""
    kinds = [kind for kind in get_args(source) if kind is not type(None)] if _is_union(source) else [source]
    return all(_is_container(kind) for kind in kinds)


def _is_union(source: Any) -> bool:
    from types import UnionType
    from typing import Union

    return get_origin(source) in (Union, UnionType)


def _is_container(kind: Any) -> bool:
    origin = get_origin(kind) or kind
    return origin in (list, dict, tuple) or hasattr(origin, "model_fields")


def _parsed(text: str) -> object:
    import orjson

    if not text.strip():
        return None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
