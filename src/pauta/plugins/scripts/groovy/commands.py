"""Commands with Groovy at hand."""

from __future__ import annotations

from typing import ClassVar

from pauta.plugins.scripts.forms import CommandsForm
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P


@plugin("io.kestra.plugin.scripts.groovy.Commands")
class Commands(CommandsForm):
    """Runs commands with Groovy."""

    program: ClassVar[str] = "groovy"

    container_image: P[str | None] = "groovy"
