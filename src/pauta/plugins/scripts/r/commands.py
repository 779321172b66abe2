"""Commands with R at hand."""

from __future__ import annotations

from typing import ClassVar

from pauta.plugins.scripts.forms import CommandsForm
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P


@plugin("io.kestra.plugin.scripts.r.Commands")
class Commands(CommandsForm):
    """Runs commands with R."""

    program: ClassVar[str] = "Rscript"

    container_image: P[str | None] = "r-base"
