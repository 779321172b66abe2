"""A script for Perl."""

from __future__ import annotations

from typing import ClassVar

from pauta.plugins.scripts.forms import ScriptForm
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P


@plugin("io.kestra.plugin.scripts.perl.Script")
class Script(ScriptForm):
    """Runs a script with Perl."""

    program: ClassVar[str] = "perl"
    suffix: ClassVar[str] = ".pl"

    container_image: P[str | None] = "perl"
