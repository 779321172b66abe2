"""A script for Node.js."""

from __future__ import annotations

from typing import ClassVar

from pauta.plugins.scripts.forms import ScriptForm
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P


@plugin("io.kestra.plugin.scripts.node.Script")
class Script(ScriptForm):
    """Runs a script with Node.js."""

    program: ClassVar[str] = "node"
    suffix: ClassVar[str] = ".js"

    container_image: P[str | None] = "node"
