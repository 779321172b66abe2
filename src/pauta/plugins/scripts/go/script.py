"""A script for Go."""

from __future__ import annotations

from typing import ClassVar

from pauta.plugins.scripts.forms import ScriptForm
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P


@plugin("io.kestra.plugin.scripts.go.Script")
class Script(ScriptForm):
    """Runs a script with Go."""

    program: ClassVar[str] = "go"
    options: ClassVar[str] = "run"
    suffix: ClassVar[str] = ".go"

    container_image: P[str | None] = "golang"
