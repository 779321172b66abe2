"""The old task for Python."""

from __future__ import annotations

from typing import Any

from pauta.plugins.scripts.legacy.base import LegacyTask
from pauta.plugins.scripts.python.base import PythonTask
from pauta.plugins.scripts.workspace import Workspace
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import D, P


@plugin("io.kestra.core.tasks.scripts.Python")
class Python(PythonTask, LegacyTask):
    """Runs files with Python (old form)."""

    commands: D[list[Any] | str] = "./main.py"
    """Files to run, each with its arguments."""
    requirements: P[list[str] | None] = None
    """Old name of ``dependencies``."""
    python_path: P[str] = "python"
    """The program that runs them when there is no ``virtualEnv``."""
    virtual_env: P[bool] = True
    """They run in an environment of their own, with the requirements."""

    def own_requirements(self) -> list[str]:
        """The dependencies, under both names."""
        return [*(self.requirements or ()), *super().own_requirements()]

    def main_commands(self, workspace: Workspace) -> list[str]:
        """The calls."""
        program = "python" if self.virtual_env else self.python_path
        return [f"{program} {command}" for command in workspace.texts(self.commands)]
