"""A value against the JSON Schema of its input (2.x).

References to other documents are not followed; patterns run in the bounded engine of expressions.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from pauta.errors import ExpressionError


def check_schema(value: Any, text: str) -> None:
    """Raises ValueError with the first places that do not fit."""
    from jsonschema.exceptions import ValidationError
    from referencing.exceptions import Unresolvable

    try:
        problems = [_told(each) for each in _some(_validator(text).iter_errors(value))]
    except (ValidationError, Unresolvable, ExpressionError, RecursionError) as error:
        raise ValueError(f"Invalid JSON content or schema: {error}") from None
    if problems:
        raise ValueError(f"Invalid JSON schema: it must match the json schema: [{'; '.join(problems)}]")


def schema_problem(text: str) -> str | None:
    """What is wrong with a schema; None: nothing."""
    try:
        _validator(text)
    except ValueError as error:
        return str(error)
    return None


def _some(errors: Iterator[Any], most: int = 5) -> list[Any]:
    return [error for error, _ in zip(errors, range(most), strict=False)]


def _told(error: Any) -> str:
    return f"{error.json_path.removeprefix('$')}: {error.message[:200]}"


@lru_cache(maxsize=64)
def _validator(text: str) -> Any:
    """The validator of a schema. Raises ValueError."""
    import orjson
    import referencing
    from jsonschema import Draft202012Validator, validators
    from jsonschema.exceptions import SchemaError

    kinds: Any = validators
    registries: Any = referencing
    try:
        schema = orjson.loads(text)
        dialect = kinds.validator_for(schema, default=Draft202012Validator)
        dialect.check_schema(schema)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"Invalid JSON content or schema: the schema is not JSON: {error}") from None
    except (SchemaError, RecursionError) as error:
        raise ValueError(f"Invalid JSON content or schema: {_told(error)}") from None
    return kinds.extend(dialect, {"pattern": _pattern})(schema, registry=registries.Registry())


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[Any]:
    from jsonschema.exceptions import ValidationError

    from pauta.expression.library.patterns import search

    del validator, schema
    if isinstance(instance, str) and search(pattern, instance) is None:
        yield ValidationError(f"{instance!r:.100} does not match '{pattern}'")
