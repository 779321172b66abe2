"""A Python script."""

from __future__ import annotations

import re

from pauta.plugins.scripts.exec import Workspace
from pauta.plugins.scripts.python.base import PythonTask
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import D

_JSON_WORD = re.compile(r"\b(?:true|false|null)\b")
_FUTURE = re.compile(r"^from __future__ import (?:\([^)]*\)|.*)$", re.MULTILINE)
_SIMPLE_FIRST_LINE = re.compile(r"import |from ")
_JSON_VALUES = "true, false, null = True, False, None"


@plugin("io.kestra.plugin.scripts.python.Script")
class Script(PythonTask):
    """Runs a Python script."""

    script: D[str]

    def main_commands(self, workspace: Workspace) -> list[str]:
        """The script, in a file of the working directory."""
        place = workspace.script(with_json_values(workspace.text(self.script)), ".py")
        return [f"python '{place}'"]


def with_json_values(script: str) -> str:
    """The script with ``true``, ``false`` and ``null`` defined if it has these words, so that JSON can be pasted.

    The numbers of lines stay where that is possible.
    """
    if not _JSON_WORD.search(script):
        return script
    future = list(_FUTURE.finditer(script))
    if future:
        end = future[-1].end()
        return f"{script[:end]}; {_JSON_VALUES}{script[end:]}"
    return f"{_JSON_VALUES}{'; ' if _SIMPLE_FIRST_LINE.match(script) else chr(10)}{script}"
