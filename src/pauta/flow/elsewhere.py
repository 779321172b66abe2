"""Models that are imported when a document has something for them: importing many takes longer than reading a flow."""

from __future__ import annotations

from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter, ValidationInfo
from pydantic_core import CoreSchema, core_schema

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue


class Elsewhere:
    """Marks a property whose type stands in a module that is not imported yet."""

    def __init__(self, module: str, name: str) -> None:
        self._module = module
        self._name = name

    @cached_property
    def _type(self) -> Any:
        return getattr(import_module(self._module), self._name)

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self._type)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Without the schema of the type."""
        del source, handler

        def read(value: Any, info: ValidationInfo) -> Any:
            return self._adapter.validate_python(value, context=info.context)

        return core_schema.with_info_plain_validator_function(read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The schema of the model that it is, or that is marked."""
        del schema
        model = get_args(self._type)[0] if get_origin(self._type) is Annotated else self._type
        return handler(core_schema.model_schema(model, core_schema.any_schema()))
