"""The Docker runner: each command in a container of its own.

Files go in and out through the engine (``VOLUME``), so that nothing has to be mounted and the engine may be on another
machine; with ``MOUNT`` the working directory is mounted. In both cases it has the same path in the container as here.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pauta.sdk.durations import Duration
from pauta.sdk.plugins import Model, plugin
from pauta.sdk.properties import P
from pauta.sdk.runners import Command, PythonPackages, TaskRunner

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


class Cpu(Model):
    """Bounds of computing time."""

    cpus: P[float | None] = None
    """How many processors."""


class Memory(Model):
    """Bounds of memory, such as ``512MB``."""

    memory: P[str | None] = None
    """The limit; beyond it the container is killed."""
    memory_swap: P[str | None] = None
    """Memory and swap together; ``-1`` is without a limit."""
    memory_swappiness: P[str | int | None] = None
    """From 0 to 100."""
    memory_reservation: P[str | None] = None
    """A softer limit, for when memory is short."""
    kernel_memory: P[str | None] = None
    """Without effect: engines no longer know it."""
    oom_kill_disable: P[bool | None] = None
    """Without memory it waits, and is not killed."""


class DeviceRequest(Model):
    """A request for devices such as GPUs."""

    driver: P[str | None] = None
    """The driver, such as ``nvidia``."""
    count: P[int | None] = None
    """How many; -1 is all."""
    device_ids: P[list[str] | None] = None
    """Which ones."""
    capabilities: P[list[list[str]] | None] = None
    """Lists of capabilities; one list has to be met."""
    options: P[Mapping[str, str] | None] = None
    """Options of the driver."""


class Credentials(Model):
    """What a registry asks for."""

    registry: P[str | None] = None
    """Its address."""
    username: P[str | None] = None
    """The user."""
    password: P[str | None] = None
    """The password."""
    registry_token: P[str | None] = None
    """A token of the registry."""
    identity_token: P[str | None] = None
    """A token of an identity."""
    auth: P[str | None] = None
    """User and password as Base64 of ``user:password``."""


@plugin(
    "io.kestra.plugin.scripts.runner.docker.Docker",
    aliases=("io.kestra.plugin.scripts.runner.docker.DockerTaskRunner",),
)
class Docker(TaskRunner):
    """Runs commands in containers of a Docker engine."""

    uses_images: ClassVar[bool] = True

    host: P[str | None] = None
    """The engine's address; ``DOCKER_HOST`` or the usual socket by default."""
    config: P[Mapping[str, Any] | None] = None
    """A Docker configuration (``config.json``) with credentials of registries."""
    credentials: P[Credentials | None] = None
    """Credentials of the image's registry."""
    image: P[str | None] = None
    """The image; tasks have ``containerImage`` for it."""
    user: P[str | None] = None
    """The user in the container."""
    entry_point: P[list[str] | None] = None
    """The entry point; that of the image is not used."""
    extra_hosts: P[list[str] | None] = None
    """Names and addresses, ``name:address``."""
    network_mode: P[str | None] = None
    """The network, such as ``host``."""
    port_bindings: P[list[str] | None] = None
    """Ports, ``outside:inside``."""
    volumes: P[list[str] | None] = None
    """Folders to mount, ``outside:inside``, where the installation allows it (PAUTA_DOCKER_VOLUMES)."""
    pull_policy: P[Literal["IF_NOT_PRESENT", "ALWAYS", "NEVER"]] = "IF_NOT_PRESENT"
    """When the image is pulled."""
    device_requests: P[list[DeviceRequest] | None] = None
    """Devices such as GPUs."""
    cpu: P[Cpu | None] = None
    """Bounds of computing time."""
    memory: P[Memory | None] = None
    """Bounds of memory."""
    shm_size: P[str | None] = None
    """Size of the shared memory, such as ``64MB``."""
    privileged: P[bool | None] = None
    """All rights on the engine's machine, where the installation allows it (PAUTA_DOCKER_PRIVILEGED)."""
    file_handling_strategy: P[Literal["VOLUME", "MOUNT"]] = "VOLUME"
    """Files are copied, or the working directory is mounted."""
    delete: P[bool] = True
    """The container is removed at the end."""
    wait: P[bool] = True
    """The task waits for the end of the container."""
    kill_grace_period: P[Duration] = timedelta()
    """Time between SIGTERM and SIGKILL when the task run is stopped."""
    resume: P[bool] = True
    """Accepted: a container that a process left behind is removed, and the command starts again."""

    def run(self, command: Command, ctx: RunContext) -> int:
        """Run the command in a container; afterwards its output files lie in the working directory."""
        from pauta.runners.docker_run import ContainerRun

        return ContainerRun(self._ready(ctx), ctx).run(command)

    @contextmanager
    def python(self, packages: PythonPackages, ctx: RunContext, image: str | None) -> Generator[Mapping[str, str]]:
        """Packages for the Python of the image, copied into the container at its start."""
        from pauta.runners.docker_python import packages_for
        from pauta.runners.docker_run import ContainerRun

        container = ContainerRun(self._ready(ctx), ctx)
        with packages_for(packages, lambda: container.python_of(image), ctx) as variables:
            yield {"PYTHONUNBUFFERED": "1", "PIP_ROOT_USER_ACTION": "ignore", **variables}

    def _ready(self, ctx: RunContext) -> Self:
        """With its expressions rendered."""
        return self.rendered({name: ctx.render(value) for name, value in self.templated().items()})
