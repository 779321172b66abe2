"""From what is supplied to the value of a type: one function for each type.

Values are plain data; dates, times and durations are texts in the form that Java writes, so that expressions see the
same as on Kestra. ``kept`` gives the form that an execution keeps. A ValueError says what does not fit, in words that
can follow "Cause:".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any, cast

from pauta.errors import ExpressionError
from pauta.expression.values import java_text
from pauta.flow.inputs import formats, moments, uris
from pauta.flow.inputs.types import InputType

_SMALLEST, _LARGEST = -(1 << 31), (1 << 31) - 1
_WHOLE = re.compile(r"[+-]?\d{1,30}")
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[fFdD]?", re.ASCII)

_HEXADECIMAL = re.compile(r"[+-]?0[xX][0-9a-fA-F]{1,30}(\.[0-9a-fA-F]{0,30})?[pP][+-]?\d{1,4}", re.ASCII)


def convert(kind: InputType, value: object, item: InputType | None = None) -> Any:
    """The value of this type. ``item`` is the type of the items of a list.

    Raises ValueError when it does not fit.
    """
    converted = _TYPES[kind](value)
    if item is None or not isinstance(converted, list):
        return converted
    return [_item(item, each) for each in cast("list[object]", converted)]


def kept(kind: InputType, value: Any, item: InputType | None = None) -> Any:
    """A converted value as an execution keeps it (Kestra: as JSON writes it)."""
    if item is not None and isinstance(value, list):
        return [kept(item, each) for each in cast("list[object]", value)]
    form = _KEPT.get(kind)
    return value if form is None or value is None else form(value)


def _item(kind: InputType, value: object) -> Any:
    try:
        if value is not None:
            return convert(kind, value)
        reason = "it is null"
    except ValueError as error:
        reason = str(error)
    raise ValueError(f"Unable to parse array element as `{kind}` on `{_cut(java_text(value))}`: {reason}")


def _whole(value: object) -> int:
    text = java_text(value)
    if not _WHOLE.fullmatch(text):
        raise ValueError(f"Cannot convert value '{_cut(text)}' to Integer: a whole number is needed")
    if not _SMALLEST <= (number := int(text)) <= _LARGEST:
        raise ValueError(f"Cannot convert value '{text}' to Integer: it is not between {_SMALLEST} and {_LARGEST}")
    return number


def _decimal(value: object) -> float:
    from pauta.expression.kinds import Float, shortest

    text = java_text(value).strip()
    if not _DECIMAL.fullmatch(text) and not _HEXADECIMAL.fullmatch(text):
        raise ValueError(f"Cannot convert value '{_cut(text)}' to Float: a number is needed")
    number = Float(float.fromhex(text) if "x" in text.lower() else float(text.rstrip("fFdD")))
    if not isfinite(number):
        raise ValueError(f"Cannot convert value '{_cut(text)}' to Float: it is too large for a number of 32 bits")
    return shortest(number)


def _boolean(value: object) -> bool:
    return value if isinstance(value, bool) else java_text(value).lower() == "true"


def _structure(name: str, read: Callable[[str], Any]) -> Callable[[object], Any]:
    """A reader of a data format: maps and lists are taken as they are, other values as text."""

    def convert_structure(value: object) -> Any:
        if isinstance(value, Mapping | list):
            return formats.storable(cast("Any", value))
        try:
            return formats.storable(read(java_text(value)))
        except ExpressionError as error:
            raise ValueError(f"it is not {name}: {error}") from None

    return convert_structure


_json = _structure("JSON", formats.read_json)


def _list(value: object) -> list[Any]:
    parsed = _json(value)
    if not isinstance(parsed, list):
        raise ValueError(f"a list is needed, not '{_cut(java_text(value))}'")  # noqa: TRY004 -- as all types do
    return cast("list[Any]", parsed)


def _form(value: object) -> Any:
    raise ValueError(f"a form has no value of its own: give its inputs, not '{_cut(java_text(value))}'")


def _cut(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:200]}…"


def _as_text(check: Callable[[str], str]) -> Callable[[object], str]:
    return lambda value: check(java_text(value))


_TYPES: Mapping[InputType, Callable[[object], Any]] = {
    InputType.STRING: java_text,
    InputType.ENUM: java_text,
    InputType.SELECT: java_text,
    InputType.SECRET: java_text,
    InputType.EMAIL: java_text,
    InputType.INT: _whole,
    InputType.FLOAT: _decimal,
    InputType.BOOL: _boolean,
    InputType.BOOLEAN: _boolean,
    InputType.DATETIME: _as_text(moments.instant),
    InputType.DATE: _as_text(moments.day),
    InputType.TIME: _as_text(moments.time_of_day),
    InputType.DURATION: _as_text(moments.duration),
    InputType.FILE: _as_text(uris.file_uri),
    InputType.URI: _as_text(uris.uri),
    InputType.JSON: _json,
    InputType.YAML: _structure("YAML", formats.read_yaml),
    InputType.ION: _structure("Ion", formats.read_ion),
    InputType.ARRAY: _list,
    InputType.MULTISELECT: _list,
    InputType.FORM: _form,
}
_KEPT: Mapping[InputType, Callable[[Any], Any]] = {
    InputType.DATETIME: moments.kept_instant,
    InputType.TIME: moments.kept_time,
    InputType.DURATION: moments.kept_duration,
}
