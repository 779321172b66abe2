"""What both Python tasks have in common: an interpreter and packages."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Literal

from pauta.plugins.scripts.exec import ScriptTask, Workspace
from pauta.plugins.scripts.python.outputs import OutputsFile
from pauta.sdk.properties import P
from pauta.sdk.runners import PythonPackages, TaskRunner


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

    def language(self, runner: TaskRunner, workspace: Workspace) -> AbstractContextManager[Mapping[str, str]]:
        """The environment with the dependencies."""
        workspace.at_end.append(OutputsFile(workspace.ctx).report)
        version = _version_text(self.python_version)
        packages = PythonPackages(self.requirements_of(workspace), version, self.dependency_cache_enabled)
        return runner.python(packages, workspace.ctx, self._image_instead_of(runner))

    def requirements_of(self, workspace: Workspace) -> list[str]:
        """The packages that the task names."""
        del workspace
        return list(self.dependencies or ())

    def _image_instead_of(self, runner: TaskRunner) -> str | None:
        """The image that the flow names, when it did not ask for this runner: it says which Python is expected."""
        named = self.model_fields_set & {"container_image", "docker"}
        return self.image() if named and runner is not self.task_runner else None


def _version_text(version: str | float | None) -> str | None:
    """A version as a text: the number 3.1 is what YAML makes of ``3.10``."""
    return None if version is None else "3.10" if version == 3.1 else str(version)
