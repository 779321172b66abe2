"""Values of expressions and how they are written: as text, as JSON, and as Java's ``toString`` writes them."""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, cast

from pauta.errors import ExpressionError
from pauta.expression import limits
from pauta.expression.kinds import Array, Character, Float, Long, View, shortest


class Entry(NamedTuple):
    """One entry of a map, as ``for`` gives it: ``entry.key`` and ``entry.value``."""

    key: Any
    value: Any


_SHORT = 40
"""Characters of a text that a message shows."""

# text


def text_of(value: Any) -> str:
    """A value as rendering writes it: null is empty, maps and lists are compact JSON."""
    kind = type(value)  # pyright: ignore[reportUnknownVariableType] -- plain data of any kind
    if kind is str:
        return value
    writer = _TEXT.get(kind)  # pyright: ignore[reportUnknownArgumentType]
    if writer is not None:
        return writer(value)
    if isinstance(value, Mapping | list | tuple | set):
        return to_json(value)
    return java_text(value)


def java_text(value: Any) -> str:
    """A value as Java's ``toString`` writes it: ``[a, b]``, ``{k=v}``; null is ``null``."""
    kind = type(value)  # pyright: ignore[reportUnknownVariableType] -- plain data of any kind
    if kind is str:
        return value
    writer = _JAVA.get(kind)  # pyright: ignore[reportUnknownArgumentType]
    if writer is not None:
        return writer(value)
    return _java_of(value)


def _java_of(value: Any) -> str:
    """``java_text`` of what is not of one of the common types."""
    if isinstance(value, Mapping):
        return _java_map(cast("Mapping[Any, Any]", value))
    if isinstance(value, list | tuple | set):
        return _java_list(cast("Collection[Any]", value))
    for base, writer in _BASES:
        if isinstance(value, base):
            return writer(value)
    raise ExpressionError(f"a value of the type {type(value).__name__} cannot be used in an expression")


def joined(value: Any) -> str:
    """A value as ``~`` appends it: like Java's ``toString``, but null is empty."""
    return "" if value is None else java_text(value)


def _java_map(value: Mapping[Any, Any]) -> str:
    limits.spend(2 * len(value) + limits.NEST)
    return "{" + limits.joined((f"{java_text(key)}={java_text(value[key])}" for key in value), ", ") + "}"


def _java_list(value: Collection[Any]) -> str:
    limits.spend(len(value) + limits.NEST)
    return "[" + limits.joined(map(java_text, value), ", ") + "]"


def _entry_text(entry: Entry) -> str:
    return f"{java_text(entry.key)}={java_text(entry.value)}"


def _boolean(value: bool) -> str:  # noqa: FBT001 -- a writer like the others
    return "true" if value else "false"


def float_text(value: float) -> str:
    """A double as Java writes it: ``1.0``, ``1.0E7``, ``1.0E-4``, ``NaN``, ``Infinity``."""
    if value != value or value in (math.inf, -math.inf):  # noqa: PLR0124 -- NaN is not equal to itself
        return "NaN" if value != value else ("Infinity" if value > 0 else "-Infinity")  # noqa: PLR0124
    size = abs(value)
    text = repr(value)
    if 1e-3 <= size < 1e7 or size == 0:
        return text
    return _scientific(text)


def _scientific(text: str) -> str:
    """Java's form of a number that Python writes as ``1e-07``, ``12345678.0`` or ``0.0001``."""
    sign, digits, exponent = Decimal(text).normalize().as_tuple()
    first, *rest = map(str, digits)
    return f"{'-' if sign else ''}{first}.{''.join(rest) or '0'}E{int(exponent) + len(digits) - 1}"


def decimal_text(value: Decimal) -> str:
    """A Decimal without an exponent, as rendering writes it."""
    return format(value, "f")


def moment_text(value: date) -> str:
    """A date or a datetime in ISO form, with ``Z`` for UTC."""
    if not isinstance(value, datetime):
        return value.isoformat()
    precise = value.microsecond % 1000 or not value.microsecond
    text = value.isoformat(timespec="auto" if precise else "milliseconds")
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text


def _bytes_text(value: bytes) -> str:
    return b64encode(value).decode()


_SCALARS: dict[type, Callable[[Any], str]] = {
    bool: _boolean,
    int: int.__repr__,
    Long: int.__repr__,
    float: float_text,
    Float: lambda value: float_text(shortest(value)),
    Character: str,
    datetime: moment_text,
    date: moment_text,
    bytes: _bytes_text,
    Entry: _entry_text,
}
_TEXT: dict[type, Callable[[Any], str]] = {
    **_SCALARS,
    type(None): lambda _: "",
    Decimal: decimal_text,
    bytes: lambda value: quoted(_bytes_text(value)),
}
_JAVA: dict[type, Callable[[Any], str]] = {
    **_SCALARS,
    type(None): lambda _: "null",
    Decimal: str,
    dict: _java_map,
    list: _java_list,
}
_BASES: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (str, str),
    (bool, _boolean),
    (int, int.__repr__),
    (float, float_text),
    (Decimal, str),
    (date, moment_text),
)

# JSON


def to_json(value: Any, *, nulls: bool = False) -> str:
    """Compact JSON as Kestra writes it: doubles in Java's form, texts in full Unicode.

    Kestra leaves null entries of maps out; ``nulls`` keeps them.
    """
    parts: list[str] = []
    _write(value, parts.append, nulls)
    return "".join(parts)


