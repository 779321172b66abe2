"""A script for PHP."""

from __future__ import annotations

from typing import ClassVar

from pauta.plugins.scripts.forms import ScriptForm
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P


@plugin("io.kestra.plugin.scripts.php.Script")
class Script(ScriptForm):
    """Runs a script with PHP."""

    program: ClassVar[str] = "php"
    suffix: ClassVar[str] = ".php"

    container_image: P[str | None] = "php"
