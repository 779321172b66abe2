"""The filters of lists: a few conditions on a fixed set of columns, compiled to SQL; values are always parameters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

Operator = Literal["=", "<", ">", "below"]
Field = Literal["id", "namespace", "flow_id", "state", "created_at"]


class Condition(NamedTuple):
    """One condition; ``below`` is a namespace or one under it."""

    field: Field
    operator: Operator
    value: str | int


_COLUMNS: dict[str, str] = {
    "id": "e.id",
    "namespace": "e.namespace",
    "flow_id": "e.flow_id",
    "state": "e.state",
    "created_at": "e.created_at",
}


def where(conditions: Iterable[Condition]) -> tuple[str, list[object]]:
    """The ``WHERE`` clause and its values; empty when there are no conditions."""
    compiled = [_compile(condition) for condition in conditions]
    if not compiled:
        return "", []
    return "WHERE " + " AND ".join(text for text, _ in compiled), [value for _, values in compiled for value in values]


def _compile(condition: Condition) -> tuple[str, list[object]]:
    column = _COLUMNS[condition.field]
    if condition.operator == "below":
        # an expression, so that rows are read in the order of the list and never sorted; '/' follows '.'
        return f"({column} || '.') >= ? AND ({column} || '.') < ?", [f"{condition.value}.", f"{condition.value}/"]
    return f"{column} {condition.operator} ?", [condition.value]
