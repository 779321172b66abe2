"""Which task runner runs the commands of a task."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from pauta import registry
from pauta.sdk.runners import TaskRunner

PROCESS = "io.kestra.plugin.core.runner.Process"


class ProcessOnly:
    """Everything runs as a process of this machine: a task that wants a container is told so, once per execution."""

    def __init__(self) -> None:
        self._warned: set[str] = set()

    def choose(self, declared: TaskRunner | None, execution_id: str, warn: Callable[[str], None]) -> TaskRunner:
        """The runner to use for what was declared; ``warn`` says why it is another one."""
        process = cast("type[TaskRunner]", registry.find(PROCESS))
        if isinstance(declared, process):
            return declared
        if execution_id not in self._warned:
            self._warned.add(execution_id)
            warn(_why(declared))
        return process(type=PROCESS)


def _why(declared: TaskRunner | None) -> str:
    wanted = "a task without a taskRunner, which Kestra runs in Docker," if declared is None else declared.type
    return f"containers are not supported yet: {wanted} runs as a process of this machine, with what is installed on it"
