"""Tests: what can stand behind ``is``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pauta.errors import ExpressionError
from pauta.expression.catalog import test
from pauta.expression.library import given
from pauta.expression.values import is_empty, is_list


@test("defined")
def defined(value: Any) -> bool:
    """It exists and is not null."""
    return value is not None


@test("null")
def null(value: Any) -> bool:
    """It is null."""
    return value is None


@test("empty")
def empty(value: Any) -> bool:
    """It is null, a blank text, or an empty list or map."""
    return is_empty(value)


@test("even")
def even(value: Any) -> bool:
    """It is an even integer."""
    return given.integer(value, "the value") % 2 == 0


@test("odd")
def odd(value: Any) -> bool:
    """It is an odd integer."""
    return given.integer(value, "the value") % 2 == 1


@test("iterable")
def iterable(value: Any) -> bool:
    """It is a list."""
    return is_list(value)


@test("map")
def map(value: Any) -> bool:  # noqa: A001 -- the name of the test
    """It is a map."""
    return isinstance(value, Mapping)


@test("json")
def json(value: Any) -> bool:
    """It is a text with a JSON value in it."""
    from pauta.expression.library.documents import first_json

    text = given.text(value, "the value")
    if not text.strip():
        return True
    try:
        first_json(text)
    except ExpressionError:
        return False
    return True
