"""Commands with Ruby at hand."""

from __future__ import annotations

from typing import ClassVar

from pauta.plugins.scripts.forms import CommandsForm
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P


@plugin("io.kestra.plugin.scripts.ruby.Commands")
class Commands(CommandsForm):
    """Runs commands with Ruby."""

    program: ClassVar[str] = "ruby"

    container_image: P[str | None] = "ruby"
