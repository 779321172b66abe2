"""Commands with Lua at hand."""

from __future__ import annotations

from typing import ClassVar

from pauta.plugins.scripts.forms import CommandsForm
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P


@plugin("io.kestra.plugin.scripts.lua.Commands")
class Commands(CommandsForm):
    """Runs commands with Lua."""

    program: ClassVar[str] = "lua"

    container_image: P[str | None] = "nickblah/lua"
