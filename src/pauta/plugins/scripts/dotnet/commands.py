"""Commands with .NET at hand."""

from __future__ import annotations

from typing import ClassVar

from pauta.plugins.scripts.forms import CommandsForm
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P


@plugin("io.kestra.plugin.scripts.dotnet.Commands")
class Commands(CommandsForm):
    """Runs commands with .NET."""

    program: ClassVar[str] = "dotnet"

    container_image: P[str | None] = "mcr.microsoft.com/dotnet/sdk:10.0"
