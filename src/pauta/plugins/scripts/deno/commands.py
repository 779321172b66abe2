"""Commands with Deno at hand."""

from __future__ import annotations

from typing import ClassVar

from pauta.plugins.scripts.forms import CommandsForm
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P


@plugin("io.kestra.plugin.scripts.deno.Commands")
class Commands(CommandsForm):
    """Runs commands with Deno."""

    program: ClassVar[str] = "deno"

    container_image: P[str | None] = "denoland/deno"
