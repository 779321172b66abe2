"""The two engines of regular expressions: one that takes linear time, and one that is stopped.

RE2 reads almost all patterns, and its time grows with the text only. What it refuses (looking around, references back to
a group) and what it reads otherwise than Java (``$`` before a line end at the end of the text) goes to an engine that
tries one way after the other. That one is stopped when it takes too long, and it costs many steps.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from math import prod
from typing import Any, Protocol, TypeVar, cast

from pauta.errors import ExpressionError
from pauta.expression import limits
from pauta.expression.library.java_patterns import Pattern

T = TypeVar("T")
_SECONDS = 0.25
"""The time after which the second engine is stopped."""
_BACKTRACKING = 20_000
"""Steps of a use of the second engine."""
_USED = 20
"""Steps of a use of the first engine, besides those for the text."""
_REPEATED = 100_000
"""Product of all counts (``{4}``) in a pattern for the second engine, which unfolds them."""
_COUNTS = re.compile(r"([1-9][0-9]*)\}")
_LINE_ENDS = ("\n", "\r", "\x85", "\u2028", "\u2029")


class Match(Protocol):
    """What was found."""

    def group(self, number: int | str = 0, /) -> str | None:
        """The text of a group."""
        ...

    def start(self) -> int:
        """Where it begins."""
        ...

    def end(self) -> int:
        """Where it ends."""
        ...


class Expression:
    """A regular expression ready to use. Raises ExpressionError when it cannot be read."""

    def __init__(self, pattern: Pattern, shown: str) -> None:
        self._pattern = pattern
        self._shown = shown
        self._linear = None if pattern.linear is None else _linear(pattern.linear)
        if self._linear is None:
            _backtracking(pattern.backtracking, shown)

    def search(self, text: str) -> Match | None:
        """The first match."""
        return self._use(text, lambda engine, how: engine.search(text, **how))

    def fullmatch(self, text: str) -> Match | None:
        """The match of the whole text."""
        return self._use(text, lambda engine, how: engine.fullmatch(text, **how))

    def finditer(self, text: str) -> list[Match]:
        """All matches, one behind the other."""
        return self._use(text, lambda engine, how: _different(engine.finditer(text, **how)))

    def _use(self, text: str, work: Callable[[Any, dict[str, Any]], T]) -> T:
        limits.spend(_USED + (len(text) >> 2))
        if self._linear is not None and not self._is_read_otherwise(text):
            return work(self._linear, {})
        limits.spend(_BACKTRACKING)
        try:
            return work(
                _backtracking(self._pattern.backtracking, self._shown), {"timeout": _SECONDS, "concurrent": True}
            )
        except TimeoutError:
            limits.exceeded(
                f"the regular expression '{self._shown}' takes too long on a text of {len(text)} characters"
            )

    def _is_read_otherwise(self, text: str) -> bool:
        """Whether the first engine sees other ends of lines than Java in this text."""
        at_end = self._pattern.ends and text.endswith(_LINE_ENDS)
        return at_end or (self._pattern.lines and any(mark in text for mark in _LINE_ENDS[1:]))


def _different(found: Iterable[Match]) -> list[Match]:
    """Matches without repetitions: RE2's binding gives an empty one at the end of a word or a text twice."""
    matches: list[Match] = []
    before = (-1, -1)
    for each in found:
        span = (each.start(), each.end())
        if span != before:
            matches.append(each)
        before = span
    return matches


def _linear(pattern: str) -> Any:
    """The pattern for RE2; None when it cannot read it."""
    import re2  # pyright: ignore[reportMissingTypeStubs]

    engine = cast("Any", re2)
    options = engine.Options()
    options.log_errors = False
    try:
        return engine.compile(pattern, options=options)
    except (engine.error, UnicodeError):
        return None


@lru_cache(maxsize=128)
def _backtracking(pattern: str, shown: str) -> Any:
    import regex

    if prod(int(count) for count in _COUNTS.findall(pattern)) > _REPEATED:
        limits.exceeded(f"the regular expression '{shown}' repeats too much inside of what is repeated")
    try:
        return regex.compile(pattern)
    except (regex.error, ValueError, RecursionError, OverflowError) as error:
        raise ExpressionError(f"the regular expression '{shown}' cannot be read: {error}") from None
