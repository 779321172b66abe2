"""Files that a script leaves: those that are declared as outputs are stored, if they lie in the working directory."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pauta.errors import PathRefused
from pauta.sdk import patterns
from pauta.sdk.states import Level

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext

_FEW, _AT_A_TIME = 8, 16
_UNFIT = re.compile(r"[\x00-\x1f\x7f\\/]")
_KINDS = {stat.S_IFIFO: "a named pipe", stat.S_IFSOCK: "a socket", stat.S_IFBLK: "a device", stat.S_IFCHR: "a device"}


@dataclass(slots=True)
class Collected:
    """Stored files by name, as URIs, and sentences about those that were refused."""

    files: dict[str, str] = field(default_factory=dict[str, str])
    refused: list[str] = field(default_factory=list[str])


def collect(declared: Sequence[str], ctx: RunContext) -> Collected:
    """Store the files of the working directory that match.

    A declared name that leaves the working directory (also through a symbolic link) or is no regular file is refused;
    of what a pattern matches, such files are left out with a warning.
    """
    collected, found = Collected(), dict[str, tuple[Path, str]]()
    for text in declared:
        try:
            _find(_below(text, ctx.working_dir), ctx, found)
        except (PathRefused, ValueError) as error:
            collected.refused.append(str(error))
    collected.files = _store(found, ctx)
    return collected


def collect_folder(folder: Path, ctx: RunContext) -> dict[str, str]:
    """Store all files below a folder; names are relative to it."""
    names = [name for name in _names_below(folder) if _is_storable(folder, name, ctx)]
    return _store({_printable(name): (folder / name, _stored_path(name)) for name in names}, ctx)


def _find(text: str, ctx: RunContext, found: dict[str, tuple[Path, str]]) -> None:
    """Add the files that match: by name where each lies, and under which name it is stored."""
    names = list(_matching(text, ctx))
    if not names:
        ctx.log(Level.WARN, f"no file matches '{text}' of outputFiles")
    for name in names:
        found.setdefault(_printable(name), ((ctx.working_dir / name).resolve(), _unique(name)))


def _store(found: Mapping[str, tuple[Path, str]], ctx: RunContext) -> dict[str, str]:
    """Store files, several at a time: each one waits for the disk. Gives their URIs by name, in the same order."""
    if len(found) < _FEW:
        return {name: ctx.put_file(*file) for name, file in found.items()}
    from concurrent.futures import ThreadPoolExecutor

    places, names = zip(*found.values(), strict=True)
    with ThreadPoolExecutor(_AT_A_TIME, thread_name_prefix="store") as pool:
        return dict(zip(found, pool.map(ctx.put_file, places, names), strict=True))


def _matching(text: str, ctx: RunContext) -> Iterator[str]:
    """The names of storable files for a declared text. Raises PathRefused for one that is declared by its name."""
    root = ctx.working_dir
    if not patterns.is_pattern(text) or (root / text).is_file():
        if os.path.lexists(root / text) and not (root / text).is_dir():
            _check(root, text)
            yield text
        return
    pattern = patterns.compiled(text)
    found = [name for name in _names_below(root) if pattern.fullmatch(name)]
    yield from (name for name in found if _is_storable(root, name, ctx))


def _below(text: str, root: Path) -> str:
    """A declared text relative to the working directory. Kestra: a slash at its beginning means that directory."""
    relative = text.removeprefix(f"{root}/")
    below = relative.removeprefix("./").lstrip("/")
    if ".." in below.split("/") or "\0" in below:
        raise PathRefused(f"the output file '{text}' must lie inside the working directory")
    if relative.startswith("/") and not patterns.is_pattern(below) and not os.path.lexists(root / below):
        raise PathRefused(f"the output file '{text}' must lie inside the working directory, {root}")
    return below


def _names_below(folder: Path) -> Iterator[str]:
    """Relative names of all files below a folder; symbolic links to folders are not followed."""
    for place, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            yield os.path.relpath(os.path.join(place, name), folder)  # noqa: PTH118 -- there may be 100 000 of them


def _is_storable(root: Path, name: str, ctx: RunContext) -> bool:
    try:
        _check(root, name)
    except PathRefused as error:
        ctx.log(Level.WARN, f"left out: {error}")
        return False
    return True


def _check(root: Path, name: str) -> None:
    """Raises PathRefused unless the name leads to a regular file inside the root."""
    place = root / name
    shown = _printable(name)
    try:
        resolved = place.resolve(strict=True)
        mode = resolved.stat().st_mode
    except OSError as error:
        raise PathRefused(f"the output file '{shown}' cannot be read: {error.strerror}") from None
    if not resolved.is_relative_to(root.resolve()):
        raise PathRefused(f"the output file '{shown}' is a symbolic link that leaves the working directory")
    if not stat.S_ISREG(mode):
        kind = _KINDS.get(stat.S_IFMT(mode), "something else")
        raise PathRefused(f"the output file '{shown}' is {kind}; only regular files can be stored")


def _unique(name: str) -> str:
    """The name under which a file is stored: Kestra puts a unique prefix before the last part of its path."""
    last = _printable(name).rpartition("/")[2]
    return f"{os.urandom(11).hex()}-{_UNFIT.sub('_', last)}"


def _stored_path(name: str) -> str:
    return "/".join(_UNFIT.sub("_", part) for part in _printable(name).split("/"))


def _printable(name: str) -> str:
    """A file name as text: bytes that are not UTF-8 are replaced."""
    return os.fsencode(name).decode("utf-8", "replace")
