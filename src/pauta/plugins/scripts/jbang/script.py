"""A script for JBang."""

from __future__ import annotations

from shlex import quote
from typing import ClassVar

from pauta.plugins.scripts.forms import ScriptForm
from pauta.plugins.scripts.workspace import Workspace
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P


@plugin("io.kestra.plugin.scripts.jbang.Script")
class Script(ScriptForm):
    """Runs a script with JBang."""

    program: ClassVar[str] = "jbang"

    container_image: P[str | None] = "jbangdev/jbang-action"
    extension: P[str] = ".java"
    """Of the file that holds the script: ``.java``, ``.jsh``, ``.kt``, ``.groovy`` or ``.md``."""
    quiet: P[bool] = True
    """Only the script itself prints, and errors."""

    def main_commands(self, workspace: Workspace) -> list[str]:
        """The call of the script."""
        place = workspace.script(workspace.text(self.script), self.extension)
        return [" ".join((self.program, *(["--quiet"] if self.quiet else []), quote(str(place))))]
