"""One file as several."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import IO, TYPE_CHECKING

from pydantic import Field

from pauta.errors import TaskFailed
from pauta.expression.library import patterns
from pauta.plugins.core.storage.lines import lines
from pauta.plugins.core.storage.names import like
from pauta.sdk.plugins import Outputs, plugin
from pauta.sdk.properties import P
from pauta.sdk.tasks import Result, RunnableTask

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext

_SIZE = re.compile(r"(\d+)\s*([KMGT]?)B?", re.IGNORECASE)
_POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}
_MOST_GROUPS = 1000


class SplitOutputs(Outputs):
    """What ``Split`` gives."""

    uris: list[str]
    """The URIs of the new files."""


@plugin(
    "io.kestra.plugin.core.storage.Split",
    aliases=("io.kestra.core.tasks.storages.Split",),
    outputs=SplitOutputs,
)
class Split(RunnableTask):
    """Deals the lines of a file out to new ones: by a pattern, a size, a number of files, or a number of lines."""

    from_: P[str] = Field(alias="from")
    """The file."""
    bytes_: P[str | None] = Field(None, alias="bytes")
    """How large a new file is (``10MB``); it ends with the line that reaches this size."""
    partitions: P[int | None] = None
    """How many new files there are; lines are dealt out in turn."""
    rows: P[int | None] = None
    """How many lines a new file has at most."""
    separator: P[str] = "\\n"
    """Written behind every line."""
    regex_pattern: P[str | None] = None
    """Lines with the same text in the first group of this pattern share a file; other lines are left out."""

    def run(self, ctx: RunContext) -> Result:
        """Write the new files. Raises NotFound, or TaskFailed when it is not said how to split."""
        separator = self.separator.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t").encode()
        with ctx.open_file(self.from_) as file:
            parts = self._parts(lines(file), separator)
            return Result({"uris": [ctx.put_stream(part, like(self.from_))[0] for part in parts]})

    def _parts(self, found: Iterator[bytes], separator: bytes) -> Iterable[Iterable[bytes]]:
        if self.regex_pattern is not None:
            return _by_group(found, separator, self.regex_pattern)
        if self.bytes_ is not None:
            return _by_size(found, separator, _size(self.bytes_))
        if self.partitions is not None:
            return _by_turn(found, separator, max(1, self.partitions))
        if self.rows is not None:
            return _by_count(found, separator, max(1, self.rows))
        raise TaskFailed("one of 'regexPattern', 'bytes', 'partitions' and 'rows' has to say how to split")


def _by_count(found: Iterator[bytes], separator: bytes, count: int) -> Iterator[list[bytes]]:
    part: list[bytes] = []
    for line in found:
        part.append(line + separator)
        if len(part) == count:
            yield part
            part = []
    if part:
        yield part


def _by_size(found: Iterator[bytes], separator: bytes, size: int) -> Iterator[list[bytes]]:
    """A part ends with the line that makes it as large as ``size``, or larger (Kestra)."""
    part, length = list[bytes](), 0
    for line in found:
        part.append(line + separator)
        length += len(part[-1])
        if length >= size:
            yield part
            part, length = [], 0
    if part:
        yield part


def _by_turn(found: Iterator[bytes], separator: bytes, count: int) -> Iterator[IO[bytes]]:
    with _files() as files:
        for place, line in enumerate(found):
            files.of(str(place % count)).write(line + separator)
        yield from files.read()


def _by_group(found: Iterator[bytes], separator: bytes, pattern: str) -> Iterator[IO[bytes]]:
    with _files() as files:
        for line in found:
            name = _group(pattern, line.decode(errors="replace"))
            if name is not None:
                files.of(name).write(line + separator)
        yield from files.read()


def _group(pattern: str, line: str) -> str | None:
    """The text in the first group of the pattern; None when the line does not match."""
    match = patterns.search(pattern, line)
    try:
        return None if match is None else match.group(1) or ""
    except IndexError:
        raise TaskFailed(f"regexPattern: '{pattern:.100}' has no group to tell files apart by") from None


class _Files:
    """Files by name, made when they are first asked for, gone in the end."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._files: dict[str, IO[bytes]] = {}

    def of(self, name: str) -> IO[bytes]:
        """The file of this name. Raises TaskFailed when there would be too many."""
        if name not in self._files:
            if len(self._files) >= _MOST_GROUPS:
                raise TaskFailed(f"a file can be split into at most {_MOST_GROUPS} files in this way")
            self._files[name] = self._stack.enter_context(tempfile.SpooledTemporaryFile(1 << 20))  # noqa: SIM115 -- the stack closes it
        return self._files[name]

    def read(self) -> Iterator[IO[bytes]]:
        """All files, from their beginning."""
        for file in self._files.values():
            file.seek(0)
            yield file


@contextmanager
def _files() -> Generator[_Files]:
    with ExitStack() as stack:
        yield _Files(stack)


def _size(text: str) -> int:
    """Bytes of a size such as ``10MB`` (1 KB has 1024)."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise TaskFailed(f"bytes: '{text:.100}' is not a size such as 10MB")
    return int(found[1]) << 10 * _POWERS[found[2].upper()]
