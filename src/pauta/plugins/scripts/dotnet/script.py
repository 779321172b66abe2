"""A C# script for .NET."""

from __future__ import annotations

from typing import ClassVar

from pauta.plugins.scripts.forms import ScriptForm
from pauta.plugins.scripts.workspace import Workspace
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P

_TOOLS = 'export PATH="$PATH:$HOME/.dotnet/tools"'
_INSTALL = "command -v dotnet-script >/dev/null || dotnet tool install -g dotnet-script --ignore-failed-sources"


@plugin("io.kestra.plugin.scripts.dotnet.Script")
class Script(ScriptForm):
    """Runs a C# script with .NET; the tool ``dotnet-script`` is installed when it is missing."""

    program: ClassVar[str] = "dotnet-script"
    suffix: ClassVar[str] = ".csx"

    container_image: P[str | None] = "mcr.microsoft.com/dotnet/sdk:10.0"

    def main_commands(self, workspace: Workspace) -> list[str]:
        """The call of the script, after the tool that runs it."""
        return [_TOOLS, _INSTALL, *super().main_commands(workspace)]
