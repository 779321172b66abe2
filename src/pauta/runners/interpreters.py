"""Finds the Python interpreters of this machine, by path: the shims of version managers choose anew at every start."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pauta.errors import EnvironmentFailed

_IMAGE_VERSION = re.compile(r"(?:^|/)python:(\d+\.\d+)")
_VERSION = re.compile(r"\d+\.\d+\.\d+")
_PLAIN_VERSION = re.compile(r"\d+(\.\d+){0,2}")
_VERSION_FOLDERS = (
    "{pyenv}/versions/{version}*/bin/python",
    "~/.local/share/uv/python/cpython-{version}*/bin/python",
    "~/.local/share/mise/installs/python/{version}*/bin/python",
    "~/.asdf/installs/python/{version}*/bin/python",
    "/opt/python/{version}*/bin/python",
    "/opt/hostedtoolcache/Python/{version}*/x64/bin/python",
)
_found: dict[str, Interpreter] = {}


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python interpreter: the program itself, no shim and no virtual environment."""

    path: Path
    version: str
    """Such as ``3.12.1``; ``3.12`` where only that much is known."""
    is_own: bool = False
    """It runs pauta."""

    @property
    def short_version(self) -> str:
        """Such as ``3.12``."""
        return ".".join(self.version.split(".")[:2])

    @property
    def has_pip(self) -> bool:
        """Whether a wheel of pip comes with it."""
        wheels = self.path.parent.parent.glob(f"lib/python{self.short_version}/ensurepip/_bundled/pip-*.whl")
        return next(wheels, None) is not None

    @property
    def identity(self) -> str:
        """Changes when the interpreter is replaced by another one."""
        state = self.path.stat()
        return f"{self.path} {self.version} {state.st_size} {state.st_mtime_ns}"


def find_interpreter(version: str | None, preferred: str | None) -> Interpreter:
    """The interpreter of a version such as ``3.12``; without one the preferred if it is there, else pauta's own.

    Raises EnvironmentFailed when no interpreter of the version is installed.
    """
    if version:
        return _of_version(version.strip()) or _missing(version)
    return (_of_version(preferred) if preferred else None) or own_interpreter()


def version_in(image: str | None) -> str | None:
    """The Python version that a container image names in its tag: ``3.12`` in ``python:3.12-slim``."""
    found = _IMAGE_VERSION.search(image) if image else None
    return found[1] if found else None


@cache
def own_interpreter() -> Interpreter:
    """The interpreter that runs pauta."""
    base = getattr(sys, "_base_executable", None) or sys.executable
    return Interpreter(Path(base).resolve(), ".".join(map(str, sys.version_info[:3])), is_own=True)


@cache
def program_folders() -> tuple[Path, ...]:
    """Where the installed versions have their programs: the newest of each minor version, the newest one first.

    At the end of a PATH they let ``uv venv --python 3.12`` find what the shims of version managers hide.
    """
    newest: dict[str, Interpreter] = {}
    for found in sorted(_kept_by_managers("3."), key=lambda each: _numbers(each.version)):
        newest[found.short_version] = found
    return tuple(found.path.parent for found in reversed(newest.values()))


@cache
def find_uv() -> Path | None:
    """The uv program that was installed with pauta; None when there is none."""
    try:
        from uv import find_uv_bin

        return Path(find_uv_bin())
    except (ImportError, FileNotFoundError):
        return None


def _of_version(version: str) -> Interpreter | None:
    """What is missing is looked for again the next time."""
    if version not in _found and (found := _search(version)):
        _found[version] = found
    return _found.get(version)


def _search(version: str) -> Interpreter | None:
    own = own_interpreter()
    if _fits(own.version, version):
        return own
    found = next(_candidates(version), None) if _PLAIN_VERSION.fullmatch(version) else None
    return found or _ask_uv(version)


def _candidates(version: str) -> Iterator[Interpreter]:
    """Installed interpreters of a plain version; the newest first within each folder."""
    yield from (found for found in _kept_by_managers(version) if _fits(found.version, version))
    yield from _on_path(version)


def _kept_by_managers(start: str) -> Iterator[Interpreter]:
    """What version managers have installed: versions that start like this."""
    home = {"pyenv": os.environ.get("PYENV_ROOT") or "~/.pyenv", "version": start}
    for pattern in _VERSION_FOLDERS:
        places = Path("/").glob(os.path.expanduser(pattern.format(**home)).lstrip("/"))  # noqa: PTH111 -- a pattern
        for path in sorted(places, key=lambda place: _numbers(str(place)), reverse=True):
            if named := _VERSION.search(path.parent.parent.name):
                yield Interpreter(path.resolve(), named[0])


def _on_path(version: str) -> Iterator[Interpreter]:
    if version.count(".") != 1:
        return
    for folder in (os.environ.get("PATH") or "").split(os.pathsep):
        path = Path(folder) / f"python{version}"
        if "shims" not in path.parts and path.is_file():
            yield Interpreter(path.resolve(), version)


def _ask_uv(version: str) -> Interpreter | None:
    """What uv finds: it knows more places, and understands ``>=3.11``; it starts interpreters to ask them."""
    import subprocess

    program = find_uv()
    if program is None:
        return None
    arguments = [
        str(program),
        "python",
        "find",
        "--no-config",
        "--no-project",
        "--no-python-downloads",
        "--system",
        version,
    ]
    answer = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 -- uv itself
    path = Path(answer.stdout.strip())
    return Interpreter(path.resolve(), _version_of(path)) if answer.returncode == 0 and path.is_file() else None


def _version_of(path: Path) -> str:
    import subprocess

    arguments = [str(path), "-I", "-S", "-c", "import platform; print(platform.python_version())"]
    answer = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 -- found
    return answer.stdout.strip()


def _missing(version: str) -> Interpreter:
    raise EnvironmentFailed(
        f"there is no Python {version} on this machine: install it (for example with 'uv python install {version}'), "
        f"or leave out pythonVersion to use Python {own_interpreter().version}"
    )


def _fits(actual: str, wanted: str) -> bool:
    return actual == wanted or actual.startswith(f"{wanted}.")


def _numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", text)]
