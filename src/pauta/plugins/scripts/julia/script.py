"""A script for Julia."""

from __future__ import annotations

from typing import ClassVar

from pauta.plugins.scripts.forms import ScriptForm
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P


@plugin("io.kestra.plugin.scripts.julia.Script")
class Script(ScriptForm):
    """Runs a script with Julia."""

    program: ClassVar[str] = "julia"
    suffix: ClassVar[str] = ".jl"

    container_image: P[str | None] = "julia"
