"""A Python script."""

from __future__ import annotations

from pauta.plugins.scripts.exec import Workspace
from pauta.plugins.scripts.python.base import PythonTask
from pauta.plugins.scripts.python.json_words import with_json_words
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import D


@plugin("io.kestra.plugin.scripts.python.Script")
class Script(PythonTask):
    """Runs a Python script."""

    script: D[str]
    """The script."""

    def main_commands(self, workspace: Workspace) -> list[str]:
        """The script, in a file of the working directory."""
        place = workspace.script(with_json_words(workspace.text(self.script)), ".py")
        return [f"python '{place}'"]
