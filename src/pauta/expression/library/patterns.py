"""Regular expressions in Java's syntax.

They are translated (``java_patterns``) for two engines (``engines``); what Java could not read is refused.
The pattern, and the text that it is applied to, are bounded in size.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pauta.errors import ExpressionError
from pauta.expression import limits
from pauta.expression.kinds import Array
from pauta.expression.library.engines import Expression, Match
from pauta.expression.library.java_patterns import translated

_REFERENCE = re.compile(r"\\(.?)|\$(?:\{([^}]*)\}|([0-9]+))?", re.DOTALL)


def search(pattern: str, text: str) -> Match | None:
    """The first match in a text."""
    return compiled(pattern).search(_bounded(text))


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text matches."""
    return compiled(pattern).fullmatch(_bounded(text)) is not None


def replace_all(text: str, pattern: str, replacement: str) -> str:
    """All matches replaced; ``$1`` and ``${name}`` stand for groups, a backslash for the next character itself."""
    return _replaced(text, compiled(pattern).finditer(_bounded(text)), replacement)


def _replaced(text: str, matches: list[Match], replacement: str) -> str:
    pieces: list[str] = []
    end = 0
    for found in matches:
        filled = _REFERENCE.sub(lambda reference, found=found: _group(found, reference), replacement)
        pieces += (text[end : found.start()], filled)
        end = found.end()
    return limits.joined([*pieces, text[end:]])


def replace_first(text: str, pattern: str, replacement: str) -> str:
    """The first match replaced, as ``replace_all`` replaces all."""
    return _replaced(text, compiled(pattern).finditer(_bounded(text))[:1], replacement)


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
        if found.end() == 0:
            continue
        parts.append(text[start : found.start()])
        start = found.end()
    return [*parts, text[start:]]


@lru_cache(maxsize=512)
def compiled(pattern: str) -> Expression:
    """A pattern ready to use. Raises ExpressionError when it cannot be read."""
    if len(pattern) > limits.PATTERN:
        limits.exceeded(f"a regular expression has at most {limits.PATTERN} characters")
    return Expression(translated(pattern), pattern)


def _bounded(text: str) -> str:
    if len(text) > limits.SEARCHED:
        limits.exceeded(f"a regular expression is applied to at most {limits.SEARCHED} characters")
    return text


def _group(found: Match, reference: re.Match[str]) -> str:
    """What a backslash or a dollar in a replacement stands for."""
    escaped, name, digits = reference.groups()
    if reference.group().startswith("\\"):
        if not escaped:
            raise ExpressionError("a backslash at the end of a replacement stands for nothing")
        return escaped
    if name is not None:
        return _known(found, name)
    if digits is None:
        raise ExpressionError("'$' in a replacement is followed by a number or a name in braces; '\\\\$' is a dollar")
    return _numbered(found, digits)


def _known(found: Match, name: str | int) -> str:
    try:
        return found.group(name) or ""
    except (IndexError, KeyError):
        raise ExpressionError(f"there is no group {name} in the regular expression") from None


def _numbered(found: Match, digits: str) -> str:
    """The group of a number; more digits belong to it as long as there is such a group (Java)."""
    for end in range(len(digits), 1, -1):
        try:
            return (found.group(int(digits[:end])) or "") + digits[end:]
        except IndexError:
            continue
    return _known(found, int(digits[0])) + digits[1:]
