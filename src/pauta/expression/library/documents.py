"""JSON, YAML, Ion and jq."""

from __future__ import annotations

from typing import Any, cast

from pauta.errors import ExpressionError
from pauta.expression import limits
from pauta.expression.catalog import filter, function  # noqa: A004 -- its name
from pauta.expression.dialect import Dialect
from pauta.expression.frame import Frame
from pauta.expression.kinds import Character
from pauta.expression.library import given
from pauta.expression.values import to_json

_SPACE = " \t\r\n"


@filter("toJson")
def to_json_filter(value: Any) -> str:
    """The value as JSON."""
    return to_json(value)


@filter("json", only=Dialect.V1)
def json_filter(value: Any) -> str:
    """The value as JSON (the old name of ``toJson``)."""
    return to_json(value)


@function("fromJson", "json")
def from_json(json: Any = given.ABSENT) -> Any:
    """The value that a JSON text describes."""
    if given.provided(json, "json") is None:
        return None
    return first_json(given.text(json, "'json'"))


@function("json", "json", only=Dialect.V1)
def json_function(json: Any = given.ABSENT) -> Any:
    """The value that a JSON text describes (the old name of ``fromJson``)."""
    return from_json(json)


def first_json(text: str) -> Any:
    """The first JSON value of a text; what follows it does not matter (Kestra). Raises ExpressionError."""
    return _json_span(text)[0]


def _json_span(text: str) -> tuple[Any, int, int]:
    """The first JSON value of a text, with its start and its end in it."""
    limits.spend(len(text) >> 2)
    start = len(text) - len(text.lstrip(_SPACE))
    try:
        value, end = _decoder().raw_decode(text, start)
    except (ValueError, RecursionError) as error:
        raise ExpressionError(f"it is not JSON: {error}") from None
    if _runs_on(value, text[end : end + 1]):
        raise ExpressionError("it is not JSON")
    return value, start, end


def _runs_on(value: Any, following: str) -> bool:
    """Whether a number or a word does not end where it was read to."""
    if value is None or isinstance(value, bool):
        return following.isidentifier() or following.isdecimal()
    return isinstance(value, int | float) and following not in ("", *_SPACE)


def _decoder() -> Any:
    import json

    def refuse(constant: str) -> Any:
        raise json.JSONDecodeError(f"{constant} is not a JSON value", constant, 0)

    return json.JSONDecoder(parse_constant=refuse)


# YAML


@function("yaml", "yaml")
def from_yaml(yaml: Any) -> Any:
    """The value that a YAML text describes."""
    from pauta.expression.library import yaml_text

    return yaml_text.load(given.text(given.required(yaml, "yaml"), "'yaml'"))


@filter("yaml")
def to_yaml(value: Any) -> str:
    """The value as YAML."""
    from pauta.expression.library import yaml_text

    return "null" if value is None else yaml_text.dump(value)


# Ion


@filter("toIon")
def to_ion(value: Any) -> str:
    """The value as Ion text."""
    from pauta.expression.library import ion_text

    return ion_text.dump(value)


@function("fromIon", "ion", "allRows")
def from_ion(ion: Any = given.ABSENT, all_rows: Any = None) -> Any:
    """The first row of an Ion text, or with ``allRows`` the list of all rows."""
    from pauta.expression.library import ion_text

    if given.provided(ion, "ion") is None:
        return None
    rows = ion_text.load(given.text(ion, "'ion'"))
    if all_rows is not None and given.flag(all_rows, "'allRows'"):
        return rows
    return rows[0] if rows else None


# jq


@filter("jq", "expression", framed=True, outside=True)
def jq(frame: Frame, value: Any, expression: Any) -> list[Any] | None:
    """All results of a jq program, as a list; a text is read as JSON first."""
    program = given.text(given.required(expression, "expression"), "'expression'")
    if value is None:
        return None
    results = cast("list[Any]", frame.scope.outside("jq", {"program": program, "text": _first_json_text(value)}))
    limits.check_items(len(results))
    return results


def _first_json_text(value: Any) -> str:
    """The first JSON value of a text, any other value as JSON; what is empty is null (Kestra)."""
    if not isinstance(value, str) or isinstance(value, Character):
        return to_json(value)
    if not value.strip(_SPACE):
        return "null"
    start, end = _json_span(value)[1:]
    return value[start:end]
