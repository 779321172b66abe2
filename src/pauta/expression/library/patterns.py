"""Regular expressions in Java's syntax.

Java's named groups and classes are written alike or translated; what neither engine (``engines``) can read is refused.
The pattern, and the text that it is applied to, are bounded in size.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pauta.errors import ExpressionError
from pauta.expression import limits
from pauta.expression.kinds import Array
from pauta.expression.library.engines import Expression, Match

_NAMED = re.compile(r"\(\?<(?=[A-Za-z])")
_BACK = re.compile(r"\\k<(\w+)>")
_CLASSES = {
    r"\p{Alpha}": "A-Za-z",
    r"\p{Digit}": "0-9",
    r"\p{Alnum}": "A-Za-z0-9",
    r"\p{Lower}": "a-z",
    r"\p{Upper}": "A-Z",
    r"\p{Punct}": r"!-/:-@\[-`{-~",
    r"\p{Space}": r"\s",
}
_FLAGS_INSIDE = re.compile(r"^(.*?)\(\?([imsx]+)\)(.*)$", re.DOTALL)
_REFERENCE = re.compile(r"\\(.)|\$\{(\w+)\}|\$(\d)", re.DOTALL)


def search(pattern: str, text: str) -> Match | None:
    """The first match in a text."""
    return compiled(pattern).search(_bounded(text))


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text matches."""
    return compiled(pattern).fullmatch(_bounded(text)) is not None


def replace_all(text: str, pattern: str, replacement: str) -> str:
    """All matches replaced; ``$1`` and ``${name}`` stand for groups, a backslash for the next character itself."""
    return _replaced(text, pattern, replacement, 0)


def _replaced(text: str, pattern: str, replacement: str, count: int) -> str:
    def filled(found: Match) -> str:
        return _REFERENCE.sub(lambda reference: _group(found, reference), replacement)

    result = compiled(pattern).sub(filled, _bounded(text), count)
    limits.check_text(len(result))
    return result


def replace_first(text: str, pattern: str, replacement: str) -> str:
    """The first match replaced, as ``replace_all`` replaces all."""
    return _replaced(text, pattern, replacement, 1)


def split(text: str, pattern: str, limit: int) -> Array:
    """Java's ``String.split``."""
    parts = _parts(text, compiled(pattern), limit)
    if limit == 0:
        while len(parts) > 1 and parts[-1] == "":
            parts.pop()
        if parts == [""] and text:
            return Array()
    return Array(parts)


def _parts(text: str, pattern: Expression, limit: int) -> list[str]:
    parts: list[str] = []
    start = 0
    for found in pattern.finditer(_bounded(text)):
        if limit > 0 and len(parts) == limit - 1:
            break
        if found.end() == 0 or (found.start() == found.end() and found.start() in (0, len(text))):
            continue
        parts.append(text[start : found.start()])
        start = found.end()
    return [*parts, text[start:]]


@lru_cache(maxsize=512)
def compiled(pattern: str) -> Expression:
    """A pattern ready to use. Raises ExpressionError when it cannot be read."""
    if len(pattern) > limits.PATTERN:
        limits.exceeded(f"a regular expression has at most {limits.PATTERN} characters")
    return Expression(_translated(pattern), pattern)


def _translated(pattern: str) -> str:
    pattern = _BACK.sub(r"(?P=\1)", _NAMED.sub("(?P<", pattern))
    for java, python in _CLASSES.items():
        pattern = pattern.replace(java, f"[{python}]")
    found = _FLAGS_INSIDE.match(pattern)
    while found is not None and found.group(1):
        pattern = f"{found.group(1)}(?{found.group(2)}:{found.group(3)})"
        found = _FLAGS_INSIDE.match(pattern)
    return pattern


def _bounded(text: str) -> str:
    if len(text) > limits.SEARCHED:
        limits.exceeded(f"a regular expression is applied to at most {limits.SEARCHED} characters")
    return text


def _group(found: Match, reference: re.Match[str]) -> str:
    literal, name, number = reference.groups()
    if literal is not None:
        return literal
    try:
        return found.group(name if name is not None else int(number)) or ""
    except IndexError:
        raise ExpressionError(f"there is no group {name or number} in the regular expression") from None
