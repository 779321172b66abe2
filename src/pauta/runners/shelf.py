"""The shelf of Python environments that are kept: what there is, how large, and what goes when there is too much.

An environment is a folder that is named by a digest, complete or not there. Beside it lies a lock of the same name: who
builds or removes the environment holds it alone, who uses it shares it. So nothing is removed while it is in use, on
whatever process's behalf, and the system lets go of the locks of a process that dies. The time of the folder says when
it was last used.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from pauta.errors import EnvironmentFailed

_ABOUT = "pauta.json"
_BUILDING, _REMOVING = ".building-", ".removing-"
_POLL = 0.05
"""Seconds between two tries to get a lock that another one holds."""
LIMIT = 10 << 30
"""Bytes; above it the environments that were not used for the longest time are removed after a build."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept environment. ``size`` is in bytes (files shared with uv's cache count), ``used`` in seconds since 1970."""

    folder: Path
    packages: int
    requirements: tuple[str, ...] = ()
    version: str = ""
    size: int = 0
    used: float = 0.0

    @property
    def site_packages(self) -> list[str]:
        """Where its packages lie."""
        return [str(place) for place in self.folder.glob("lib/python*/site-packages")]


Build = Callable[[Path], object]
"""Builds an environment in a folder that is not there yet."""


class Shelf:
    """The environments below a folder."""

    def __init__(self, root: Path, limit: int = LIMIT) -> None:
        self._root = root
        self._limit = limit

    @contextmanager
    def use(self, name: str, build: Build, is_stopped: Callable[[], bool]) -> Generator[tuple[Kept, bool]]:
        """Inside the block the environment is there and stays; also tells whether it was there before.

        Raises EnvironmentFailed when nothing can be kept there, and when it ``is_stopped`` while it waits for one that
        another task builds.
        """
        self._prepare()
        place, cached = self._root / name, True
        with _Lock(self._root / f"{name}.lock", is_stopped) as lock:
            lock.take(fcntl.LOCK_SH)
            while (kept := look(place)) is None:
                lock.take(fcntl.LOCK_EX)
                if look(place) is None:
                    self._build(place, build)
                    cached = False
                lock.take(fcntl.LOCK_SH)
            os.utime(place)
            if not cached:
                self.shrink(self._limit)
            yield kept, cached

    def entries(self) -> list[Kept]:
        """What is kept, the one that was used last first."""
        places = [place for place in self._places() if not place.name.startswith(".")]
        found = [kept for place in places if (kept := look(place))]
        return sorted(found, key=lambda each: each.used, reverse=True)

    def shrink(self, limit: int) -> list[Kept]:
        """Remove what was not used for the longest time until the rest is not larger than the limit (bytes)."""
        entries, removed = self.entries(), list[Kept]()
        total = sum(each.size for each in entries)
        for each in reversed(entries):
            if total > limit and self.remove(each):
                total -= each.size
                removed.append(each)
        return removed

    def forget(self, before: float) -> list[Kept]:
        """Remove what was last used before a time (seconds since 1970), and what builds left unfinished."""
        for place in self._places():
            if place.name.startswith((_BUILDING, _REMOVING)):
                self._remove(place, place.name.removeprefix(_BUILDING).removeprefix(_REMOVING))
        return [each for each in self.entries() if each.used < before and self.remove(each)]

    def remove(self, kept: Kept) -> bool:
        """Remove an environment; False when it is in use."""
        return self._remove(kept.folder, kept.folder.name)

    def _places(self) -> Iterator[Path]:
        return iter([place for place in self._root.iterdir() if place.is_dir()] if self._root.is_dir() else [])

    def _prepare(self) -> None:
        try:
            self._root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EnvironmentFailed(_unfit(self._root, error)) from None

    def _build(self, place: Path, build: Build) -> None:
        unfinished = self._root / f"{_BUILDING}{place.name}"
        shutil.rmtree(unfinished, ignore_errors=True)
        build(unfinished)
        unfinished.rename(place)

    def _remove(self, place: Path, name: str) -> bool:
        with _Lock(self._root / f"{name}.lock", lambda: True) as lock:
            if not lock.attempt(fcntl.LOCK_EX):
                return False
            going = self._root / f"{_REMOVING}{name}"
            shutil.rmtree(going, ignore_errors=True)
            if place != going:
                place.rename(going)
            shutil.rmtree(going, ignore_errors=True)
            lock.path.unlink(missing_ok=True)
            return True


