"""A script for PowerShell."""

from __future__ import annotations

from typing import ClassVar

from pauta.plugins.scripts.forms import ScriptForm
from pauta.plugins.scripts.powershell.base import INTERPRETER
from pauta.plugins.scripts.workspace import Workspace
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P


@plugin("io.kestra.plugin.scripts.powershell.Script")
class Script(ScriptForm):
    """Runs a script in PowerShell."""

    program: ClassVar[str] = "pwsh"
    standard_interpreter: ClassVar[tuple[str, ...]] = INTERPRETER
    suffix: ClassVar[str] = ".ps1"

    container_image: P[str | None] = "ghcr.io/kestra-io/powershell:latest"

    def main_commands(self, workspace: Workspace) -> list[str]:
        """The call of the script."""
        place = str(workspace.script(workspace.text(self.script), self.suffix))
        return ["& '{}'".format(place.replace("'", "''"))]
