"""Ion text: written as Kestra writes it, read by the ``amazon.ion`` package."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, cast

from pauta.errors import ExpressionError
from pauta.expression import limits
from pauta.expression.values import Entry, float_text, is_list, java_text, moment_text

_SYMBOL = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_RESERVED = frozenset({"null", "true", "false", "nan"})
_ESCAPED = re.compile(r"[\x00-\x1f\x7f\"\\]")
_ESCAPES = {
    "\0": "\\0",
    "\a": "\\a",
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\v": "\\v",
    "\f": "\\f",
    "\r": "\\r",
    '"': '\\"',
    "\\": "\\\\",
}

# writing


def dump(value: Any) -> str:
    """A value as Ion text."""
    limits.spend(limits.NEST)
    if isinstance(value, str):
        limits.charge(value)
        return f'"{_escaped(value)}"'
    if isinstance(value, Entry):
        value = {value.key: value.value}
    if isinstance(value, Mapping):
        entries = cast("Mapping[Any, Any]", value)
        return "{" + limits.joined((f"{_symbol(java_text(key))}:{dump(entries[key])}" for key in entries), ",") + "}"
    if is_list(value):
        return "[" + limits.joined(map(dump, value), ",") + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, Decimal):
        return str(value).replace("E+", "d").replace("E", "d")
    return moment_text(value) if isinstance(value, date) else java_text(value)


def _float(value: float) -> str:
    if not math.isfinite(value):
        return "nan" if math.isnan(value) else "+inf" if value > 0 else "-inf"
    text = float_text(value)
    return text.replace("E", "e") if "E" in text else text.removesuffix(".0") + "e0"


def _symbol(text: str) -> str:
    plain = _SYMBOL.fullmatch(text) is not None and text not in _RESERVED
    return text if plain else "'" + _escaped(text).replace('\\"', '"').replace("'", "\\'") + "'"


def _escaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: _ESCAPES.get(found.group()) or f"\\x{ord(found.group()):02x}", text)


# reading


def load(text: str) -> list[Any]:
    """All values of an Ion text, as plain data. Raises ExpressionError."""
    limits.spend(3 * len(text))
    from amazon.ion.exceptions import IonException  # pyright: ignore[reportMissingTypeStubs]
    from amazon.ion.simpleion import loads  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]

    try:
        return [_plain(value) for value in cast("Any", loads)(text, single_value=False)]
    except (IonException, ValueError, TypeError, RecursionError) as error:
        raise ExpressionError(f"it is not Ion: {error}") from None


def _plain(value: Any) -> Any:
    for kinds, convert in _CONVERSIONS:
        if isinstance(value, kinds):
            return convert(value)
    # a symbol is its text
    return getattr(value, "text", None)


def _time(value: Any) -> Any:
    """A timestamp: a date when it says no more than the day."""
    precision = getattr(value, "precision", None)
    name = getattr(precision, "name", "SECOND")
    if name in ("YEAR", "MONTH", "DAY"):
        return date(value.year, value.month, value.day)
    found = datetime(
        value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond, value.tzinfo
    )
    return found.astimezone(UTC) if value.tzinfo else found


def _map(value: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key): _plain(value[key]) for key in value}


def _list(value: list[Any]) -> list[Any]:
    return [_plain(item) for item in value]


def _integer(value: int) -> int:
    """An integer; a boolean of Ion is one too."""
    return bool(value) if "Bool" in type(value).__name__ else int(value)


_CONVERSIONS: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (Mapping, _map),
    (list, _list),
    (str, str),
    (bool, bool),
    (int, _integer),
    (float, float),
    (Decimal, Decimal),
    (datetime, _time),
    (bytes, bytes),
)
