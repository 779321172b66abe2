"""The two engines of regular expressions: one that takes linear time, and one that is stopped.

RE2 reads almost all patterns, and its time grows with the text only. What it refuses (looking around, references back to
a group) and what it reads otherwise than Java (``$`` before a line end at the end of the text) goes to an engine that
tries one way after the other. That one is stopped when it takes too long, and it costs many steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Protocol, TypeVar, cast

from pauta.errors import ExpressionError
from pauta.expression import limits

T = TypeVar("T")
_SECONDS = 0.25
"""The time after which the second engine is stopped."""
_BACKTRACKING = 20_000
"""Steps of a use of the second engine."""
_USED = 20
"""Steps of a use of the first engine, besides those for the text."""
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

    def __init__(self, pattern: str, shown: str) -> None:
        self._pattern = pattern
        self._shown = shown
        self._linear = _linear(pattern)
        self._has_end = "$" in pattern or "\\Z" in pattern
        if self._linear is None:
            _backtracking(pattern, shown)

    def search(self, text: str) -> Match | None:
        """The first match."""
        return self._use(text, lambda engine, how: engine.search(text, **how))

    def fullmatch(self, text: str) -> Match | None:
        """The match of the whole text."""
        return self._use(text, lambda engine, how: engine.fullmatch(text, **how))

    def finditer(self, text: str) -> Iterable[Match]:
        """All matches, one behind the other."""
        return self._use(text, lambda engine, how: [*engine.finditer(text, **how)])

    def sub(self, replacement: Callable[[Match], str], text: str, count: int) -> str:
        """All matches replaced, or the first ``count``."""
        return self._use(text, lambda engine, how: engine.sub(replacement, text, count, **how))

    def _use(self, text: str, work: Callable[[Any, dict[str, Any]], T]) -> T:
        limits.spend(_USED + (len(text) >> 2))
        if self._linear is not None and not (self._has_end and text.endswith(_LINE_ENDS)):
            return work(self._linear, {})
        limits.spend(_BACKTRACKING)
        try:
            return work(_backtracking(self._pattern, self._shown), {"timeout": _SECONDS, "concurrent": True})
        except TimeoutError:
            limits.exceeded(
                f"the regular expression '{self._shown}' takes too long on a text of {len(text)} characters"
            )


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

    try:
        return regex.compile(pattern)
    except (regex.error, ValueError, RecursionError, OverflowError) as error:
        raise ExpressionError(f"the regular expression '{shown}' cannot be read: {error}") from None
