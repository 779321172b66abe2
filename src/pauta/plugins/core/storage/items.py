"""Rows of a file, one on each line, as Ion (or JSON, which is Ion too)."""

from __future__ import annotations

from typing import Any, cast

from pauta.errors import ExpressionError, TaskFailed
from pauta.expression.library import ion_text


def item(line: bytes) -> dict[str, Any]:
    """The fields of the row on a line. Raises TaskFailed when there is none."""
    try:
        values = ion_text.load(line.decode(errors="replace"))
    except ExpressionError as error:
        raise TaskFailed(f"a line is no row: {error} ({line[:100]!r})") from None
    if len(values) != 1 or not isinstance(values[0], dict):
        raise TaskFailed(f"a line is no row, but a row has fields: {line[:100]!r}")
    return cast("dict[str, Any]", values[0])
