"""Commands with Bun at hand."""

from __future__ import annotations

from typing import ClassVar

from pauta.plugins.scripts.forms import CommandsForm
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P


@plugin("io.kestra.plugin.scripts.bun.Commands")
class Commands(CommandsForm):
    """Runs commands with Bun."""

    program: ClassVar[str] = "bun"

    container_image: P[str | None] = "oven/bun"
