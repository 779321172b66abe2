"""One command in a container: made, filled with files, followed, emptied, removed."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pauta.errors import TaskFailed
from pauta.runners import docker_engine as engines
from pauta.runners.docker import Cpu, DeviceRequest, Docker, Memory
from pauta.runners.docker_files import packed, unpack
from pauta.sdk.runners import Command
from pauta.sdk.states import Level

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext

_swept: set[str] = set()
_ALLOWED = {"volumes": "PAUTA_DOCKER_VOLUMES", "privileged": "PAUTA_DOCKER_PRIVILEGED"}
"""Properties that give a flow power over the engine's machine, and the variables that allow them."""
PACKAGES = "PAUTA_PACKAGES"
"""Variable with the folder of packages that is to be copied into the container."""


class ContainerRun:
    """A run with rendered settings."""

    def __init__(self, settings: Docker, ctx: RunContext) -> None:
        self._settings = settings
        self._ctx = ctx

    def run(self, command: Command) -> int:
        """Run a command to its end; gives its exit code."""
        self._check_allowed()
        image = self._image(command.image)
        with self._connected() as engine:
            self._sweep_once(engine)
            self._provide(engine, image)
            container = self._create(engine, image, command)
            try:
                return self._follow(engine, container, command)
            finally:
                if self._settings.delete and self._settings.wait:
                    with engines.said("the container cannot be removed"):
                        engine.remove_container(container, force=True, v=True)

    def python_of(self, image: str | None) -> str:
        """What Python an image has: version, machine, C library."""
        from pauta.runners.docker_python import ask_image

        name = self._image(image)
        with self._connected() as engine:
            self._provide(engine, name)
            return ask_image(engine, name)

    def _image(self, named: str | None) -> str:
        image = named or self._settings.image
        if not image:
            raise TaskFailed("a container needs an image: name one in containerImage")
        return image

    @contextmanager
    def _connected(self) -> Generator[Any]:
        engine = engines.connect(self._settings.host)
        try:
            yield engine
        finally:
            engine.close()

    def _check_allowed(self) -> None:
        for name, variable in _ALLOWED.items():
            if getattr(self._settings, name) and os.environ.get(variable, "").lower() not in ("1", "true"):
                raise TaskFailed(f"'{name}' of the Docker runner is not allowed here: {variable}=true allows it")

    def _sweep_once(self, engine: Any) -> None:
        place = engines.address(self._settings.host)
        if place not in _swept:
            _swept.add(place)
            engines.sweep(engine)

    def _provide(self, engine: Any, image: str) -> None:
        declared = self._settings.credentials.model_dump(by_alias=True) if self._settings.credentials else None
        credentials = engines.credentials_for(image, declared, self._settings.config)
        engines.provide_image(
            engine, image, self._settings.pull_policy, credentials, lambda text: self._ctx.log(Level.INFO, text)
        )

    def _create(self, engine: Any, image: str, command: Command) -> str:
        environment = {name: value for name, value in command.environment.items() if name != PACKAGES}
        with engines.said(f"a container of '{image}' cannot be made"):
            container: str = engine.create_container(
                image,
                command=list(command.arguments),
                entrypoint=self._settings.entry_point or [""],
                environment=environment,
                working_dir=str(self._ctx.working_dir),
                user=self._settings.user,
                labels=_labels(self._ctx),
                ports=[port for port, _ in self._ports()] or None,
                host_config=engine.create_host_config(**self._bounds(), **self._mounts()),
            )["Id"]
        return container

    def _bounds(self) -> dict[str, Any]:
        memory, cpu = self._settings.memory or Memory(), self._settings.cpu or Cpu()
        given = {
            "mem_limit": memory.memory,
            "memswap_limit": memory.memory_swap,
            "mem_swappiness": None if memory.memory_swappiness is None else int(memory.memory_swappiness),
            "mem_reservation": memory.memory_reservation,
            "oom_kill_disable": memory.oom_kill_disable,
            "nano_cpus": None if cpu.cpus is None else int(cpu.cpus * 1e9),
            "shm_size": self._settings.shm_size,
            "network_mode": self._settings.network_mode,
            "extra_hosts": self._settings.extra_hosts,
            "privileged": self._settings.privileged,
            "port_bindings": dict(self._ports()),
            "device_requests": [_device_request(each) for each in self._settings.device_requests or ()],
        }
        return {name: value for name, value in given.items() if value not in (None, [], {})}

    def _mounts(self) -> dict[str, Any]:
        mounted = (
            [f"{self._ctx.working_dir}:{self._ctx.working_dir}"]
            if self._settings.file_handling_strategy == "MOUNT"
            else []
        )
        return {"binds": [*mounted, *(self._settings.volumes or ())]}

    def _ports(self) -> list[tuple[str, str]]:
        """Ports inside and outside."""
        pairs = (binding.rpartition(":") for binding in self._settings.port_bindings or ())
        return [(inside, outside or inside) for outside, _, inside in pairs]

    def _follow(self, engine: Any, container: str, command: Command) -> int:
        copies = self._settings.file_handling_strategy == "VOLUME"
        self._upload(engine, container, command, with_files=copies)
        with engines.said("the container cannot be started"):
            output = engine.attach(container, stdout=True, stderr=True, stream=True, demux=True)
        try:
            with engines.said("the container cannot be started"):
                engine.start(container)
            self._ctx.log(Level.DEBUG, f"container {container[:12]} runs: {' '.join(command.arguments)}")
            if not self._settings.wait:
                return 0
            code = self._listen(engine, container, output, command)
        finally:
            _let_go(output)
        if copies:
            _download(engine, container, command.output_patterns, self._ctx)
        return code

    def _listen(self, engine: Any, container: str, output: Any, command: Command) -> int:
        """Pass on what it prints, to its end; gives its exit code."""
        with self._ctx.on_kill(lambda: self._stop(container)), engines.said("the container is lost"):
            for stdout, stderr in output:
                for is_stderr, chunk in ((False, stdout), (True, stderr)):
                    if chunk:
                        command.on_output(is_stderr, chunk)
            code = int(engine.wait(container)["StatusCode"])
            self._explain(engine.inspect_container(container)["State"])
        return code

    def _upload(self, engine: Any, container: str, command: Command, *, with_files: bool) -> None:
        own = self._ctx.working_dir
        folders = [(own, str(own.parent), own.name)] if with_files else []
        if packages := command.environment.get(PACKAGES):
            folders.append((Path(packages), "/", "pauta-packages"))
        with engines.said("the files cannot be copied into the container"):
            for folder, place, name in folders:
                with packed(folder, name, _numbers(self._settings.user)) as archive:
                    engine.put_archive(container, place, archive)

    def _stop(self, container: str) -> None:
        """Called from another thread, so with a connection of its own."""
        engine, grace = engines.connect(self._settings.host), int(self._settings.kill_grace_period.total_seconds())
        try:
            with engines.said("the container cannot be stopped"):
                engine.stop(container, timeout=grace) if grace else engine.kill(container)
        except TaskFailed:
            return  # it has ended
        finally:
            engine.close()

    def _explain(self, state: Mapping[str, Any]) -> None:
        if state.get("OOMKilled"):
            limit = self._settings.memory.memory if self._settings.memory else None
            bound = f"more than its limit of {limit}" if limit else "more than there is"
            self._ctx.log(
                Level.ERROR, f"out of memory: the command wanted {bound} and was killed (memory.memory sets the limit)"
            )


