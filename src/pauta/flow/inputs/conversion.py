"""From what is supplied to the value of a type: one function for each type.

Values are plain data: dates, times, durations and URIs stay texts, in their shortest ISO form. A ValueError says what
does not fit, in words that can follow "Cause: ".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, cast

import orjson

from pauta.flow.inputs import moments
from pauta.flow.inputs.types import InputType

_SMALLEST, _LARGEST = -(1 << 31), (1 << 31) - 1
_WHOLE = re.compile(r"[+-]?\d+")
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[fFdD]?")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.+")
_EMAIL = re.compile(r"[a-zA-Z0-9_!#$%&'*+/=?`{|}~^.-]+@[a-zA-Z0-9.-]+")
STORED = ("kestra://", "file://", "nsfile://")
"""Where the file of a FILE input can be."""


def convert(kind: InputType, value: object, item: InputType | None = None) -> Any:
    """The value of this type. ``item`` is the type of the items of a list.

    Raises ValueError when it does not fit.
    """
    converted = _TYPES[kind](value)
    if item is None or not isinstance(converted, list):
        return converted
    return [_item(item, each) for each in cast("list[object]", converted)]


def text_of(value: object) -> str:
    """A value as text: what is no text is written as JSON."""
    return value if isinstance(value, str) else orjson.dumps(value, default=str).decode()


def _item(kind: InputType, value: object) -> Any:
    try:
        return convert(kind, value)
    except ValueError as error:
        raise ValueError(f"Unable to parse array element as `{kind}` on `{text_of(value)}`: {error}") from None


def _whole(value: object) -> int:
    text = text_of(value)
    if not _WHOLE.fullmatch(text):
        raise ValueError(f"'{_cut(text)}' is not a whole number")
    if not _SMALLEST <= (number := int(text)) <= _LARGEST:
        raise ValueError(f"{_cut(text)} is not between {_SMALLEST} and {_LARGEST}")
    return number


def _decimal(value: object) -> float:
    text = text_of(value).strip()
    if not _DECIMAL.fullmatch(text):
        raise ValueError(f"'{_cut(text)}' is not a number")
    return _float32(float(text.rstrip("fFdD")))


def _float32(number: float) -> float:
    """The nearest number of 32 bits, as it is written shortest."""
    import struct

    try:
        single = struct.unpack("f", struct.pack("f", number))[0]
    except OverflowError:
        raise ValueError(f"{number} is too large for a number of 32 bits") from None
    return next(short for digits in range(1, 18) if _same32(short := float(f"{single:.{digits}g}"), single))


def _same32(number: float, single: float) -> bool:
    import struct

    try:
        return struct.unpack("f", struct.pack("f", number))[0] == single
    except OverflowError:
        return False


def _boolean(value: object) -> bool:
    return value if isinstance(value, bool) else text_of(value).lower() == "true"


def _json(value: object) -> Any:
    if isinstance(value, Mapping | list):
        return cast("Any", value)
    try:
        return orjson.loads(text_of(value))
    except orjson.JSONDecodeError as error:
        raise ValueError(f"it is not JSON: {error}") from None


def _yaml(value: object) -> Any:
    from pauta.errors import PautaError
    from pauta.expression.library import yaml_text

    if isinstance(value, Mapping | list):
        return cast("Any", value)
    try:
        return yaml_text.load(text_of(value))
    except PautaError as error:
        raise ValueError(f"it is not YAML: {error}") from None


def _ion(value: object) -> Any:
    from pauta.errors import PautaError
    from pauta.expression.library import ion_text

    if isinstance(value, Mapping | list):
        return cast("Any", value)
    try:
        values = ion_text.load(text_of(value))
    except PautaError as error:
        raise ValueError(f"it is not Ion: {error}") from None
    return values[0] if values else None


def _list(value: object) -> list[Any]:
    parsed = _json(value)
    if not isinstance(parsed, list):
        raise ValueError(f"'{_cut(text_of(value))}' is not a list")  # noqa: TRY004 -- one kind of error for all types
    return cast("list[Any]", parsed)


def _uri(value: object) -> str:
    text = text_of(value)
    if not _SCHEME.fullmatch(text) or any(character.isspace() for character in text):
        raise ValueError("Invalid URI format.")
    return text


def _file(value: object) -> str:
    text = text_of(value)
    if not text.startswith(STORED):
        raise ValueError(f"a file is expected: an upload, or a URI with {', '.join(STORED)}, not '{_cut(text)}'")
    return text


def _email(value: object) -> str:
    text = text_of(value)
    if not _EMAIL.fullmatch(text):
        raise ValueError("The input must be a valid email")
    return text


def _form(value: object) -> Any:
    if not isinstance(value, Mapping):
        raise ValueError("a map with the inputs of the form is expected")  # noqa: TRY004 -- as above
    return cast("Any", value)


def _cut(text: str) -> str:
    return text if len(text) <= 200 else text[:200] + "…"


_TYPES: Mapping[InputType, Callable[[object], Any]] = {
    InputType.STRING: text_of,
    InputType.ENUM: text_of,
    InputType.SELECT: text_of,
    InputType.SECRET: text_of,
    InputType.INT: _whole,
    InputType.FLOAT: _decimal,
    InputType.BOOL: _boolean,
    InputType.BOOLEAN: _boolean,
    InputType.DATETIME: moments.instant,
    InputType.DATE: moments.day,
    InputType.TIME: moments.time_of_day,
    InputType.DURATION: moments.duration,
    InputType.FILE: _file,
    InputType.JSON: _json,
    InputType.YAML: _yaml,
    InputType.ION: _ion,
    InputType.URI: _uri,
    InputType.EMAIL: _email,
    InputType.ARRAY: _list,
    InputType.MULTISELECT: _list,
    InputType.FORM: _form,
}
