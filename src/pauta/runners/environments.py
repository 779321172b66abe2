"""Python environments for scripts: made once by uv, kept by content, shared by all runs.

A kept environment is a virtual environment named by a digest of its interpreter, platform, index settings and
requirements. It is built in a folder beside its place, under a lock, and renamed, so that it is complete or not there;
uv fills it with hard links to its own cache. Nobody writes to it afterwards: each run gets a *layer*, a virtual
environment of three small files whose packages are those of the kept one, and what a script installs with ``pip`` or
``uv pip`` lands in the layer and goes with it. Without requirements the layer lies over the packages that are
installed beside pauta.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from pauta.errors import EnvironmentFailed
from pauta.runners.interpreters import Interpreter, find_interpreter, find_uv, version_in
from pauta.runners.launcher import STREAMS
from pauta.runners.requirements import LOCK, Wanted, wanted_by
from pauta.runners.shelf import Kept, describe, shelf_of
from pauta.sdk.runners import PythonPackages
from pauta.sdk.states import Level

if TYPE_CHECKING:
    from pauta.runners.launcher import Launcher
    from pauta.sdk.context import RunContext

_SCRIPT_SIDE = Path(__file__).parent / "script_side"
_FORMAT = "1"
_CHOOSES = re.compile(
    r"UV_(DEFAULT_INDEX|INDEX|EXTRA_INDEX|FIND_LINKS|PRERELEASE|RESOLUTION|FORK_STRATEGY|EXCLUDE_NEWER|CONSTRAINT|"
    r"OVERRIDE|BUILD_CONSTRAINT|NO_BINARY|NO_BUILD|NO_SOURCES|TORCH)(?!.*_(USERNAME|PASSWORD)$)"
)
"""Settings of uv that decide which packages are installed; the others may change without a new environment."""


@dataclass(frozen=True, slots=True)
class Builder:
    """Builds environments for a task run: ``launcher`` starts uv, ``ctx`` can be killed meanwhile."""

    launcher: Launcher
    ctx: RunContext
    variables: Mapping[str, str]


@contextmanager
def environment_of(packages: PythonPackages, image: str | None, builder: Builder) -> Generator[Mapping[str, str]]:
    """Inside the block these packages are there; gives PATH and VIRTUAL_ENV.

    Raises EnvironmentFailed when there is no such interpreter or a package cannot be installed.
    """
    started = time.perf_counter()
    interpreter = find_interpreter(packages.python, version_in(image))
    wanted = wanted_by(packages)
    with _private_folder() as folder, _kept(interpreter, wanted, packages, folder, builder) as (kept, cached):
        below = kept.site_packages if kept else _beside_pauta(interpreter)
        layer = make_layer(folder / "python", interpreter, below)
        _report(builder.ctx, interpreter, kept, cached=cached, milliseconds=(time.perf_counter() - started) * 1000)
        yield _variables(layer, kept, builder.variables)


def build(folder: Path, interpreter: Interpreter, wanted: Wanted, builder: Builder) -> Kept:
    """Make a virtual environment with these packages.

    Raises EnvironmentFailed with uv's own message.
    """
    _run_uv(["venv", "--relocatable", "--no-project", "--python", str(interpreter.path), str(folder)], builder)
    python = str(folder / "bin" / "python")
    listed = [] if wanted.listed is None else ["-r", str(_requirements_file(wanted.listed, folder, builder))]
    install = ["pip", "install", "--python", python, "--link-mode", "hardlink", *listed, "--", *wanted.requirements]
    _run_uv(install, builder)
    names = [*wanted.requirements, *([wanted.listed.name] if wanted.listed else [])]
    return describe(folder, names, interpreter.version)


def _requirements_file(listed: Path, folder: Path, builder: Builder) -> Path:
    """The file itself; for a lock file what uv makes of it, with hashes."""
    if listed.name != LOCK:
        return listed
    target = folder / "requirements.txt"
    what = ["--frozen", "--no-emit-project", "--no-dev", "--project", str(listed.parent), "--output-file", str(target)]
    _run_uv(["export", *what], builder)
    return target


def make_layer(folder: Path, interpreter: Interpreter, below: Sequence[str]) -> Path:
    """Make a virtual environment without packages of its own over the packages of these folders."""
    site_packages = folder / "lib" / f"python{interpreter.short_version}" / "site-packages"
    site_packages.mkdir(parents=True)
    programs = folder / "bin"
    programs.mkdir()
    for name in ("python", "python3", f"python{interpreter.short_version}"):
        (programs / name).symlink_to(interpreter.path)
    home = f"home = {interpreter.path.parent}\ninclude-system-site-packages = false\nversion = {interpreter.version}\n"
    (folder / "pyvenv.cfg").write_text(home)
    lines = [
        *(f"import site; site.addsitedir({place!r})" for place in below),
        str(_SCRIPT_SIDE),
        "import _pauta_script",
    ]
    (site_packages / "_below.pth").write_text("\n".join([*lines, ""]))
    _write_pip(programs, own=_has_pip(below) or interpreter.has_pip or _lend_pip(folder))
    return folder


@contextmanager
def _kept(
    interpreter: Interpreter, wanted: Wanted, packages: PythonPackages, folder: Path, builder: Builder
) -> Generator[tuple[Kept | None, bool]]:
    """The environment below the layer (None without requirements), and whether it was there before."""
    if wanted.is_empty:
        yield None, True
    elif packages.cached and wanted.is_keepable:
        name = _digest(interpreter, wanted.identity, builder.variables)
        with _stop_sign(builder.ctx) as is_stopped:
            shelf = shelf_of(os.environ)
            with shelf.use(name, lambda place: build(place, interpreter, wanted, builder), is_stopped) as found:
                yield found
    else:
        yield build(folder / "packages", interpreter, wanted, builder), False


@contextmanager
def _stop_sign(ctx: RunContext) -> Generator[Callable[[], bool]]:
    """Inside the block, tells whether the task run was asked to end."""
    asked = threading.Event()
    with ctx.on_kill(asked.set):
        yield asked.is_set


def _digest(interpreter: Interpreter, requirements: Sequence[str], variables: Mapping[str, str]) -> str:
    choices = [f"{name}={variables[name]}" for name in sorted(variables) if _CHOOSES.match(name)]
    parts = [_FORMAT, interpreter.identity, os.uname().machine, sys.platform, *choices, *requirements]
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


def _run_uv(arguments: Sequence[str], builder: Builder) -> None:
    """Run uv. Raises EnvironmentFailed with its message when it fails."""
    program, said = find_uv(), bytearray()
    if program is None:
        raise EnvironmentFailed("uv is not installed beside pauta: install it with 'pip install uv'")
    options = ["--no-config", "--color", "never", "--quiet"]
    folder = builder.ctx.working_dir
    running = builder.launcher.start([str(program), *options, *arguments], builder.variables, folder)
    with builder.ctx.on_kill(running.stop):
        ended = running.follow(lambda _, chunk: said.extend(chunk))
    if ended.exit_code:
        raise EnvironmentFailed(_message(said.decode("utf-8", "replace"), arguments))


def _message(said: str, arguments: Sequence[str]) -> str:
    what = "the dependencies cannot be installed" if "install" in arguments else "the environment cannot be made"
    return f"{what}: {said.strip()[-4000:] or 'uv gave no reason'}"


def _has_pip(places: Sequence[str]) -> bool:
    return any(Path(place, "pip").is_dir() for place in places)


def _lend_pip(layer: Path) -> bool:
    """Put pauta's own pip into a folder by itself, for an interpreter without one (Debian's); False: there is none."""
    found = find_spec("pip")
    if found is None or not found.submodule_search_locations:
        return False
    (layer / "lent").mkdir()
    (layer / "lent" / "pip").symlink_to(found.submodule_search_locations[0])
    return True


def _write_pip(programs: Path, *, own: bool) -> None:
    """A ``pip`` that installs into the layer: pip itself where there is one, else uv's."""
    command = f'"{programs / "python"}" -m pip' if own else f'"{find_uv()}" pip'
    for name in ("pip", "pip3"):
        (programs / name).write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        (programs / name).chmod(0o755)


