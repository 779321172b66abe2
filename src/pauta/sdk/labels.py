"""Labels: a map, or a list of ``{key, value}``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, cast
from unicodedata import category

from pydantic import BeforeValidator, WithJsonSchema

from pauta.sdk.refusals import Refusal, refusal

_SYSTEM = "system."
_OF_USERS = "system.readOnly"
"""The only label of the system that a flow may set."""
_OTHERS = frozenset("0123456789._-")

_Entry = tuple[tuple[str | int, ...], Any, Any]
"""The way to an entry, its key, its value."""


def _read(value: Any) -> Any:
    entries = _entries(value)
    if entries is None:
        return value
    listed = list(entries)
    refusals = [each for entry in listed for each in _wrong(*entry)]
    if refusals:
        raise refusal(value, refusals)
    return tuple({key: _text(given) for _, key, given in listed}.items())


def _entries(value: Any) -> Iterator[_Entry] | None:
    if isinstance(value, Mapping):
        return (((str(key),), key, given) for key, given in cast("Mapping[Any, Any]", value).items())
    if isinstance(value, list):
        return _listed(cast("list[Any]", value))
    return None


def _listed(entries: Sequence[Any]) -> Iterator[_Entry]:
    for number, entry in enumerate(entries):
        properties = cast("Mapping[str, Any]", entry if isinstance(entry, Mapping) else {})
        yield (number,), properties.get("key"), properties.get("value")


def _wrong(path: tuple[str | int, ...], key: Any, value: Any) -> Iterator[Refusal]:
    if not isinstance(key, str):
        yield path, "a label is a map with a 'key' and a 'value'"
    elif value is None or isinstance(value, list | dict):
        yield path, f"the value of the label '{key}' must be a text, a number or a boolean"
    elif value == "":
        yield path, f"the value of the label '{key}' must not be empty"
    elif key.startswith(_SYSTEM) and key != _OF_USERS:
        yield path, f"only the system sets labels that begin with 'system.' ('{key}')"
    elif not _is_key(key):
        yield (
            path,
            f"'{key}' is no key of a label: it begins with a lower case letter; letters, digits, '.', '_', '-' follow",
        )


def _is_key(key: str) -> bool:
    r"""Kestra: ``^[\p{Ll}][\p{L}0-9._-]*$``."""
    return (
        key != ""
        and category(key[0]) == "Ll"
        and all(character in _OTHERS or category(character).startswith("L") for character in key[1:])
    )


def _text(value: Any) -> str:
    from pauta.expression.values import text_of

    return value if isinstance(value, str) else text_of(value)


_VALUE = {"type": ["string", "number", "boolean"]}
_SCHEMA = {
    "anyOf": [
        {"type": "object", "additionalProperties": _VALUE},
        {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"key": {"type": "string"}, "value": _VALUE},
                "required": ["key", "value"],
            },
        },
    ]
}

Labels = Annotated[tuple[tuple[str, str], ...], BeforeValidator(_read), WithJsonSchema(_SCHEMA)]
"""Pairs of key and value; of a key that is there twice the last one counts."""


def read_labels(value: object) -> tuple[tuple[str, str], ...]:
    """Labels that were rendered: a map, a list of ``{key, value}``, the JSON of one, or nothing.

    Raises ValueError with all that is wrong with them.
    """
    import orjson

    if isinstance(value, str):
        try:
            value = orjson.loads(value) if value.strip() else None
        except orjson.JSONDecodeError:
            raise ValueError(f"labels are a map, or a list of 'key' and 'value', not '{value}'") from None
    if value is None:
        return ()
    entries = _entries(value)
    if entries is None:
        raise ValueError("labels are a map, or a list of 'key' and 'value'")
    listed = list(entries)
    refusals = [reason for entry in listed for _, reason in _wrong(*entry)]
    if refusals:
        raise ValueError("; ".join(refusals))
    return tuple({key: _text(given) for _, key, given in listed}.items())
