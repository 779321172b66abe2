"""Task runners: where a command runs. A runner is one file in ``pauta.runners``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

from pauta.sdk.plugins import Plugin, of_kind

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


@dataclass(frozen=True, slots=True)
class Command:
    """A command to run in the task run's working directory.

    ``arguments`` is the argument vector; ``environment`` is added to the runner's own. ``on_output`` is called with
    chunks of raw bytes as they come: ``(is_stderr, chunk)``, from one thread.
    """

    arguments: Sequence[str]
    on_output: Callable[[bool, bytes], None]
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    image: str | None = None
    input_files: Sequence[str] = ()
    output_patterns: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class PythonPackages:
    """Python packages that a script needs: requirements as pip writes them, and a version such as ``3.12``."""

    requirements: Sequence[str] = ()
    python: str | None = None
    cached: bool = True
    listed: Path | None = None
    """A file of the working directory that lists more: ``requirements.txt``, or ``uv.lock`` beside its project."""


class TaskRunner(Plugin):
    """Runs commands somewhere."""

    uses_images: ClassVar[bool] = False
    """Commands run in containers of an image."""

    version: str | None = None
    """Which version of the plugin; without effect."""

    def run(self, command: Command, ctx: RunContext) -> int:
        """Run the command to its end and give its exit code.

        A kill of the task run stops it with all that it started. Raises TaskFailed when it cannot be started.
        """
        raise NotImplementedError

    def python(
        self, packages: PythonPackages, ctx: RunContext, image: str | None
    ) -> AbstractContextManager[Mapping[str, str]]:
        """Make these packages available inside the block; gives the environment variables that ``python`` needs.

        ``image`` is the container image that the flow asked for, None when it does not matter to this runner.
        Raises EnvironmentFailed with the installer's own message.
        """
        raise NotImplementedError


AnyTaskRunner = Annotated[TaskRunner, of_kind(TaskRunner)]
"""A task runner of whatever type the map names."""
