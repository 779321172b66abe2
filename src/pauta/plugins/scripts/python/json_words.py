"""Lets JSON be pasted into a Python script: ``true``, ``false`` and ``null`` are values there (Kestra's prelude)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenize import TokenInfo

_WORD = re.compile(r"\b(?:true|false|null)\b")
_DEFINITION = "true, false, null = True, False, None"
_BEGINS_BLOCK = frozenset({"@", "if", "for", "while", "with", "def", "class", "try", "async", "match"})


def with_json_words(script: str) -> str:
    """The script with a definition of these words before its first statement, if they occur in it.

    Every statement stays on its line where that is possible: a script that begins with a block, and with no empty line
    above it, moves down by one.
    """
    if not _WORD.search(script):
        return script
    first = _first_statement(script)
    if first is None:
        return f"{_DEFINITION}\n{script}"
    lines = list(io.StringIO(script, newline=""))
    return "".join(_defined(lines, first.start[0] - 1, is_block=first.string in _BEGINS_BLOCK))


def _first_statement(script: str) -> TokenInfo | None:
    """Where the first statement after the docstring and the imports from ``__future__`` begins; None if nowhere."""
    for tokens in _statements(script):
        is_text = all(token.type == tokens[0].type for token in tokens) and tokens[0].string[-1] in "'\""
        if not is_text and [token.string for token in tokens[:2]] != ["from", "__future__"]:
            return tokens[0]
    return None


def _statements(script: str) -> Iterator[list[TokenInfo]]:
    """The tokens of each logical line, as far as the script can be read."""
    import tokenize

    blank = {tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    tokens: list[TokenInfo] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(script).readline):
            if token.type == tokenize.NEWLINE:
                yield tokens
                tokens = []
            elif token.type not in blank:
                tokens.append(token)
    except (tokenize.TokenError, SyntaxError):
        return


def _defined(lines: list[str], at: int, *, is_block: bool) -> list[str]:
    """The lines with the definition before line ``at`` (from 0)."""
    if not is_block:
        return [*lines[:at], f"{_DEFINITION}; {lines[at]}", *lines[at + 1 :]]
    above = at - 1 if at and not lines[at - 1].strip() else at
    return [*lines[:above], f"{_DEFINITION}\n", *lines[at:]]
