"""Commands with a Python environment."""

from __future__ import annotations

from typing import Any

from pauta.plugins.scripts.python.base import PythonTask
from pauta.plugins.scripts.workspace import Workspace
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import D


@plugin("io.kestra.plugin.scripts.python.Commands")
class Commands(PythonTask):
    """Runs commands; ``python`` is the interpreter of the environment.

    Example::

        id: etl
        type: io.kestra.plugin.scripts.python.Commands
        namespaceFiles:
          enabled: true
        commands:
          - python etl.py
    """

    commands: D[list[Any] | str]
    """The commands, one after the other."""

    def main_commands(self, workspace: Workspace) -> list[str]:
        """The commands, one per line."""
        return workspace.texts(self.commands)
