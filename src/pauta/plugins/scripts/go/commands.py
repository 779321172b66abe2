"""Commands with Go at hand."""

from __future__ import annotations

from typing import ClassVar

from pauta.plugins.scripts.forms import CommandsForm
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P


@plugin("io.kestra.plugin.scripts.go.Commands")
class Commands(CommandsForm):
    """Runs commands with Go."""

    program: ClassVar[str] = "go"

    container_image: P[str | None] = "golang"
