"""Python packages for containers: chosen by uv for the Python of the image, kept like other environments."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pauta.errors import EnvironmentFailed, TaskFailed
from pauta.runners.inherited import for_installers
from pauta.runners.interpreters import find_uv
from pauta.runners.launcher import Launcher
from pauta.runners.requirements import Wanted, wanted_by
from pauta.runners.shelf import describe, shelf_of
from pauta.sdk.runners import PythonPackages
from pauta.sdk.states import Level

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext

_QUESTION = (
    "import platform, sys; print('%d.%d' % sys.version_info[:2], platform.machine(), platform.libc_ver()[0] or 'musl')"
)
_PLATFORMS = {"glibc": "{machine}-manylinux_2_28", "musl": "{machine}-unknown-linux-musl"}
_launcher = Launcher()
_answers: dict[str, str] = {}


def ask_image(engine: Any, image: str) -> str:
    """Version, machine and C library of an image's Python; asked once. Raises TaskFailed when it has none."""
    from pauta.runners import docker_engine as engines

    digest = str(engine.inspect_image(image)["Id"])
    if digest not in _answers:
        with engines.said(f"the Python of the image '{image}' cannot be asked"):
            question = ["python", "-c", _QUESTION]
            host = engine.create_host_config(network_mode="none")
            container = engine.create_container(image, command=question, entrypoint=[""], host_config=host)["Id"]
            try:
                engine.start(container)
                code = engine.wait(container)["StatusCode"]
                said = engine.logs(container, stdout=True, stderr=False).decode()
            finally:
                engine.remove_container(container, force=True, v=True)
        if code:
            raise TaskFailed(f"the image '{image}' has no 'python', which the dependencies need")
        _answers[digest] = said.strip()
    return _answers[digest]


@contextmanager
def packages_for(
    packages: PythonPackages, python_of_image: Callable[[], str], ctx: RunContext
) -> Generator[Mapping[str, str]]:
    """Inside the block the packages are kept here; gives the variables that bring them into the container."""
    from pauta.runners.docker_run import PACKAGES

    wanted = wanted_by(packages)
    if wanted.is_empty:
        yield {}
        return
    version, machine, library = python_of_image().split()
    name = hashlib.blake2b(
        "\0".join([version, machine, library, *wanted.identity]).encode(), digest_size=16
    ).hexdigest()
    stopped: list[bool] = []
    with (
        ctx.on_kill(lambda: stopped.append(True)),
        shelf_of(os.environ).use(
            f"container-{name}",
            lambda folder: _build(folder, wanted, (version, machine, library), ctx),
            lambda: bool(stopped),
        ) as (kept, cached),
    ):
        state = "cached" if cached else "built"
        ctx.log(Level.INFO, f"environment: {kept.packages} packages, {state}, Python {version} of the image")
        yield {PACKAGES: kept.site_packages[0], "PYTHONPATH": "/pauta-packages"}


def _build(folder: Path, wanted: Wanted, python: tuple[str, str, str], ctx: RunContext) -> None:
    version, machine, library = python
    target = folder / "lib" / f"python{version}" / "site-packages"
    target.mkdir(parents=True)
    platform = _PLATFORMS.get(library, _PLATFORMS["glibc"]).format(machine=machine)
    place = ["--target", str(target), "--python-version", version, "--python-platform", platform]
    listed = [] if wanted.listed is None else ["-r", str(wanted.listed)]
    arguments = ["pip", "install", "--quiet", *place, "--only-binary", ":all:", *listed, "--", *wanted.requirements]
    _run_uv(arguments, ctx)
    describe(folder, list(wanted.requirements), version)


def _run_uv(arguments: list[str], ctx: RunContext) -> None:
    program, said = find_uv(), bytearray()
    if program is None:
        raise EnvironmentFailed("uv is not installed beside pauta: install it with 'pip install uv'")
    command = [str(program), "--no-config", "--color", "never", *arguments]
    running = _launcher.start(command, for_installers(os.environ), ctx.working_dir)
    with ctx.on_kill(running.stop):
        ended = running.follow(lambda _, chunk: said.extend(chunk))
    if ended.exit_code:
        reason = said.decode("utf-8", "replace").strip()[-4000:]
        raise EnvironmentFailed(f"the dependencies cannot be installed for the image: {reason or 'uv gave no reason'}")
