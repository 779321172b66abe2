"""What an expression may cost. Everything that grows is measured against these limits.

Work is counted in *steps*: one for a node that is evaluated, one for an item of a list or a map that is gone through or
made, one for sixteen characters of a text that is read or made. Whoever evaluates begins a count (``begin``, ``end``);
what works in a loop spends of it (``spend``). The count belongs to the thread: an evaluation never leaves it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from threading import local
from typing import Any, NoReturn

from pauta.errors import ExpressionLimit

STEPS = 5_000_000
"""Steps of one evaluation."""
DEPTH = 60
"""Macros, blocks and ``render()`` inside one another."""
NESTING = 100
"""Brackets and tags inside one another in the text of a template."""
CHAIN = 200
"""Operators, filters or attributes behind one another, without brackets (``~`` does not count)."""
TOKENS = 100_000
"""Names, numbers, texts, signs and pieces of text that a template is made of."""
TEXT = 32 << 20
"""Characters of a text that an expression makes."""
TEMPLATE = 4 << 20
"""Characters of a template."""
ITEMS = 1_000_000
"""Items of a list that an expression makes (Kestra 2: the largest range)."""
PATTERN = 1_000
"""Characters of a regular expression, or of a pattern for dates or numbers."""
SEARCHED = 1 << 20
"""Characters of a text that a regular expression is applied to."""
FREE = 256
"""A text of so many characters costs nothing: there is always a node that is counted."""
NEST = 8
"""Steps of a list or a map that is gone through inside of another, without its items."""
TURN = 3
"""Steps of a turn of a loop, without what it does."""
CALL = 10
"""Steps of a filter, a function, a test or a method, whatever it is given."""


class _Count(local):
    """The steps that are left; outside of an evaluation nobody looks at them."""

    left = sys.maxsize
    running = False


_count = _Count()


def begin() -> bool:
    """Begin to count, unless the evaluation is part of another one; gives what ``end`` needs."""
    if _count.running:
        return False
    _count.running = True
    _count.left = STEPS
    return True


def end(begun: bool) -> None:  # noqa: FBT001 -- what begin gave
    """The evaluation is over."""
    if begun:
        _count.running = False
        _count.left = sys.maxsize


def spent() -> int:
    """The steps that the present evaluation has taken."""
    return STEPS - _count.left


def spend(steps: int) -> None:
    """Count steps. Raises ExpressionLimit."""
    _count.left -= steps
    if _count.left < 0 and _count.running:
        exceeded(f"the expression needs more than {STEPS} steps")


def exceeded(what: str) -> NoReturn:
    """Refuse what costs too much."""
    raise ExpressionLimit(what)


def check_text(length: int) -> None:
    """Refuse to make a text of so many characters, else count them."""
    if length > TEXT:
        exceeded(f"the expression would make a text of {length} characters; at most {TEXT} are allowed")
    if length > FREE:
        spend(length >> 4)


def check_items(count: int) -> None:
    """Refuse to make a list of so many items, else count them."""
    if count > ITEMS:
        exceeded(f"the expression would make a list of {count} items; at most {ITEMS} are allowed")
    spend(2 * count)


def charge(value: Any) -> None:
    """Count what it costs to go through a text, a list or a map; nothing for other values."""
    if isinstance(value, str):
        if len(value) > FREE:
            spend(len(value) >> 4)
    elif isinstance(value, list | dict | tuple | set):
        spend(len(value))  # pyright: ignore[reportUnknownArgumentType] -- plain data


def joined(texts: Iterable[str], mark: str = "") -> str:
    """Texts in one, with a mark between them; refused as soon as they are too long."""
    parts: list[str] = []
    length = 0
    for text in texts:
        length += len(text) + len(mark)
        if length > TEXT:
            check_text(length)
        parts.append(text)
    check_text(length)
    return mark.join(parts)
