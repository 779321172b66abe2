"""The value of ``defaults``, rendered and read as a property of its type.

Kestra reads a default as JSON where a supplied value is read as a text, so it takes more forms: 5.7 is the INT 5, 1 the
BOOL true, a DURATION can be seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pauta.expression.values import text_of
from pauta.flow.inputs.conversion import convert
from pauta.flow.inputs.types import InputType

_TEXTS = frozenset({InputType.STRING, InputType.ENUM, InputType.SELECT, InputType.SECRET, InputType.EMAIL})
_DOCUMENTS = frozenset({InputType.JSON, InputType.YAML, InputType.ION})


def is_empty(kind: InputType, value: object) -> bool:
    """Whether a value stands for no value: an empty text, where the type is no text."""
    return value is None or (value == "" and kind not in _TEXTS)


def default_value(kind: InputType, rendered: object) -> Any:
    """A value to convert, from the rendered default; None: there is none. Raises ValueError."""
    if kind in _TEXTS:
        return None if rendered is None else text_of(rendered)
    if rendered is None or (kind not in _DOCUMENTS and isinstance(rendered, str) and not rendered.strip()):
        return None
    read = _LENIENT.get(kind)
    return rendered if read is None else read(rendered)


def _whole(value: object) -> object:
    if isinstance(value, bool):
        return value
    try:
        return int(convert(InputType.FLOAT, value)) if not _is_whole(value) else value
    except ValueError:
        return value


def _is_whole(value: object) -> bool:
    return isinstance(value, int) or (isinstance(value, str) and value.lstrip("+-").isdecimal())


def _boolean(value: object) -> object:
    text = text_of(value).strip().lower()
    if text in ("true", "false"):
        return text == "true"
    try:
        return float(text) != 0
    except ValueError:
        raise ValueError(f"Cannot convert value '{text:.200}' to Boolean: true or false is needed") from None


def _day(value: object) -> object:
    return value.partition("T")[0] if isinstance(value, str) else value


def _duration(value: object) -> object:
    try:
        return f"PT{float(text_of(value)):.9f}S"
    except (ValueError, OverflowError):
        return value


_LENIENT: Mapping[InputType, Callable[[object], object]] = {
    InputType.INT: _whole,
    InputType.BOOL: _boolean,
    InputType.BOOLEAN: _boolean,
    InputType.DATE: _day,
    InputType.DURATION: _duration,
}
