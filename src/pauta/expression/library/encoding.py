"""Filters that encode, decode and hash texts."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as BadBase64
from typing import Any

from pauta.errors import ExpressionError
from pauta.expression.catalog import filter  # noqa: A004 -- its name
from pauta.expression.library import given
from pauta.expression.values import java_text

_BAD_ESCAPE = re.compile(r"%(?![0-9a-fA-F]{2})")


@filter("base64encode")
def base64encode(value: Any) -> str | None:
    """The text in Base64."""
    return None if value is None else b64encode(java_text(value).encode()).decode()


@filter("base64decode")
def base64decode(value: Any) -> str | None:
    """The text that was encoded in Base64."""
    if value is None:
        return None
    text = given.text(value, "the value")
    try:
        return b64decode(text + "=" * (-len(text) % 4), validate=True).decode(errors="replace")
    except (BadBase64, ValueError):
        raise ExpressionError("the text is not correct Base64") from None


@filter("urlencode")
def urlencode(value: Any) -> str | None:
    """The text as part of an address: blanks become ``+``."""
    from urllib.parse import quote_plus

    if value is None:
        return None
    return quote_plus(given.text(value, "the value"), safe="*").replace("~", "%7E")


@filter("urldecode")
def urldecode(value: Any) -> str | None:
    """The text that was encoded for an address."""
    from urllib.parse import unquote_plus

    if value is None:
        return None
    text = given.text(value, "the value")
    if _BAD_ESCAPE.search(text):
        raise ExpressionError("'%' must be followed by two hexadecimal digits")
    return unquote_plus(text)


@filter("sha256")
def sha256(value: Any) -> str | None:
    """The SHA-256 hash, in hexadecimal digits."""
    return _hashed("sha256", value)


@filter("sha512")
def sha512(value: Any) -> str | None:
    """The SHA-512 hash, in hexadecimal digits."""
    return _hashed("sha512", value)


@filter("sha1")
def sha1(value: Any) -> str | None:
    """The SHA-1 hash, in hexadecimal digits."""
    return _hashed("sha1", value)


@filter("md5")
def md5(value: Any) -> str | None:
    """The MD5 hash, in hexadecimal digits."""
    return _hashed("md5", value)


def _hashed(name: str, value: Any) -> str | None:
    import hashlib

    if value is None:
        return None
    return hashlib.new(name, given.text(value, "the value").encode(), usedforsecurity=False).hexdigest()
