"""Lines of a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

_CHUNK = 1 << 20


def lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines without their end; what follows the last end is a line when there is something."""
    rest = b""
    while chunk := file.read(_CHUNK):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line.removesuffix(b"\r") for line in whole)
    if rest:
        yield rest.removesuffix(b"\r")
