"""Commands with Perl at hand."""

from __future__ import annotations

from typing import ClassVar

from pauta.plugins.scripts.forms import CommandsForm
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P


@plugin("io.kestra.plugin.scripts.perl.Commands")
class Commands(CommandsForm):
    """Runs commands with Perl."""

    program: ClassVar[str] = "perl"

    container_image: P[str | None] = "perl"
