"""Which task runner runs the commands of a task."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from pauta import registry
from pauta.sdk.runners import TaskRunner
from pauta.sdk.states import Containers

PROCESS = "io.kestra.plugin.core.runner.Process"
DOCKER = "io.kestra.plugin.scripts.runner.docker.Docker"


class ByDeclaration:
    """What a task declares decides, as far as this installation has it; else it is told so, once per execution."""

    def __init__(self, containers: Containers = Containers.AUTO) -> None:
        self._containers = containers
        self._warned: set[str] = set()

    def choose(self, declared: TaskRunner | None, execution_id: str, warn: Callable[[str], None]) -> TaskRunner:
        """The runner to use for what was declared; ``warn`` says why it is another one."""
        if declared is not None and not declared.uses_images:
            return declared
        if self._containers is Containers.DOCKER:
            return declared or _new(DOCKER)
        reason = _ordered(declared) if self._containers is Containers.PROCESS else _missing(declared)
        if reason is None and declared is not None:
            return declared
        if execution_id not in self._warned:
            self._warned.add(execution_id)
            warn(f"{reason}: it runs as a process of this machine, with what is installed on it")
        return _new(PROCESS)


def _ordered(declared: TaskRunner | None) -> str:
    return f"{_wish(declared)}, but --containers=process is set"


def _missing(declared: TaskRunner | None) -> str | None:
    """Why a task does not get a container; None when it does."""
    from pauta.runners.docker_engine import address, listens

    if declared is None:
        return f"{_wish(declared)} (--containers=docker does)"
    host: object = getattr(declared, "host", None)
    place = host if isinstance(host, str) and "{{" not in host else None
    return None if listens(place) else f"{_wish(declared)}, but no Docker engine answers at {address(place)}"


def _wish(declared: TaskRunner | None) -> str:
    if declared is None:
        return "the task names no taskRunner, for which Kestra would use a container"
    return f"the task asks for {declared.type}"


def _new(name: str) -> TaskRunner:
    return cast("type[TaskRunner]", registry.find(name))(type=name)