class _Lock:
    """A lock of the operating system on a file that its last owner may remove."""

    def __init__(self, path: Path, is_stopped: Callable[[], bool]) -> None:
        self.path = path
        self._is_stopped = is_stopped
        self._descriptor = -1

    def __enter__(self) -> Self:
        self._open()
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

    def take(self, kind: int) -> None:
        """Get the lock, shared or alone; waits."""
        while not self.attempt(kind):
            if self._is_stopped():
                raise EnvironmentFailed("stopped while waiting for a Python environment that another task builds")
            time.sleep(_POLL)

    def attempt(self, kind: int) -> bool:
        """Get the lock if nobody is in the way."""
        try:
            fcntl.flock(self._descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        if self._is_there():
            return True
        os.close(self._descriptor)
        self._open()
        return False

    def _open(self) -> None:
        try:
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise EnvironmentFailed(_unfit(self.path.parent, error)) from None

    def _is_there(self) -> bool:
        """Whether the file that was opened is still the one of that name."""
        try:
            return os.path.samestat(os.fstat(self._descriptor), self.path.stat())
        except FileNotFoundError:
            return False


def _unfit(root: Path, error: OSError) -> str:
    return f"Python environments cannot be kept in {root}: {error.strerror}; PAUTA_CACHE_DIR names another folder"


def look(place: Path) -> Kept | None:
    """The environment in a folder; None when there is none, or it is not complete."""
    import orjson

    try:
        about: dict[str, Any] = orjson.loads((place / _ABOUT).read_bytes())
        used = place.stat().st_mtime
    except (OSError, orjson.JSONDecodeError):
        return None
    requirements, version = tuple(map(str, about["requirements"])), str(about["version"])
    return Kept(place, int(about["packages"]), requirements, version, int(about.get("bytes", 0)), used)


def describe(folder: Path, requirements: list[str], version: str) -> Kept:
    """Write down what is in a folder that was just filled, which makes it complete."""
    import orjson

    packages, size = sum(1 for _ in folder.glob("lib/python*/site-packages/*.dist-info")), _size(folder)
    about = {"requirements": requirements, "version": version, "packages": packages, "bytes": size}
    (folder / _ABOUT).write_bytes(orjson.dumps(about))
    return Kept(folder, packages, tuple(requirements), version, size)


def _size(folder: Path) -> int:
    files = (os.path.join(place, name) for place, _, names in os.walk(folder) for name in names)  # noqa: PTH118 -- many
    return sum(os.lstat(file).st_size for file in files)


def shelf_of(variables: Mapping[str, str]) -> Shelf:
    """The shelf that the environment variables name.

    It is below ``PAUTA_CACHE_DIR``, or the user's cache folder; ``PAUTA_CACHE_LIMIT`` is its limit, such as ``5GB``.
    Raises EnvironmentFailed when that is no size.
    """
    limit = variables.get("PAUTA_CACHE_LIMIT")
    return Shelf(cache_folder(variables), size_of(limit) if limit else LIMIT)


def cache_folder(variables: Mapping[str, str]) -> Path:
    """Where environments are kept."""
    if own := variables.get("PAUTA_CACHE_DIR"):
        return Path(own).expanduser() / "environments"
    return Path(variables.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pauta" / "environments"


def size_of(text: str) -> int:
    """Bytes: a number, perhaps with kB, MB or GB. Raises EnvironmentFailed."""
    units = {"": 1, "B": 1, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}
    number = text.strip().rstrip("kKmMgGbB ")
    unit = text.strip()[len(number) :].strip().upper()
    try:
        return int(float(number) * units[unit])
    except (ValueError, KeyError, OverflowError):
        raise EnvironmentFailed(f"'{text}' is no size: write one such as 500MB or 5GB") from None
