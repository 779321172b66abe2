"""Inputs in groups (2.x), and what a flow's list of inputs holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, ClassVar, cast

from pydantic import GetCoreSchemaHandler, SerializeAsAny, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from pauta.flow.inputs.base import Input
from pauta.flow.inputs.kinds import CLASSES
from pauta.flow.inputs.types import InputType


class _ByType:
    """Turns a map into the input of the type that it names."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_before_validator_function(_built, handler(source))


def _built(value: Any, info: ValidationInfo) -> Any:
    if not isinstance(value, Mapping):
        return value
    properties = cast("Mapping[str, Any]", value)
    return _class_of(properties.get("type")).model_validate(properties, context=info.context)


def _class_of(name: object) -> type[Input]:
    if name is None:
        raise PydanticCustomError("missing_type", "an input needs a 'type'")
    found = _classes().get(str(name))
    if found is None:
        known = ", ".join(_classes())
        raise PydanticCustomError(
            "unknown_input_type",
            "there is no type of input '{name}'; there are {known}",
            {"name": str(name), "known": known},
        )
    return found


def _classes() -> dict[str, type[Input]]:
    return {**CLASSES, str(FormInput.kind): FormInput}


AnyInput = Annotated[SerializeAsAny[Input], _ByType()]
"""An input of whatever type the map names."""


class FormInput(Input):
    """A group of inputs; its value is a map (2.x)."""

    kind: ClassVar[InputType] = InputType.FORM
    inputs: tuple[AnyInput, ...]
    """The inputs of the group."""


def leaves(inputs: Iterable[Input], prefix: str = "") -> Iterator[tuple[str, Input]]:
    """All inputs but forms, with their full ids: an input of a form is ``form.input``."""
    for each in inputs:
        if isinstance(each, FormInput):
            yield from leaves(each.inputs, f"{prefix}{each.id}.")
        else:
            yield prefix + each.id, each
