"""A real Docker engine on a socket of its own, and an image made of this machine's Python: no registry is needed."""

import io
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))
from script_kit import FolderContext

from pauta.runners import docker_engine

IMAGE = "python:slim"
PROGRAMS = ("sh", "cat", "ls", "sleep", "head", "mkdir", "ln", "id", "touch", "kill", "tr", "mkfifo")
LEFT_OUT = ("/test", "/site-packages", "/__pycache__", "/config-", "/ensurepip", "/idlelib", "/tkinter", "/lib2to3")


@pytest.fixture(scope="session")
def engine() -> Iterator[str]:
    """The address of an engine."""
    if shutil.which("dockerd") is None or os.geteuid() != 0:
        pytest.skip("there is no Docker engine to start")
    place = Path("/tmp") / f"pauta-docker-{os.getpid()}"  # a socket's path is short
    place.mkdir()
    address = f"unix://{place}/docker.sock"
    network = ["--iptables=false", "--ip6tables=false", "--ip-forward=false", "--ip-masq=false", "--bridge=none"]
    folders = [
        f"--{name}={place}/{part}" for name, part in (("data-root", "data"), ("exec-root", "exec"), ("pidfile", "pid"))
    ]
    with (place / "log").open("wb") as log:
        daemon = subprocess.Popen(
            ["dockerd", "--host", address, *folders, *network, "--userland-proxy=false"],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        if not _answers(address, daemon):
            pytest.skip(f"the Docker engine does not start: {(place / 'log').read_text()[-500:]}")
        import_image(address)
        yield address
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(60)
        shutil.rmtree(place, ignore_errors=True)


def _answers(address: str, daemon: subprocess.Popen[bytes]) -> bool:
    end = time.monotonic() + 60
    while time.monotonic() < end and daemon.poll() is None:
        if docker_engine.answers(address):
            return True
        time.sleep(0.1)
    return False


def import_image(address: str) -> None:
    """Make an image of the Python that runs the tests and of a few programs."""
    prefix, version = Path(sys.base_prefix), f"python{sys.version_info[0]}.{sys.version_info[1]}"
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as tar:
        binaries = [Path(shutil.which(name) or "") for name in PROGRAMS]
        python = (prefix / "bin" / version).resolve()
        library = prefix / "lib" / version
        for folder in ("tmp", "dev", "etc", "usr/bin", "bin"):
            entry = tarfile.TarInfo(folder)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o1777
            tar.addfile(entry)
        tar.add(library, arcname=str(library).lstrip("/"), filter=_wanted)
        tar.add(python, arcname=str(python).lstrip("/"))
        _link(tar, "usr/bin/python", str(python))
        for program in binaries:
            tar.add(program.resolve(), arcname=f"bin/{program.name}")
        modules = library.glob("lib-dynload/*.so")
        for file in sorted({each for program in (python, *binaries, *modules) for each in _libraries(program)}):
            tar.add(Path(file).resolve(), arcname=file.lstrip("/"))
    client = docker_engine.connect(address)
    client.import_image_from_data(data.getvalue(), repository="python", tag="slim", changes=["ENV PATH=/usr/bin:/bin"])
    client.close()


def _wanted(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if any(part in f"/{entry.name}" for part in LEFT_OUT) else entry


def _link(tar: tarfile.TarFile, name: str, target: str) -> None:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = tarfile.SYMTYPE, target
    tar.addfile(entry)


def _libraries(program: Path) -> list[str]:
    said = subprocess.run(["ldd", str(program)], capture_output=True, text=True, check=False).stdout
    return [word for line in said.splitlines() for word in line.split() if word.startswith("/")]


@pytest.fixture
def ctx(tmp_path: Path) -> FolderContext:
    return FolderContext(tmp_path)


@pytest.fixture
def client(engine: str) -> Iterator[Any]:
    connection = docker_engine.connect(engine)
    yield connection
    connection.close()
