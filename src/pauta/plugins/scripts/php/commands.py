"""Commands with PHP at hand."""

from __future__ import annotations

from typing import ClassVar

from pauta.plugins.scripts.forms import CommandsForm
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P


@plugin("io.kestra.plugin.scripts.php.Commands")
class Commands(CommandsForm):
    """Runs commands with PHP."""

    program: ClassVar[str] = "php"

    container_image: P[str | None] = "php"
