"""Encryption of texts with a key of the flow's own: AES-GCM, the nonce in front, everything in Base64."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as BadBase64
from typing import Any

from pauta.errors import ExpressionError
from pauta.expression.catalog import function
from pauta.expression.library import given

_NONCE = 12


@function("decrypt", "key", "encrypted")
def decrypt(key: Any, encrypted: Any) -> str:
    """A text that was encrypted with a key."""
    from cryptography.exceptions import InvalidTag

    if key is None or encrypted is None:
        raise ExpressionError("The 'decrypt' function expects two arguments 'key' and 'encrypted'")
    content = _decoded(given.text(encrypted, "'encrypted'"), "'encrypted'")
    try:
        plain = _cipher(given.text(key, "'key'")).decrypt(content[:_NONCE], content[_NONCE:], None)
    except (InvalidTag, ValueError):
        raise ExpressionError("the text was not encrypted with this key") from None
    return plain.decode()


def sealed(key: str, plaintext: str, nonce: bytes) -> str:
    """The text encrypted."""
    return b64encode(nonce + _cipher(key).encrypt(nonce, plaintext.encode(), None)).decode()


def _cipher(key: str) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(_decoded(key, "'key'"))
    except ValueError:
        raise ExpressionError("'key' must have 16, 24 or 32 bytes") from None


def _decoded(text: str, what: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (BadBase64, ValueError):
        raise ExpressionError(f"{what} is not Base64") from None
