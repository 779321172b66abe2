"""The internal storage: files by path, streamed in and out."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from pauta import paths
from pauta.blobs import places
from pauta.errors import NotFound, StorageFailed

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from obstore import ReadableFile
    from obstore.store import LocalStore

_BUFFER = 1 << 20
_IN_MEMORY = 8 << 20
"""Bytes of gathered chunks that are held in memory; what is larger goes through the disk."""


class Blobs:
    """Files below a folder of this machine. Paths are relative, with ``/``.

    A file is complete or not there; it is on the disk when ``put`` returns. Methods may be called from any thread.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened: LocalStore | None = None

    def put(self, path: str, content: bytes | Path | Iterable[bytes]) -> int:
        """Keep a file under this path; gives its size in bytes.

        Raises StorageFailed when there is no space.
        """
        import obstore

        paths.relative(path)
        place = self._folder / path
        with self._clear(path), ExitStack() as open_files:
            store = self._store()
            if not isinstance(content, bytes | Path):
                content = open_files.enter_context(self._gathered(content))
            obstore.put(store, path, content)
            _make_durable(place)
            return place.stat().st_size

    @contextmanager
    def _gathered(self, chunks: Iterable[bytes]) -> Generator[IO[bytes]]:
        """Chunks in a file without a name: they may come from files of this store, which cannot be read inside of put."""
        with tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(self._folder)) as file:
            for chunk in chunks:
                file.write(chunk)
            file.seek(0)
            yield file

    def open(self, path: str) -> BinaryIO:
        """Open a file for reading. Raises NotFound."""
        import obstore

        with self._clear(path):
            file = obstore.open_reader(self._store(), str(paths.relative(path)), buffer_size=_BUFFER)
        return cast("BinaryIO", io.BufferedReader(_Readable(file), _BUFFER))

    def list(self, folder: str) -> Iterator[str]:
        """The paths of all files below a folder, relative to it, sorted."""
        import obstore

        with self._clear(folder):
            batches = list(obstore.list(self._store(), folder))  # pyright: ignore[reportUnknownMemberType] -- an overload of obstore
        yield from sorted(meta["path"].removeprefix(folder + "/") for batch in batches for meta in batch)

    def delete(self, path: str) -> bool:
        """Remove a file; gives whether it was there."""
        import obstore

        with self._clear(path):
            there = (self._folder / paths.relative(path)).is_file()
            if there:
                obstore.delete(self._store(), path)
            return there

    def local_path(self, path: str) -> Path:
        """Where the file lies on this machine."""
        return paths.inside(self._folder, path)

    def _store(self) -> LocalStore:
        if self._opened is None:
            from obstore.store import LocalStore

            self._opened = LocalStore(self._folder, mkdir=True)
        return self._opened

    @contextmanager
    def _clear(self, path: str) -> Generator[None]:
        """Turns what the store and the system say into sentences."""
        from obstore.exceptions import BaseError

        try:
            yield
        except FileNotFoundError as error:
            raise NotFound("file", places.uri(path)) from error
        except (BaseError, OSError) as error:
            raise StorageFailed(_sentence(self._folder, path, str(error))) from error


class _Readable(io.RawIOBase):
    """A file of the store as Python expects one."""

    def __init__(self, file: ReadableFile) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        data = self._file.read(len(view))
        view[: len(data)] = memoryview(data)
        return len(data)


def _make_durable(place: Path) -> None:
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sentence(folder: Path, path: str, reason: str) -> str:
    if "No space left" in reason or "File too large" in reason or "quota" in reason.lower():
        return f"there is no space left in {folder} for the file '{path}': free some space, or keep runs elsewhere"
    if "Read-only file system" in reason or "Permission denied" in reason:
        return f"the file '{path}' cannot be written: {folder} is read-only"
    return f"the file '{path}' in {folder} failed: {reason.partition(chr(10))[0]}"
