"""Shell commands."""

from __future__ import annotations

from pauta.plugins.scripts.forms import CommandsForm
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P


@plugin("io.kestra.plugin.scripts.shell.Commands")
class Commands(CommandsForm):
    """Runs commands in a shell.

    Example::

        id: who
        type: io.kestra.plugin.scripts.shell.Commands
        commands:
          - whoami
          - date
    """

    container_image: P[str | None] = "ubuntu"
