"""The values that an input can be chosen from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from pauta.errors import ExpressionError
from pauta.expression import Dialect, Scope, compile  # noqa: A004 -- its name
from pauta.flow.inputs.base import Input
from pauta.flow.inputs.kinds import EnumInput, MultiselectInput, Selection
from pauta.flow.inputs.validation import Choices


def choices_of(declared: Input, scope: Scope, dialect: Dialect) -> Choices:
    """The values, those of an expression rendered. Raises ValueError when it gives no list."""
    if isinstance(declared, EnumInput):
        return declared.choices
    if not isinstance(declared, Selection):
        return None
    return declared.choices if declared.expression is None else _listed(declared.expression, scope, dialect)


def first_choice(declared: Input, choices: Choices) -> Any:
    """The default of an input with ``autoSelectFirst``; None: it has none."""
    if not isinstance(declared, Selection) or not declared.auto_select_first or not choices:
        return None
    return [choices[0]] if isinstance(declared, MultiselectInput) else choices[0]


def _listed(expression: str, scope: Scope, dialect: Dialect) -> Sequence[str]:
    from pauta.expression.values import text_of

    try:
        values = compile(expression, dialect).evaluate(scope)
    except ExpressionError as error:
        raise ValueError(f"Cannot render 'expression'. Cause: {error}") from None
    if not isinstance(values, list | tuple):
        raise ValueError("Invalid expression result. Expected a list of values")  # noqa: TRY004 -- as all types do
    return tuple(text_of(each) for each in cast("Sequence[Any]", values))