def _write(value: Any, write: Callable[[str], object], nulls: bool) -> None:  # noqa: FBT001 -- as to_json has it
    kind = type(value)  # pyright: ignore[reportUnknownVariableType] -- plain data of any kind
    if kind is str:
        write(quoted(value))
    elif kind is dict:
        _write_map(value, write, nulls)
    elif kind is list:
        _write_list(value, write, nulls)
    else:
        _write_other(value, write, nulls)


def _write_other(value: Any, write: Callable[[str], object], nulls: bool) -> None:  # noqa: FBT001 -- as to_json has it
    """What is not of one of the common types."""
    if isinstance(value, str):
        write(quoted(value))
    elif isinstance(value, Entry):
        _write_map({value.key: value.value}, write, nulls)
    elif isinstance(value, Mapping):
        _write_map(cast("Mapping[Any, Any]", value), write, nulls)
    elif isinstance(value, list | tuple | set):
        _write_list(cast("Collection[Any]", value), write, nulls)
    else:
        write(_json_scalar(value))


def _write_map(value: Mapping[Any, Any], write: Callable[[str], object], nulls: bool) -> None:  # noqa: FBT001
    limits.spend(4 * len(value) + limits.NEST)
    mark = "{"
    for key in value:
        inner = value[key]
        if inner is not None or nulls:
            write(mark)
            write(quoted(key if isinstance(key, str) else _json_key(key)))
            write(":")
            _write(inner, write, nulls)
            mark = ","
    write("{}" if mark == "{" else "}")


def _write_list(value: Collection[Any], write: Callable[[str], object], nulls: bool) -> None:  # noqa: FBT001
    limits.spend(2 * len(value) + limits.NEST)
    mark = "["
    for inner in value:
        write(mark)
        _write(inner, write, nulls)
        mark = ","
    write("[]" if mark == "[" else "]")


def _json_key(key: Any) -> str:
    if key is None:
        raise ExpressionError("a map with a null key cannot be written as JSON")
    return java_text(key)


def _json_scalar(value: Any) -> str:
    if value is None:
        return "null"
    text = java_text(value)
    plain = isinstance(value, int | Decimal) or (isinstance(value, float) and math.isfinite(value))
    return text if plain else quoted(text)


def quoted(text: str) -> str:
    """A JSON string."""
    import orjson

    limits.charge(text)
    try:
        return orjson.dumps(text).decode()
    except orjson.JSONEncodeError:
        import json

        return json.dumps(text)


# truth and kinds

JAVA_SPACE = "".join(map(chr, range(33)))
"""What Java's ``trim`` takes away."""


def truth(value: Any, what: str) -> bool:
    """Whether a condition holds: booleans, numbers other than 0, texts that are not empty; else an error."""
    kind = type(value)  # pyright: ignore[reportUnknownVariableType] -- plain data of any kind
    if kind is bool:
        return value
    if kind is str:
        return value != ""
    if is_number(value):
        return value != 0 and value == value  # noqa: PLR0124 -- NaN is false
    raise ExpressionError(f"{what} needs a boolean, a number or a text, not {described(value)}")


def is_number(value: Any) -> bool:
    """Whether it is a number (a boolean is not)."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def is_list(value: Any) -> bool:
    """Whether it is a list."""
    return isinstance(value, list | tuple | set) and not isinstance(value, Entry)


def is_collection(value: Any) -> bool:
    """Whether it is a list, or the keys or values of a map (an array is not)."""
    return is_list(value) and not isinstance(value, Array)


def is_java_list(value: Any) -> bool:
    """Whether it is a list that what needs one takes (an array, keys and values of a map are not)."""
    return is_list(value) and not isinstance(value, Array | View | set)


def kind_of(value: Any) -> str:
    """The kind of a value in the words of a user: ``a text``, ``a map``, ``null``."""
    for kind, name in _KINDS:
        if isinstance(value, kind):
            return name
    return "null" if value is None else type(value).__name__


_KINDS: tuple[tuple[Any, str], ...] = (
    (Character, "a character"),
    (str, "a text"),
    (bool, "a boolean"),
    (int, "an integer"),
    (float | Decimal, "a number"),
    (Entry, "an entry of a map"),
    (Mapping, "a map"),
    ((list, tuple, set), "a list"),
    (datetime, "a date-time"),
    (date, "a date"),
)


def described(value: Any) -> str:
    """The kind of a value, with the value when it is short and scalar, with its size when it is a list."""
    kind = kind_of(value)
    if isinstance(value, str):
        return f"{kind} ({value!r})" if len(value) <= _SHORT else kind
    if is_number(value) or isinstance(value, bool):
        return f"{kind} ({java_text(value)})"
    if is_list(value):
        return f"{kind} of {len(value)} item{'' if len(value) == 1 else 's'}"
    return kind


def is_empty(value: Any) -> bool:
    """Null, a blank text, an empty map or list."""
    if value is None:
        return True
    if isinstance(value, str):
        return not value.strip(JAVA_SPACE) and not isinstance(value, Character)
    return isinstance(value, Mapping | list | tuple | set) and not isinstance(value, Array) and not value


# texts are counted in UTF-16 units, like Java's


def length16(text: str) -> int:
    """The length of a text in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut16(text: str, start: int, end: int | None = None) -> str:
    """The part of a text between two positions in UTF-16 units."""
    if text.isascii():
        return text[start:end]
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * start : None if end is None else 2 * end].decode("utf-16-le", "replace")
