"""Patterns of file names, with the meaning they have in Kestra (Java's ``glob`` syntax).

``*`` and ``?`` stay inside a folder, ``**`` crosses folders, ``[a-c]`` and ``[!a]`` are one character, ``{a,b}`` are
alternatives, a backslash takes the meaning away. Names that begin with a dot are matched like all others.
"""

from __future__ import annotations

import re
from functools import lru_cache

_TOKEN = re.compile(r"\*\*|\[[!^]?\]?[^\]]*\]|\\.|.", re.DOTALL)
_PLAIN = {"**": ".*", "*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")"}


def is_pattern(text: str) -> bool:
    """Whether the text has characters with a meaning."""
    return any(character in text for character in "*?[{")


@lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern as a regular expression for whole relative paths with ``/``.

    Raises ValueError when it cannot be read.
    """
    depth, parts = 0, list[str]()
    for piece in _TOKEN.findall(pattern):
        parts.append("|" if piece == "," and depth else _PLAIN.get(piece) or _other(piece))
        depth += (piece == "{") - (piece == "}")
    try:
        return re.compile("".join(parts), re.DOTALL)
    except re.error as error:
        raise ValueError(f"the file pattern '{pattern}' cannot be read: {error}") from None


def matches(pattern: str, path: str) -> bool:
    """Whether a relative path matches as a whole."""
    return compiled(pattern).fullmatch(path) is not None


def _other(token: str) -> str:
    if len(token) > 1 and token.startswith("["):
        inner = token[1:-1]
        negated = inner.startswith(("!", "^"))
        escaped = (inner[1:] if negated else inner).replace("\\", "\\\\").replace("[", "\\[")
        return f"(?!/)[{'^' if negated else ''}{escaped}]"
    return re.escape(token[1:] if token.startswith("\\") and len(token) > 1 else token)
