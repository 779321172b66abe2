"""A script for R."""

from __future__ import annotations

from typing import ClassVar

from pauta.plugins.scripts.forms import ScriptForm
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P


@plugin("io.kestra.plugin.scripts.r.Script")
class Script(ScriptForm):
    """Runs a script with R."""

    program: ClassVar[str] = "Rscript"
    suffix: ClassVar[str] = ".R"

    container_image: P[str | None] = "r-base"
