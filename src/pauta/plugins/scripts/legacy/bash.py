"""The old task for shell commands."""

from __future__ import annotations

from typing import Any

from pauta.plugins.scripts.legacy.base import LegacyTask
from pauta.plugins.scripts.workspace import Workspace
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import D, P


@plugin("io.kestra.core.tasks.scripts.Bash")
class Bash(LegacyTask):
    """Runs commands in a shell (old form)."""

    container_image: P[str | None] = "ubuntu"
    """The image for runners that use containers."""
    commands: D[list[Any] | str]
    """The commands, one after the other in one shell."""

    def main_commands(self, workspace: Workspace) -> list[str]:
        """The commands, one per line."""
        return workspace.texts(self.commands)
