"""What both Python tasks have in common: an interpreter and packages."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Literal

from pauta.errors import EnvironmentFailed
from pauta.plugins.scripts.exec import ScriptTask
from pauta.plugins.scripts.python.declared import Declared, in_files
from pauta.plugins.scripts.python.outputs import FILE, OutputsFile
from pauta.plugins.scripts.workspace import Workspace
from pauta.sdk.properties import P
from pauta.sdk.runners import PythonPackages, TaskRunner
from pauta.sdk.states import Level


class PythonTask(ScriptTask):
    """``python`` is an interpreter that finds the dependencies."""

    container_image: P[str | None] = "python:3.13-slim"
    """The image for runners that use containers."""
    dependencies: P[list[str] | None] = None
    """Requirements as pip writes them."""
    python_version: P[str | float | None] = None
    """A version such as ``3.12``; by default that of the Python which runs pauta."""
    dependency_cache_enabled: P[bool] = True
    """An environment with the same dependencies is used again."""
    package_manager: P[Literal["UV", "PIP"]] = "UV"
    """uv installs in both cases; it reads the same requirements."""
    uv_auto_install_enabled: P[bool | None] = None
    """Without effect: uv is always there."""
    uv_installer_version: P[str | None] = None
    """Without effect: uv is always there."""
    uv_installer_sha256: P[str | None] = None
    """Without effect: uv is always there."""

    @contextmanager
    def language(self, runner: TaskRunner, workspace: Workspace) -> Generator[Mapping[str, str]]:
        """The environment with the dependencies."""
        workspace.at_end.append(OutputsFile(workspace.ctx).report)
        workspace.expected.append(FILE)
        declared = self.declared(workspace)
        with ExitStack() as stack:
            try:
                variables = stack.enter_context(self._environment_with(declared, runner, workspace))
            except EnvironmentFailed as error:
                if not declared.listed:
                    raise
                workspace.ctx.log(Level.WARN, f"goes on without what {declared.where} declares: {error}")
                variables = stack.enter_context(self._environment_with(Declared(), runner, workspace))
            yield variables

    def _environment_with(
        self, declared: Declared, runner: TaskRunner, workspace: Workspace
    ) -> AbstractContextManager[Mapping[str, str]]:
        packages = PythonPackages(
            [*self.own_requirements(), *declared.requirements],
            _version_text(self.python_version) or declared.python,
            self.dependency_cache_enabled,
            declared.listed,
        )
        return runner.python(packages, workspace.ctx, self._image_for(runner))

    def declared(self, workspace: Workspace) -> Declared:
        """What files beside the script declare, when the task names no dependencies itself."""
        return Declared() if self.own_requirements() else in_files(workspace.folder)

    def own_requirements(self) -> list[str]:
        """The packages that the task names."""
        return list(self.dependencies or ())

    def _image_for(self, runner: TaskRunner) -> str | None:
        """The image that the commands run in, or that the flow names when it asked for another runner than this one.

        In the second case it says which Python is expected.
        """
        if runner.uses_images:
            return self.image()
        named = self.model_fields_set & {"container_image", "docker"}
        return self.image() if named and runner is not self.task_runner else None


def _version_text(version: str | float | None) -> str | None:
    """A version as a text: the number 3.1 is what YAML makes of ``3.10``."""
    return None if version is None else "3.10" if version == 3.1 else str(version)
