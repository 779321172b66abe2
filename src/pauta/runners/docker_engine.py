"""The Docker engine: how to reach it, images, and sentences for what goes wrong there."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any, Literal, cast

from pauta.errors import TaskFailed

STANDARD = "unix:///var/run/docker.sock"
OWNER = "pauta.owner"
"""Label with the process that started a container."""
PullPolicy = Literal["IF_NOT_PRESENT", "ALWAYS", "NEVER"]
_SECONDS = 120
"""Longest time that the engine may take for an answer."""
_BETWEEN = 5.0
"""Seconds between two lines about the progress of a pull."""
_HUB = "https://index.docker.io/v1/"


def address(host: str | None) -> str:
    """Where the engine is looked for."""
    return host or os.environ.get("DOCKER_HOST") or STANDARD


def connect(host: str | None) -> Any:
    """A connection to the engine (docker's ``APIClient``). Raises TaskFailed when none answers."""
    place, certificates = address(host), os.environ.get("DOCKER_CERT_PATH")
    try:
        _knock(place)
    except OSError as error:
        raise _silent(place, error.strerror or str(error)) from None
    import docker
    from docker.errors import DockerException
    from docker.tls import TLSConfig

    tls = TLSConfig(ca_cert=f"{certificates}/ca.pem", verify=True) if certificates and not host else False
    try:
        return cast("Any", docker.APIClient(base_url=place, version="auto", timeout=_SECONDS, tls=tls))
    except DockerException as error:
        raise _silent(place, _reason(error)) from None


def _knock(place: str) -> None:
    """See whether anybody listens there, which is quicker than docker's library. Raises OSError."""
    import socket
    from urllib.parse import urlsplit

    parts = urlsplit(place)
    if parts.scheme == "unix":
        with socket.socket(socket.AF_UNIX) as knock:
            knock.settimeout(_SECONDS)
            knock.connect(parts.path or parts.netloc)
    elif parts.hostname and parts.scheme in ("tcp", "http", "https"):
        socket.create_connection((parts.hostname, parts.port or 2375), timeout=10).close()


def _silent(place: str, why: str) -> TaskFailed:
    return TaskFailed(
        f"no Docker engine answers at {place}: start it, say where it is with 'host' or DOCKER_HOST, "
        f"or use the task runner io.kestra.plugin.core.runner.Process ({why})"
    )


def listens(host: str | None) -> bool:
    """Whether anybody listens where an engine should."""
    try:
        _knock(address(host))
    except OSError:
        return False
    return True


def answers(host: str | None) -> bool:
    """Whether an engine is there."""
    try:
        connect(host).close()
    except TaskFailed:
        return False
    return True


@contextmanager
def said(what: str) -> Generator[None]:
    """What the engine refuses inside the block becomes TaskFailed: what was done, and the engine's own reason."""
    from docker.errors import DockerException
    from requests.exceptions import RequestException

    try:
        yield
    except (DockerException, RequestException) as error:
        raise TaskFailed(f"{what}: {_reason(error)}") from None


def provide_image(
    engine: Any, image: str, policy: PullPolicy, credentials: Mapping[str, str] | None, tell: Callable[[str], None]
) -> None:
    """Have an image on the engine, as the policy says; ``tell`` hears how a pull goes on."""
    from docker.errors import ImageNotFound

    if policy == "ALWAYS":
        _pull(engine, image, credentials, tell)
        return
    with said(f"the image '{image}' cannot be looked at"):
        try:
            engine.inspect_image(image)
        except ImageNotFound:
            if policy == "NEVER":
                raise TaskFailed(f"the image '{image}' is not on the engine, and pullPolicy is NEVER") from None
            _pull(engine, image, credentials, tell)


def _pull(engine: Any, image: str, credentials: Mapping[str, str] | None, tell: Callable[[str], None]) -> None:
    started = last = time.monotonic()
    layers: dict[str, tuple[int, int]] = {}
    tell(f"pulling the image {image}")
    repository, tag = _name_and_tag(image)
    with said(f"the image '{image}' cannot be pulled"):
        for event in engine.pull(repository, tag=tag, stream=True, decode=True, auth_config=credentials):
            if "error" in event:
                raise TaskFailed(f"the image '{image}' cannot be pulled: {event['error']}")
            detail: dict[str, int] = event.get("progressDetail") or {}
            if "total" in detail and event.get("status") == "Downloading":
                layers[event["id"]] = (detail["current"], detail["total"])
            if layers and time.monotonic() - last > _BETWEEN:
                last = time.monotonic()
                have, total = (sum(each[place] for each in layers.values()) >> 20 for place in (0, 1))
                tell(f"pulling the image {image}: {have} of {total} MB")
    tell(f"pulled the image {image} in {time.monotonic() - started:.1f} s")


def _name_and_tag(image: str) -> tuple[str, str]:
    """``latest`` is meant where neither a tag nor a digest is given: without one the engine would take all tags."""
    if "@" in image:
        name, _, digest = image.partition("@")
        return name, digest
    name, colon, tag = image.rpartition(":")
    return (name, tag) if colon and "/" not in tag else (image, "latest")


def credentials_for(
    image: str, declared: Mapping[str, Any] | None, config: Mapping[str, Any] | None
) -> dict[str, str] | None:
    """What the registry of an image asks for: the declared ones, else those of a Docker configuration."""
    if declared:
        names = {"registryToken": "registrytoken", "identityToken": "identitytoken", "registry": "serveraddress"}
        given = {names.get(name, name): str(value) for name, value in declared.items() if value is not None}
        return {**_decoded(given.pop("auth", "")), **given}
    first = image.split("/", maxsplit=1)[0]
    registry = first if "/" in image and ("." in first or ":" in first or first == "localhost") else _HUB
    entries: Mapping[str, Any] = (config or {}).get("auths") or {}
    entry: Mapping[str, Any] | None = entries.get(registry) or entries.get(f"https://{registry}")
    return credentials_for(image, entry, None) if entry else None


def _decoded(auth: str) -> dict[str, str]:
    """User and password from their Base64 form."""
    if not auth:
        return {}
    try:
        user, _, password = base64.b64decode(auth, validate=True).decode().partition(":")
    except ValueError:
        raise TaskFailed("'auth' in the credentials of the registry is not Base64 of 'user:password'") from None
    return {"username": user, "password": password}


def sweep(engine: Any) -> None:
    """Remove the containers that processes of this machine started which are gone."""
    with said("the containers cannot be listed"):
        for each in engine.containers(all=True, filters={"label": OWNER}):
            if _is_left(each["Labels"].get(OWNER, "")):
                engine.remove_container(each["Id"], force=True, v=True)


def owner() -> str:
    """This process: machine, process id, and when it started."""
    return f"{os.uname().nodename} {os.getpid()} {_start(os.getpid())}"


def _is_left(label: str) -> bool:
    machine, _, process = label.partition(" ")
    pid, _, start = process.partition(" ")
    return machine == os.uname().nodename and pid.isdecimal() and _start(int(pid)) != start


def _start(pid: int) -> str:
    """When a process started, in ticks since the machine did; empty when it is gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123 -- a pseudo file
            state = file.read()
    except OSError:
        return ""
    return state[state.rindex(b")") + 2 :].split()[19].decode()


def _reason(error: Exception) -> str:
    explanation = getattr(error, "explanation", None)
    return str(explanation or error).strip()[:2000]
