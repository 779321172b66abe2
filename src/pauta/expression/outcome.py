"""What a template wrote, piece by piece: as text, or as a value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from pauta.errors import ExpressionError
from pauta.expression import limits
from pauta.expression.frame import Out
from pauta.expression.kinds import plain
from pauta.expression.values import Entry, text_of

_RAW = re.compile(r"\{%-*\s*raw\s*-*%\}(.*?)\{%-*\s*endraw\s*-*%\}", re.DOTALL)
_END_RAW = re.compile(r"\{%-*\s*endraw\s*-*%\}")


def written(out: Out) -> str:
    """What was written, as text. Raises ExpressionLimit."""
    return text_of(out[0]) if len(out) == 1 else limits.joined(map(text_of, out))


def text(out: Out) -> str:
    """The text that a template gives."""
    return unwrapped(written(out))


def value(out: Out) -> object:
    """The native value of what was written.

    Several pieces are one text; when a list or a map is among them and the text begins with JSON, it is that JSON (Kestra).
    """
    pieces = [piece for piece in out if piece is not None]
    if len(pieces) == 1:
        return _native(pieces[0])
    if not pieces:
        return None
    whole = text(pieces)
    return _parsed(whole) if any(isinstance(piece, Mapping | list) for piece in pieces) else whole


def unwrapped(whole: str, keep: str | Callable[[re.Match[str]], str] = r"\1") -> str:
    """Without ``{% raw %}`` around what values brought in (Kestra); ``keep`` says what stays of what it encloses."""
    if "endraw" not in whole:
        return whole
    # behind the last end there is nothing to find, and looking for it there would take long
    last = max((found.end() for found in _END_RAW.finditer(whole)), default=0)
    return _RAW.sub(keep, whole[:last]) + whole[last:]


def _native(piece: Any) -> object:
    if isinstance(piece, str):
        return unwrapped(str(piece))
    return plain({piece.key: piece.value} if isinstance(piece, Entry) else piece)


def _parsed(whole: str) -> object:
    from pauta.expression.library.documents import first_json

    try:
        return first_json(whole)
    except ExpressionError:
        return whole
