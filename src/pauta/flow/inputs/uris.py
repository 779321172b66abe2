"""URIs, as far as inputs check them (Java's ``URI``)."""

from __future__ import annotations

import re

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ILLEGAL = re.compile(r"[\s\x00-\x20\x7f-\x9f\"<>\\^`{|}]|%(?![0-9A-Fa-f]{2})")
_FILES = ("kestra:", "file:", "nsfile:")


def uri(text: str) -> str:
    """A URI with a scheme. Raises ValueError."""
    found = _SCHEME.match(text)
    if found is None or found.end() == len(text) or text[found.end() :] == "//":
        raise ValueError("Invalid URI format. A URI begins with a scheme, as in https://example.org/path")
    illegal = _ILLEGAL.search(text)
    if illegal is not None:
        raise ValueError(f"Invalid URI format. Illegal character at index {illegal.start()}: {_cut(text)}")
    return text


def file_uri(text: str) -> str:
    """The URI of a stored file, a local file or a namespace file. Raises ValueError."""
    if not text.startswith(_FILES):
        raise ValueError(
            f"a file is needed: an upload, or a URI that begins with kestra://, file:// or nsfile://, not '{_cut(text)}'"
        )
    return uri(text)


def _cut(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:200]}…"
