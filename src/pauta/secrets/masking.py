"""Keeps secrets out of logs: every form in which a secret could appear becomes ``******``."""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Iterator

import orjson

MASK = "******"
_SHORTEST_FORM = 4
"""Characters. Encoded forms and single lines that are shorter would hide innocent text."""


class Masker:
    """Masks the secrets that it was told about. May be used from any thread."""

    def __init__(self) -> None:
        self._forms: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        self._lock = threading.Lock()

    def add(self, secret: str) -> None:
        """Mask this value from now on, also encoded and line by line."""
        if not secret:
            return
        with self._lock:
            self._forms.update(forms(secret))
            longest_first = sorted(self._forms, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def mask(self, text: str) -> str:
        """The text without secrets."""
        return self._pattern.sub(MASK, text) if self._pattern is not None else text

    def stream(self) -> StreamMasker:
        """A masker for a text that comes in pieces."""
        return StreamMasker(self)

    def safe_end(self, text: str) -> int:
        """Up to where a text that goes on can be masked without cutting a secret in two."""
        if self._pattern is None:
            return len(text)
        end = self._begin_of_open_form(text)
        for match in self._pattern.finditer(text):
            if match.start() >= end:
                break
            end = max(end, match.end())
        return end

    def _begin_of_open_form(self, text: str) -> int:
        """Where the longest end of the text begins that is the beginning of a form."""
        longest = max(map(len, self._forms))
        for start in range(max(0, len(text) - longest + 1), len(text)):
            tail = text[start:]
            if any(form.startswith(tail) and form != tail for form in self._forms):
                return start
        return len(text)


class StreamMasker:
    """Masks a text that comes in pieces: what could be the beginning of a secret is held back until the next piece."""

    def __init__(self, masker: Masker) -> None:
        self._masker = masker
        self._held = ""

    @property
    def holds(self) -> bool:
        """Whether something is held back."""
        return bool(self._held)

    def feed(self, piece: str) -> str:
        """The part of the text that can be shown after this piece."""
        text = self._held + piece
        end = self._masker.safe_end(text)
        self._held = text[end:]
        return self._masker.mask(text[:end])

    def close(self) -> str:
        """What was held back; the text is over."""
        rest, self._held = self._held, ""
        return self._masker.mask(rest)


def forms(secret: str) -> Iterator[str]:
    """The forms in which a secret can appear: raw, line by line, Base64 (also inside a longer text), URL, JSON."""
    from urllib.parse import quote, quote_plus

    yield secret
    encoded = (*_base64(secret), quote(secret), quote(secret, safe=""), quote_plus(secret), _json(secret))
    lines = (line.strip() for line in secret.splitlines()) if "\n" in secret else ()
    yield from (form for form in (*encoded, *lines) if len(form) >= _SHORTEST_FORM)


def _json(secret: str) -> str:
    return orjson.dumps(secret)[1:-1].decode()


def _base64(secret: str) -> Iterator[str]:
    data = secret.encode()
    for alphabet in (base64.b64encode, base64.urlsafe_b64encode):
        yield alphabet(data).decode()
        yield alphabet(data).decode().rstrip("=")
        # inside the Base64 of a longer text (user:password) only the whole groups of three bytes look the same
        for before in (0, 1, 2):
            skipped = (3 - before) % 3
            inner = data[skipped : skipped + (len(data) - skipped) // 3 * 3]
            if len(inner) >= 2 * _SHORTEST_FORM:
                yield alphabet(inner).decode()
