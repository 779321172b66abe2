"""Values in a data format: JSON, YAML and Ion texts become plain data, which JSON can hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any, cast

from pauta.errors import ExpressionError
from pauta.flow.inputs import moments


def read_json(text: str) -> Any:
    """The first value. Raises ExpressionError."""
    from pauta.expression.library.documents import first_json

    return first_json(text)


def read_yaml(text: str) -> Any:
    """The first document. Raises ExpressionError; also for a key that is there twice."""
    from pauta.expression.library.yaml_text import load

    if not text.strip():
        raise ExpressionError("there is nothing in it")
    value = load(text)
    twice = _key_twice(text)
    if twice is not None:
        raise ExpressionError(f"the key '{twice}' is there twice")
    return value


def read_ion(text: str) -> Any:
    """The first value; dates and instants are texts. Raises ExpressionError."""
    from pauta.expression.library.ion_text import load

    values = load(text)
    if not values:
        raise ExpressionError("there is nothing in it")
    return _plain(values[0])


def storable(value: Any) -> Any:
    """The value itself, when JSON can hold it. Raises ValueError."""
    import orjson

    try:
        text = orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)
    except TypeError as error:
        raise ValueError(f"it cannot be kept: {error}") from None
    if b"null" in text and not _all_finite(value):
        raise ValueError("it cannot be kept: a number in it is too large")
    return value


def _key_twice(text: str) -> str | None:
    """A key that a mapping of the first document has twice (what reads values takes the last one)."""
    import yaml

    documents: Any = yaml
    pending: list[Any] = [next(documents.compose_all(text, yaml.CSafeLoader), None)]
    seen: set[int] = set()
    while pending:
        node = pending.pop()
        if id(node) not in seen:
            seen.add(id(node))
            keys = [str(key.value) for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
            if len(keys) > len(set(keys)):
                return next(key for number, key in enumerate(keys) if key in keys[:number])
            pending += _inside(node)
    return None


def _inside(node: Any) -> list[Any]:
    """The nodes in a node."""
    import yaml

    if isinstance(node, yaml.MappingNode):
        return [value for _, value in node.value]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in cast("Mapping[str, Any]", value).items()}
    if isinstance(value, list):
        return [_plain(each) for each in cast("list[Any]", value)]
    if isinstance(value, datetime):
        at = value if value.tzinfo else value.replace(tzinfo=UTC)
        return moments.kept_instant(moments.instant(at.isoformat()))
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def _all_finite(value: Any) -> bool:
    pending: list[Any] = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, Mapping):
            pending += cast("Mapping[Any, Any]", each).values()
        elif isinstance(each, list):
            pending += cast("list[Any]", each)
        elif isinstance(each, float) and not isfinite(each):
            return False
    return True
