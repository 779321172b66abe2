"""Commands with Node.js at hand."""

from __future__ import annotations

from typing import ClassVar

from pauta.plugins.scripts.forms import CommandsForm
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P


@plugin("io.kestra.plugin.scripts.node.Commands")
class Commands(CommandsForm):
    """Runs commands with Node.js."""

    program: ClassVar[str] = "node"

    container_image: P[str | None] = "node"
