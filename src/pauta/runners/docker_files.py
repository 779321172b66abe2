"""Files into a container and out of it, through the engine: nothing has to be mounted."""

from __future__ import annotations

import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

from pauta import paths
from pauta.errors import PathRefused

_SPOOLED = 16 << 20
"""Bytes of an archive that are kept in memory; more goes to a temporary file."""
_CHUNK = 1 << 20


def packed(folder: Path, name: str, owner: tuple[int, int] | None) -> IO[bytes]:
    """An archive of a folder, under the name ``name``.

    Without an owner (user and group) everybody may write: the user of the image is not known.
    """
    archive = cast("IO[bytes]", tempfile.SpooledTemporaryFile(_SPOOLED))  # noqa: SIM115 -- the caller closes it

    def prepared(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
        if not (entry.isreg() or entry.isdir() or entry.issym()):
            return None
        entry.uid, entry.gid = owner or (0, 0)
        entry.mode |= 0 if owner else 0o777 if entry.isdir() or entry.mode & 0o100 else 0o666
        return entry

    with tarfile.open(fileobj=archive, mode="w") as tar:
        tar.add(folder, arcname=name, filter=prepared)
    archive.seek(0)
    return archive


def unpack(chunks: Iterator[bytes], folder: Path, refuse: Callable[[str], None]) -> None:
    """Write the files of an archive below a folder.

    ``refuse`` hears of what is left out: names and links that leave the folder, devices, pipes.
    """
    with tarfile.open(fileobj=cast("IO[bytes]", _Stream(chunks)), mode="r|", bufsize=_CHUNK) as tar:
        for entry in tar:
            try:
                _write(tar, entry, folder)
            except PathRefused as error:
                refuse(str(error))


def _write(tar: tarfile.TarFile, entry: tarfile.TarInfo, folder: Path) -> None:
    if entry.name in (".", "./"):
        return  # the folder itself
    place = paths.inside(folder, entry.name)
    if not place.parent.resolve().is_relative_to(folder.resolve()):
        raise PathRefused(f"'{entry.name}' leads through a link out of the working directory")
    if entry.isdir():
        place.mkdir(parents=True, exist_ok=True)
    elif entry.isreg():
        _write_file(tar, entry, place)
    elif entry.issym():
        _link(entry, folder / paths.relative(entry.name), folder)
    else:
        raise PathRefused(f"'{entry.name}' is no regular file")


def _write_file(tar: tarfile.TarFile, entry: tarfile.TarInfo, place: Path) -> None:
    source = tar.extractfile(entry)
    if source is None:
        raise PathRefused(f"'{entry.name}' cannot be read")
    with suppress(FileNotFoundError):
        place.unlink()  # a link would be followed
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("wb") as target:
        while chunk := source.read(_CHUNK):
            target.write(chunk)
    place.chmod(entry.mode & 0o777 | 0o600)


def _link(entry: tarfile.TarInfo, place: Path, folder: Path) -> None:
    if not (place.parent / entry.linkname).resolve().is_relative_to(folder.resolve()):
        raise PathRefused(f"'{entry.name}' is a symbolic link that leaves the working directory")
    with suppress(FileNotFoundError):
        place.unlink()
    place.symlink_to(entry.linkname)


class _Stream:
    """Chunks as a file to read from."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def read(self, size: int) -> bytes:
        """So many bytes; fewer at the end."""
        while len(self._rest) < size and (chunk := next(self._chunks, b"")):
            self._rest += chunk
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken
