"""Inputs of flows: their types, the rules when a flow is saved, and the way from given values to those kept."""

from __future__ import annotations

from pauta.flow.inputs.base import DependsOn, Input
from pauta.flow.inputs.conversion import convert
from pauta.flow.inputs.forms import AnyInput, FormInput, leaves
from pauta.flow.inputs.outputs import AnyOutput, OutputDefinition, output_value
from pauta.flow.inputs.resolve import Declares, resolve, resolve_inputs
from pauta.flow.inputs.rules import check_inputs, input_problems
from pauta.flow.inputs.types import InputType
from pauta.flow.inputs.validation import check_extension

__all__ = [
    "AnyInput",
    "AnyOutput",
    "Declares",
    "DependsOn",
    "FormInput",
    "Input",
    "InputType",
    "OutputDefinition",
    "check_extension",
    "check_inputs",
    "convert",
    "input_problems",
    "leaves",
    "output_value",
    "resolve",
    "resolve_inputs",
]
