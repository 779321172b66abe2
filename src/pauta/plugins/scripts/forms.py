"""The two forms in which tasks of a language come: commands, and a script that is written into a file."""

from __future__ import annotations

from shlex import quote
from typing import Any, ClassVar

from pauta.plugins.scripts.exec import ScriptTask
from pauta.plugins.scripts.workspace import Workspace
from pauta.sdk.properties import D


class CommandsForm(ScriptTask):
    """Runs commands; those of the language have its programs at hand."""

    commands: D[list[Any] | str]
    """The commands, one after the other in one shell."""

    def main_commands(self, workspace: Workspace) -> list[str]:
        """The commands, one per line."""
        return workspace.texts(self.commands)


class ScriptForm(ScriptTask):
    """Runs a script: it is written into a file, and the program of the language runs that."""

    suffix: ClassVar[str]
    """Of the file's name."""
    options: ClassVar[str] = ""
    """Of the program, before the name of the file."""

    script: D[str]
    """The text of the script."""

    def main_commands(self, workspace: Workspace) -> list[str]:
        """The program with the name of the file."""
        place = workspace.script(workspace.text(self.script), self.suffix)
        return [" ".join((self.program, *self.options.split(), quote(str(place))))]