@cache
def _own_site_packages() -> list[str]:
    return [place for place in sys.path if place.endswith(("site-packages", "dist-packages"))]


def _beside_pauta(interpreter: Interpreter) -> list[str]:
    return _own_site_packages() if interpreter.is_own else []


def _variables(layer: Path, kept: Kept | None, variables: Mapping[str, str]) -> dict[str, str]:
    programs = [layer / "bin", (kept.folder if kept else Path(sys.prefix)) / "bin"]
    path = os.pathsep.join([*map(str, programs), variables.get("PATH") or os.defpath])
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    return {"PATH": path, "VIRTUAL_ENV": str(layer), "PYTHONUNBUFFERED": "1", STREAMS: "", **quiet}


@contextmanager
def _private_folder() -> Generator[Path]:
    folder = Path(os.environ.get("TMPDIR") or "/tmp", f"pauta-python-{os.urandom(8).hex()}")  # noqa: S108 -- made anew
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _report(ctx: RunContext, interpreter: Interpreter, kept: Kept | None, *, cached: bool, milliseconds: float) -> None:
    if kept is None:
        ctx.log(Level.DEBUG, f"environment: Python {interpreter.version}, {milliseconds:.0f} ms")
        return
    count = f"{kept.packages} package{'' if kept.packages == 1 else 's'}"
    state = "cached" if cached else "built"
    ctx.log(Level.INFO, f"environment: {count}, {state}, {milliseconds:.0f} ms, Python {interpreter.version}")
