"""What an expression may cost. Everything that grows is measured against these limits."""

from __future__ import annotations

from typing import NoReturn

from pauta.errors import ExpressionLimit

STEPS = 2_000_000
"""Turns of loops, tags and re-renderings in one evaluation."""
DEPTH = 60
"""Macros and ``render()`` inside one another."""
NESTING = 100
"""Brackets, operators and tags inside one another in the text of a template."""
TEXT = 32 << 20
"""Characters of a text that an expression makes."""
TEMPLATE = 4 << 20
"""Characters of a template."""
ITEMS = 1_000_000
"""Items of a list that an expression makes (Kestra 2: the largest range)."""
PATTERN = 1_000
"""Characters of a regular expression."""
SEARCHED = 1 << 20
"""Characters of a text that a regular expression is applied to."""


def exceeded(what: str) -> NoReturn:
    """Refuse what costs too much."""
    raise ExpressionLimit(what)


def check_text(length: int) -> None:
    """Refuse to make a text of so many characters."""
    if length > TEXT:
        exceeded(f"the expression would make a text of {length} characters; at most {TEXT} are allowed")


def check_items(count: int) -> None:
    """Refuse to make a list of so many items."""
    if count > ITEMS:
        exceeded(f"the expression would make a list of {count} items; at most {ITEMS} are allowed")
