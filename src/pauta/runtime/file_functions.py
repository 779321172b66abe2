"""Functions of expressions that look at files: those of the internal storage, and those of namespaces."""

from __future__ import annotations

from typing import BinaryIO

from pauta import paths
from pauta.blobs import places
from pauta.blobs.store import Blobs
from pauta.errors import NotFound, PathRefused, PautaError

_LARGEST_READ = 16 << 20
"""Bytes that ``read()`` gives to an expression at most."""


class FileFunctions:
    """What the expressions of a namespace can see of files. Arguments have Kestra's names and order."""

    def __init__(self, blobs: Blobs, namespace: str) -> None:
        self._blobs = blobs
        self._namespace = namespace

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
