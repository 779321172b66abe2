"""Writes files into the working directory; says what is wrong when that fails."""

from __future__ import annotations

import errno
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pauta.errors import StorageFailed

_CHUNK = 1 << 20


def write(place: Path, content: bytes) -> None:
    """Write a file, with the folders that it needs. Raises StorageFailed."""
    with _said(place):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


def fetch(source: BinaryIO, place: Path) -> None:
    """Copy a stored file to a place on this machine. Raises StorageFailed."""
    with source, _said(place):
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("wb") as target:
            while chunk := source.read(_CHUNK):
                target.write(chunk)


@contextmanager
def _said(place: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise StorageFailed(f"there is no space left for {place}: free some space") from error
        raise StorageFailed(f"{place} cannot be written: {error.strerror}") from error
