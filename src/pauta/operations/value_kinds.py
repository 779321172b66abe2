"""From what is given for a value of the key-value store to what is kept, and back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

from pauta.errors import TaskFailed
from pauta.sdk.key_values import StoredValue, ValueKind


def stored(value: object, kind: ValueKind | None) -> StoredValue:
    """The value to keep. A text is read as the kind says; anything else keeps its own.

    Kestra: a text that is an ISO duration is one, whatever was said; a DATE may be an instant, like a DATETIME.

    Raises TaskFailed when the text does not fit the kind.
    """
    if isinstance(value, str) and kind is not None:
        try:
            return _of(_READ[kind](value))
        except ValueError as error:
            raise TaskFailed(f"'{value:.200}' cannot be kept as {kind}: {error}") from None
    return _of(value)


def dump(value: StoredValue) -> str:
    """JSON of a value."""
    return json.dumps(value.value, ensure_ascii=False, separators=(",", ":"), default=str)


def load(kind: str, content: str) -> StoredValue:
    """The value that is kept as this JSON."""
    return StoredValue(ValueKind(kind), json.loads(content))


def _of(value: object) -> StoredValue:
    if isinstance(value, StoredValue):
        return value
    if isinstance(value, datetime):
        return StoredValue(ValueKind.DATETIME, _milliseconds(value.astimezone(UTC).isoformat()))
    if isinstance(value, str):
        return _of_text(value)
    return StoredValue(_KINDS.get(type(value), ValueKind.JSON), value)


def _of_text(text: str) -> StoredValue:
    from pauta.flow.inputs import moments

    try:
        return StoredValue(ValueKind.DURATION, moments.duration(text))
    except ValueError:
        return StoredValue(ValueKind.STRING, text)


_KINDS: dict[type, ValueKind] = {bool: ValueKind.BOOLEAN, int: ValueKind.NUMBER, float: ValueKind.NUMBER}


def _number(text: str) -> object:
    value = _json(text)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("a number is expected")  # noqa: TRY004 -- told to the user with the value
    return value


def _boolean(text: str) -> bool:
    """Java: whatever is not ``true`` is false."""
    return text.lower() == "true"


def _instant(text: str) -> StoredValue:
    from pauta.flow.inputs import moments

    return StoredValue(ValueKind.DATETIME, _milliseconds(moments.instant(text)))


def _date(text: str) -> StoredValue:
    """A day. Kestra 1.x reads an instant only, 2.x a day."""
    from pauta.flow.inputs import moments

    try:
        return StoredValue(ValueKind.DATE, moments.day(text))
    except ValueError:
        return _instant(text)


def _milliseconds(text: str) -> str:
    """An instant to the millisecond, as Kestra keeps it; a fraction of nothing is left out."""
    seconds, dot, fraction = text.replace("+00:00", "").removesuffix("Z").partition(".")
    return f"{seconds}.{fraction[:3]}Z" if dot and fraction[:3].strip("0") else f"{seconds}Z"


def _duration(text: str) -> StoredValue:
    from pauta.flow.inputs import moments

    return StoredValue(ValueKind.DURATION, moments.duration(text))


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deep") from None


_READ: dict[ValueKind, Callable[[str], object]] = {
    ValueKind.STRING: str,
    ValueKind.NUMBER: _number,
    ValueKind.BOOLEAN: _boolean,
    ValueKind.DATETIME: _instant,
    ValueKind.DATE: _date,
    ValueKind.DURATION: _duration,
    ValueKind.JSON: _json,
}
