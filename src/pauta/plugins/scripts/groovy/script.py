"""A script for Groovy."""

from __future__ import annotations

from typing import ClassVar

from pauta.plugins.scripts.forms import ScriptForm
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P


@plugin("io.kestra.plugin.scripts.groovy.Script")
class Script(ScriptForm):
    """Runs a script with Groovy."""

    program: ClassVar[str] = "groovy"
    suffix: ClassVar[str] = ".groovy"

    container_image: P[str | None] = "groovy"
