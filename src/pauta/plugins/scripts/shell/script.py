"""A shell script."""

from __future__ import annotations

from pauta.plugins.scripts.exec import ScriptTask
from pauta.plugins.scripts.workspace import Workspace
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import D, P


@plugin("io.kestra.plugin.scripts.shell.Script")
class Script(ScriptTask):
    """Runs a script in a shell.

    Example::

        id: list
        type: io.kestra.plugin.scripts.shell.Script
        outputFiles:
          - names.txt
        script: |
          ls > names.txt
    """

    container_image: P[str | None] = "ubuntu"
    script: D[str]
    """The script."""

    def main_commands(self, workspace: Workspace) -> list[str]:
        """The script as it is."""
        return [workspace.text(self.script)]
