"""Encryption at rest: AES-256-GCM with the key of this installation.

Kestra's form: a map ``{type: "io.kestra.datatype:aes_encrypted", value}`` whose value is the Base64 of a random IV of
12 bytes, the ciphertext and a tag of 128 bits.
"""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from pauta.errors import PautaError, StorageFailed

TYPE = "io.kestra.datatype:aes_encrypted"
_IV = 12
_KEY = 32


def is_encrypted(value: object) -> bool:
    """Whether plain data is an encrypted value."""
    return isinstance(value, Mapping) and cast("Mapping[str, Any]", value).get("type") == TYPE


class Encryption:
    """Encrypts and decrypts texts. The key file is made at the first use, readable by its owner only."""

    def __init__(self, key_file: Path) -> None:
        self._key_file = key_file
        self._key: bytes | None = None

    def encrypt(self, text: str) -> dict[str, str]:
        """A text as an encrypted value.

        Raises PautaError when the key file is open to others, StorageFailed when it cannot be made.
        """
        iv = secrets.token_bytes(_IV)
        sealed = self._cipher().encrypt(iv, text.encode(), None)
        return {"type": TYPE, "value": base64.b64encode(iv + sealed).decode()}

    def decrypt(self, value: Mapping[str, Any]) -> str:
        """The text of an encrypted value. Raises PautaError when it was encrypted with another key."""
        from cryptography.exceptions import InvalidTag

        try:
            data = base64.b64decode(value["value"], validate=True)
            return self._cipher().decrypt(data[:_IV], data[_IV:], None).decode()
        except (InvalidTag, ValueError, KeyError, TypeError):
            raise PautaError(f"an encrypted value cannot be read with the key in {self._key_file}") from None

    def reveal(self, value: Any, on_secret: Callable[[str], None]) -> Any:
        """Plain data with all encrypted values in it decrypted; each text is told to ``on_secret``."""
        if is_encrypted(value):
            text = self.decrypt(value)
            on_secret(text)
            return text
        if isinstance(value, Mapping):
            items = cast("Mapping[str, Any]", value).items()
            return {name: self.reveal(inner, on_secret) for name, inner in items}
        if isinstance(value, list):
            return [self.reveal(inner, on_secret) for inner in cast("list[Any]", value)]
        return value

    def _cipher(self) -> Any:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        if self._key is None:
            self._key = _read(self._key_file) if self._key_file.exists() else _make(self._key_file)
        return AESGCM(self._key)


def _make(file: Path) -> bytes:
    """A new key. Whoever makes it first wins; a file that can be seen is complete."""
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _write(draft, base64.b64encode(secrets.token_bytes(_KEY)))
        with suppress(FileExistsError):
            file.hardlink_to(draft)
        draft.unlink()
    except OSError as error:
        raise StorageFailed(f"the key file {file} cannot be made: {error.strerror}") from error
    return _read(file)


def _write(file: Path, content: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(descriptor)


def _read(file: Path) -> bytes:
    if file.stat().st_mode & 0o077:
        raise PautaError(f"the key file {file} can be read by others: run 'chmod 600 {file}'")
    try:
        key = base64.b64decode(file.read_bytes().strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != _KEY:
        raise PautaError(f"the key file {file} must hold the Base64 of {_KEY} bytes")
    return key
