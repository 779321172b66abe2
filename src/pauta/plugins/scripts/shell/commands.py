"""Shell commands."""

from __future__ import annotations

from typing import Any

from pauta.plugins.scripts.exec import ScriptTask, Workspace
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import D, P


@plugin("io.kestra.plugin.scripts.shell.Commands")
class Commands(ScriptTask):
    """Runs commands in a shell."""

    container_image: P[str | None] = "ubuntu"
    commands: D[list[Any] | str]

    def main_commands(self, workspace: Workspace) -> list[str]:
        """The commands, one per line."""
        return workspace.texts(self.commands)
