"""A script for Deno."""

from __future__ import annotations

from typing import ClassVar

from pauta.plugins.scripts.forms import ScriptForm
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P


@plugin("io.kestra.plugin.scripts.deno.Script")
class Script(ScriptForm):
    """Runs a script with Deno."""

    program: ClassVar[str] = "deno"
    options: ClassVar[str] = "run"
    suffix: ClassVar[str] = ".ts"

    container_image: P[str | None] = "denoland/deno"
