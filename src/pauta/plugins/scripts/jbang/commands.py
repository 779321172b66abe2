"""Commands with JBang at hand."""

from __future__ import annotations

from typing import ClassVar

from pauta.plugins.scripts.forms import CommandsForm
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P


@plugin("io.kestra.plugin.scripts.jbang.Commands")
class Commands(CommandsForm):
    """Runs commands with JBang."""

    program: ClassVar[str] = "jbang"

    container_image: P[str | None] = "jbangdev/jbang-action"
