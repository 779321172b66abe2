"""A script for Ruby."""

from __future__ import annotations

from typing import ClassVar

from pauta.plugins.scripts.forms import ScriptForm
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P


@plugin("io.kestra.plugin.scripts.ruby.Script")
class Script(ScriptForm):
    """Runs a script with Ruby."""

    program: ClassVar[str] = "ruby"
    suffix: ClassVar[str] = ".rb"

    container_image: P[str | None] = "ruby"
