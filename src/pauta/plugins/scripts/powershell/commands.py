"""Commands with PowerShell at hand."""

from __future__ import annotations

from typing import ClassVar

from pauta.plugins.scripts.forms import CommandsForm
from pauta.plugins.scripts.powershell.base import INTERPRETER
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P


@plugin("io.kestra.plugin.scripts.powershell.Commands")
class Commands(CommandsForm):
    """Runs commands in PowerShell."""

    program: ClassVar[str] = "pwsh"
    standard_interpreter: ClassVar[tuple[str, ...]] = INTERPRETER

    container_image: P[str | None] = "ghcr.io/kestra-io/powershell:latest"
