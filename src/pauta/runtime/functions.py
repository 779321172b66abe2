"""Functions of expressions that look outside: the time, secrets, files. Those that are not there yet say so."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from typing import BinaryIO

from pauta import paths
from pauta.blobs import places
from pauta.blobs.store import Blobs
from pauta.clock import Clock, SystemClock
from pauta.errors import NotFound, PathRefused, PautaError
from pauta.secrets.encryption import Encryption
from pauta.secrets.environment import Secrets
from pauta.secrets.masking import Masker

Function = Callable[..., object]
_LARGEST_READ = 16 << 20
"""Bytes that ``read()`` gives to an expression at most."""
_NOT_YET = ("kv", "http", "errorLogs", "subflow")


class Functions:
    """Makes the functions for the expressions of one execution."""

    def __init__(self, *, blobs: Blobs, secrets: Secrets, encryption: Encryption, clock: Clock | None = None) -> None:
        self.encryption = encryption
        self._clock = clock or SystemClock()
        self._blobs = blobs
        self._secrets = secrets

    def of(self, namespace: str, masker: Masker) -> Mapping[str, Function]:
        """The functions by name. Secrets that are read are told to the masker."""
        looks = _Looks(self._blobs, self._secrets, namespace, masker)
        return {
            "secret": looks.secret,
            "read": looks.read,
            "fileURI": looks.file_uri,
            "fileSize": looks.file_size,
            "fileExists": looks.file_exists,
            "isFileEmpty": looks.is_file_empty,
            "now": self._clock.now,
            "random": _random,
            "randomPort": _free_port,
            **{name: _not_yet(name) for name in _NOT_YET},
        }


class _Looks:
    """What the expressions of a namespace can see. Arguments have Kestra's names and order."""

    def __init__(self, blobs: Blobs, secrets: Secrets, namespace: str, masker: Masker) -> None:
        self._blobs = blobs
        self._secrets = secrets
        self._namespace = namespace
        self._masker = masker

    def secret(self, key: str, namespace: str | None = None, subkey: str | None = None) -> str:
        """The text of a secret (or of a field of it); the namespace makes no difference."""
        del namespace
        value = self._secrets.get(key, subkey)
        self._masker.add(value)
        return value

    def read(self, path: str, namespace: str | None = None, version: int | None = None) -> str:
        """The content of a file as text."""
        del version
        with self._open(path, namespace) as file:
            content = file.read(_LARGEST_READ + 1)
        if len(content) > _LARGEST_READ:
            raise PautaError(f"read() gives at most {_LARGEST_READ} bytes, '{path}' has more")
        return content.decode(errors="replace")

    def file_uri(self, path: str, namespace: str | None = None, version: int | None = None) -> str:
        """The URI of a namespace file; another URI stays as it is."""
        del version
        if "://" in path and not path.startswith(places.NAMESPACE_SCHEME):
            return path
        return places.uri(self._place(path, namespace))

    def file_size(self, path: str, namespace: str | None = None, version: int | None = None) -> int:
        """The size of a file in bytes."""
        del version
        with self._open(path, namespace) as file:
            return file.seek(0, 2)

    def file_exists(self, path: str, namespace: str | None = None, version: int | None = None) -> bool:
        """Whether there is such a file."""
        del version
        try:
            self._open(path, namespace).close()
        except NotFound:
            return False
        return True

    def is_file_empty(self, path: str, namespace: str | None = None, version: int | None = None) -> bool:
        """Whether a file has no content."""
        return self.file_size(path, namespace, version) == 0

    def _open(self, path: str, namespace: str | None) -> BinaryIO:
        return self._blobs.open(self._place(path, namespace))

    def _place(self, path: str, namespace: str | None) -> str:
        """The path in the storage: of a ``kestra://`` URI, or of a namespace file by URI or relative path."""
        owner = namespace or self._namespace
        if path.startswith(places.SCHEME):
            return self._allowed(places.path_of(path))
        if path.startswith(places.NAMESPACE_SCHEME):
            owner, path = places.namespace_path(path, owner)
        elif "://" in path:
            raise PathRefused(f"'{path}' cannot be read: kestra:///…, nsfile:///… or a namespace file is expected")
        return f"{places.of_namespace_files(owner)}/{paths.relative(path)}"

    def _allowed(self, path: str) -> str:
        if not places.is_of_namespace(path, self._namespace):
            raise PathRefused(f"'{places.uri(path)}' does not belong to the namespace {self._namespace}")
        return path


def _random(bytes: int) -> bytes:  # noqa: A002 -- the name of the argument
    return os.urandom(bytes)


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("", 0))
        return listening.getsockname()[1]


def _not_yet(name: str) -> Function:
    def refuse(*_: object, **__: object) -> object:
        raise PautaError(f"the function {name}() is not supported yet")

    return refuse
