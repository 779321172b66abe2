"""A script for Lua."""

from __future__ import annotations

from typing import ClassVar

from pauta.plugins.scripts.forms import ScriptForm
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P


@plugin("io.kestra.plugin.scripts.lua.Script")
class Script(ScriptForm):
    """Runs a script with Lua."""

    program: ClassVar[str] = "lua"
    suffix: ClassVar[str] = ".lua"

    container_image: P[str | None] = "nickblah/lua"