def _download(engine: Any, container: str, patterns: Sequence[str], ctx: RunContext) -> None:
    """Copy the files that are outputs: each by its name, or all when there is a pattern."""
    from docker.errors import NotFound

    root = ctx.working_dir
    has_pattern = any(character in pattern for pattern in patterns for character in "*?[{")
    names = (
        ["."]
        if has_pattern
        else [pattern.removeprefix(f"{root}/").removeprefix("./").lstrip("/") for pattern in patterns]
    )
    refuse: Callable[[str], None] = lambda why: ctx.log(Level.WARN, f"left out: {why}")  # noqa: E731
    for name in names:
        with engines.said("the files cannot be copied out of the container"):
            try:
                chunks, _ = engine.get_archive(container, f"{root}/{name}")
            except NotFound:
                continue
            unpack(chunks, (root / name).parent if name != "." else root, refuse)


def _let_go(output: Any) -> None:
    """Close a stream; docker's own ``close`` leaves its socket to the garbage collector."""
    output.close()
    output._response.close()  # noqa: SLF001


def _labels(ctx: RunContext) -> dict[str, str]:
    info = ctx.info
    names = {
        "namespace": info.namespace,
        "flow-id": info.flow_id,
        "execution-id": info.execution_id,
        "task-id": info.task_id,
        "taskrun-id": info.task_run_id,
        "taskrun-attempt": str(info.attempt),
    }
    return {engines.OWNER: engines.owner(), **{f"kestra.io/{name}": value for name, value in names.items()}}


def _numbers(user: str | None) -> tuple[int, int] | None:
    """User and group, when they are given as numbers; root when no user is given."""
    first, _, second = (user or "0:0").partition(":")
    return (int(first), int(second or first)) if first.isdecimal() and (second or first).isdecimal() else None


def _device_request(wanted: DeviceRequest) -> dict[str, Any]:
    names = {"driver": "Driver", "count": "Count", "device_ids": "DeviceIDs"}
    plain = {upper: getattr(wanted, name) for name, upper in names.items() if getattr(wanted, name) is not None}
    return {**plain, "Capabilities": wanted.capabilities or [], "Options": dict(wanted.options or {})}
