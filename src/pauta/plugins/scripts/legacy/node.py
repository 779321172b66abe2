"""The old task for Node.js."""

from __future__ import annotations

from typing import Any, ClassVar

from pauta.plugins.scripts.legacy.base import LegacyTask
from pauta.plugins.scripts.workspace import Workspace
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import D, P


@plugin("io.kestra.core.tasks.scripts.Node")
class Node(LegacyTask):
    """Runs files with Node.js (old form)."""

    program: ClassVar[str] = "node"

    container_image: P[str | None] = "node"
    """The image for runners that use containers."""
    commands: D[list[Any] | str] = "./main.js"
    """Files to run, each with its arguments."""
    node_path: P[str] = "node"
    """The program that runs them."""
    npm_path: P[str] = "npm"
    """The program that installs what ``package.json`` among the input files names."""

    def main_commands(self, workspace: Workspace) -> list[str]:
        """The calls, after the installation of packages."""
        has_packages = (workspace.folder / "package.json").is_file()
        install = [f"{self.npm_path} install --no-fund --no-audit --loglevel=error"] if has_packages else []
        return [*install, *(f"{self.node_path} {command}" for command in workspace.texts(self.commands))]
