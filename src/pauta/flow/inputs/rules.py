"""What is wrong with a flow's list of inputs when it is saved. Fragments of Kestra's messages are kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from pydantic import TypeAdapter, ValidationError

from pauta.errors import ExpressionError, Problem
from pauta.expression import Dialect, has_template
from pauta.expression.values import java_text
from pauta.flow.document import Document
from pauta.flow.inputs.base import Input
from pauta.flow.inputs.conversion import convert
from pauta.flow.inputs.defaults import default_value
from pauta.flow.inputs.forms import AnyInput, FormInput
from pauta.flow.inputs.kinds import (
    ArrayInput,
    EnumInput,
    FileInput,
    JsonInput,
    MultiselectInput,
    SecretInput,
    Selection,
    StringInput,
)
from pauta.flow.inputs.types import InputType
from pauta.flow.inputs.validation import Choices, check

_NO_ITEMS = frozenset(
    {
        InputType.ARRAY,
        InputType.MULTISELECT,
        InputType.SECRET,
        InputType.ENUM,
        InputType.SELECT,
        InputType.FORM,
    }
)
_CHECKED_DEFAULTS = frozenset(
    {
        InputType.STRING,
        InputType.INT,
        InputType.FLOAT,
        InputType.DATETIME,
        InputType.DATE,
        InputType.TIME,
        InputType.DURATION,
        InputType.EMAIL,
        InputType.SELECT,
    }
)
"""Kestra 2 looks at defaults of these types when a flow is saved."""
_LOCAL = ("file://", "nsfile://")
_STEP = re.compile(r"\[(\d+)\]|(\w+)")


def check_inputs(inputs: Sequence[Input], path: str = "inputs", dialect: Dialect = Dialect.V1) -> list[Problem]:
    """All problems, with property paths (``inputs[0].defaults``).

    A default that cannot fit is an error in a flow for 2.x and a warning in others, where it matters only when no value
    is given.
    """
    placed = [*_placed(inputs, path)]
    return [
        *(problem for place, name, each in placed for problem in _problems(each, place, name, dialect)),
        *_names(placed),
        *_dependencies(placed),
    ]


def input_problems(document: Document, dialect: Dialect) -> list[Problem]:
    """The same for the inputs of a document, with the places; nothing, when they cannot be read as inputs at all.

    What else is wrong in the document makes no difference.
    """
    try:
        inputs = _adapter().validate_python(document.data.get("inputs") or ())
    except ValidationError:
        return []
    return [_placed_in(document, each) for each in check_inputs(inputs, dialect=dialect)]


@cache
def _adapter() -> TypeAdapter[tuple[Input, ...]]:
    return TypeAdapter(tuple[AnyInput, ...])


def _placed_in(document: Document, problem: Problem) -> Problem:
    path = tuple(int(number) if number else name for number, name in _STEP.findall(problem.path))
    is_warning = problem.severity == "warning"
    return document.problem(problem.message, path, suggestion=problem.suggestion, warning=is_warning)


_Placed = tuple[str, str, Input]
"""Property path, full id, input."""


def _placed(inputs: Sequence[Input], path: str, prefix: str = "") -> Iterator[_Placed]:
    for number, each in enumerate(inputs):
        place = f"{path}[{number}]"
        yield place, prefix + each.id, each
        if isinstance(each, FormInput):
            yield from _placed(each.inputs, f"{place}.inputs", f"{prefix}{each.id}.")


# one input


def _problems(declared: Input, place: str, name: str, dialect: Dialect) -> Iterator[Problem]:
    yield from _default_rules(declared, place)
    yield from _type_rules(declared, place)
    if declared.defaults is not None and not has_template(declared.defaults):
        yield from _literal_default(declared, place, name, dialect)


def _default_rules(declared: Input, place: str) -> Iterator[Problem]:
    automatic = isinstance(declared, Selection) and declared.auto_select_first
    if isinstance(declared, FormInput) and (declared.defaults is not None or declared.prefill is not None):
        yield Problem("A FORM input groups other inputs and cannot declare a default value or a prefill", place)
        return
    if declared.defaults is None and not automatic:
        return
    property_name = "autoSelectFirst" if declared.defaults is None else "defaults"
    if not declared.required:
        message = "Inputs with a default value must be required, since the default is always applied"
        yield Problem(f"{message}: leave out 'required: false' or '{property_name}'", f"{place}.required")
    if declared.prefill is not None:
        message = "Inputs with a default value cannot also have a prefill"
        yield Problem(f"{message}: leave out 'prefill' or '{property_name}'", f"{place}.prefill")


def _type_rules(declared: Input, place: str) -> Iterator[Problem]:
    if isinstance(declared, FormInput):
        yield from (
            Problem("A FORM input cannot contain another FORM input", f"{place}.inputs[{number}]")
            for number, each in enumerate(declared.inputs)
            if isinstance(each, FormInput)
        )
    if isinstance(declared, ArrayInput | MultiselectInput) and declared.item_type in _NO_ITEMS:
        yield Problem(f"`itemType` cannot be {declared.item_type}", f"{place}.itemType")
    if isinstance(declared, StringInput | SecretInput) and declared.validator is not None:
        yield from _pattern(declared.validator, f"{place}.validator")
    if isinstance(declared, JsonInput) and declared.json_schema is not None:
        yield from _schema(declared.json_schema, f"{place}.jsonSchema")
    if isinstance(declared, FileInput) and declared.defaults is not None:
        yield from _file_default(declared.defaults, f"{place}.defaults")


def _pattern(validator: str, place: str) -> Iterator[Problem]:
    from pauta.expression.library.patterns import matches

    try:
        matches(validator, "")
    except ExpressionError as error:
        yield Problem(f"invalid pattern [{validator}]: {error}", place)


def _schema(schema: str, place: str) -> Iterator[Problem]:
    from pauta.flow.inputs.json_schemas import schema_problem

    reason = schema_problem(schema)
    if reason is not None:
        yield Problem(reason, place)


def _file_default(default: object, place: str) -> Iterator[Problem]:
    text = java_text(default)
    if not text.startswith(_LOCAL) and not (has_template(text) and any(scheme in text for scheme in _LOCAL)):
        message = "inputs of type 'FILE' only support `defaults` as local files using a file URI or as namespace files"
        yield Problem(f"{message}: it begins with file:// or nsfile://, not '{text:.100}'", place)


def _literal_default(declared: Input, place: str, name: str, dialect: Dialect) -> Iterator[Problem]:
    """Whether a default without expressions fits."""
    if declared.type not in _CHECKED_DEFAULTS:
        return
    try:
        value = convert(declared.type, _literal(declared, dialect))
        check(declared, value, _written_choices(declared))
    except ValueError as error:
        severity = "error" if dialect is Dialect.V2 else "warning"
        yield Problem(f"Invalid default for input '{name}': {error}", f"{place}.defaults", severity=severity)
    except ExpressionError:
        return  # the pattern is at fault


def _literal(declared: Input, dialect: Dialect) -> object:
    """The default as it is converted (1.x takes more forms)."""
    if dialect is Dialect.V2 and declared.type is not InputType.STRING:
        return declared.defaults
    return default_value(declared.type, declared.defaults)


def _written_choices(declared: Input) -> Choices:
    if isinstance(declared, EnumInput):
        return declared.choices
    return declared.choices if isinstance(declared, Selection) and declared.expression is None else None


# all together


def _names(placed: Sequence[_Placed]) -> Iterator[Problem]:
    leaf = [(place, name) for place, name, each in placed if not isinstance(each, FormInput)]
    counts = Counter(name for _, name in leaf)
    for place, name in leaf:
        if counts[name] > 1:
            yield Problem(f"Duplicate input with name [{name}]", f"{place}.id")
        outer = next((other for other in counts if name.startswith(f"{other}.")), None)
        if outer is not None:
            message = f"Input path '{outer}' conflicts with '{name}'; one cannot be nested under the other"
            yield Problem(message, f"{place}.id")


def _dependencies(placed: Sequence[_Placed]) -> Iterator[Problem]:
    known = {name: each.dependencies for _, name, each in placed if not isinstance(each, FormInput)}
    for place, name, each in placed:
        at = f"{place}.dependsOn.inputs"
        for other in each.dependencies:
            if other not in known:
                yield Problem(
                    f"Input with id '{name}' depends on a non-existent input '{other}'",
                    at,
                    suggestion=_near(other, known),
                )
        way = _cycle(name, known)
        if way:
            yield Problem(f"Cycle dependency detected for input with id '{name}': [{', '.join(way)}]", at)


def _cycle(name: str, known: Mapping[str, Sequence[str]]) -> list[str]:
    """The way from an input back to itself; empty: there is none."""
    ways, seen = [[name]], set[str]()
    while ways:
        way = ways.pop()
        for other in known.get(way[-1], ()):
            if other == name:
                return way
            if other not in seen:
                seen.add(other)
                ways.append([*way, other])
    return []


def _near(name: str, known: Mapping[str, object]) -> str | None:
    from difflib import get_close_matches

    ending = [each for each in known if each.endswith(f".{name}")]
    return next(iter(ending or get_close_matches(name, known, 1)), None)
