import base64
import os
import socket
from pathlib import Path

import pytest

from pauta.errors import TaskFailed
from pauta.runners import docker_engine as engines

AUTH = base64.b64encode(b"ada:se:cret").decode()


@pytest.mark.parametrize(
    ("image", "name", "tag"),
    [
        ("python", "python", "latest"),
        ("python:3.13-slim", "python", "3.13-slim"),
        ("ghcr.io/kestra-io/pydata:latest", "ghcr.io/kestra-io/pydata", "latest"),
        ("localhost:5000/a/b", "localhost:5000/a/b", "latest"),
        ("a/b@sha256:12", "a/b", "sha256:12"),
    ],
)
def test_images_have_a_name_and_a_tag(image: str, name: str, tag: str):
    assert engines._name_and_tag(image) == (name, tag)


def test_declared_credentials_win():
    given = engines.credentials_for("x", {"username": "ada", "password": "p", "registry": "r", "auth": None}, None)
    assert given == {"username": "ada", "password": "p", "serveraddress": "r"}
    assert engines.credentials_for("x", {"auth": AUTH}, None) == {"username": "ada", "password": "se:cret"}


@pytest.mark.parametrize(
    ("image", "registry"),
    [
        ("ghcr.io/a/b:1", "ghcr.io"),
        ("localhost:5000/a", "https://localhost:5000"),
        ("a/b", "https://index.docker.io/v1/"),
    ],
)
def test_a_configuration_has_credentials_by_registry(image: str, registry: str):
    found = engines.credentials_for(image, None, {"auths": {registry: {"auth": AUTH}}})
    assert found == {"username": "ada", "password": "se:cret"}
    assert engines.credentials_for(image, None, {"auths": {"elsewhere": {"auth": AUTH}}}) is None


def test_credentials_that_cannot_be_read_are_said():
    with pytest.raises(TaskFailed, match="is not Base64 of 'user:password'"):
        engines.credentials_for("x", {"auth": "ö"}, None)


def test_the_address_is_declared_or_a_variable_or_the_usual_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    assert engines.address(None) == "unix:///var/run/docker.sock"
    monkeypatch.setenv("DOCKER_HOST", "tcp://engine:2375")
    assert engines.address(None) == "tcp://engine:2375"
    assert engines.address("unix:///x") == "unix:///x"


@pytest.mark.parametrize("place", ["unix://{folder}/nothing", "unix://{folder}", "tcp://127.0.0.1:{port}"])
def test_where_nobody_listens_that_is_said(tmp_path: Path, place: str):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = place.format(folder=tmp_path, port=free.getsockname()[1])
        assert not engines.listens(address)
        with pytest.raises(TaskFailed, match=f"no Docker engine answers at {address}: start it, say where"):
            engines.connect(address)


def test_containers_of_this_process_are_not_left():
    assert not engines._is_left(engines.owner())
    machine = os.uname().nodename
    assert engines._is_left(f"{machine} {os.getpid()} 1")
    assert engines._is_left(f"{machine} 4194304 1")
    assert not engines._is_left("elsewhere 1 1")
    assert not engines._is_left("")
