"""A Python script."""

from __future__ import annotations

from shlex import quote

from pauta.plugins.scripts.python.base import PythonTask
from pauta.plugins.scripts.python.declared import Declared, in_header
from pauta.plugins.scripts.python.json_words import with_json_words
from pauta.plugins.scripts.python.outputs import OutputsVariable
from pauta.plugins.scripts.workspace import Workspace
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import D


@plugin("io.kestra.plugin.scripts.python.Script")
class Script(PythonTask):
    """Runs a Python script.

    Example::

        id: count
        type: io.kestra.plugin.scripts.python.Script
        dependencies:
          - kestra
        script: |
          from kestra import Kestra

          Kestra.outputs({"rows": 42})
    """

    script: D[str]
    """The script."""

    def declared(self, workspace: Workspace) -> Declared:
        """What its header declares, else what files beside it do."""
        header = in_header(str(workspace.rendered(self.script)) if "# /// script" in self.script else "")
        return header if header.where else super().declared(workspace)

    def main_commands(self, workspace: Workspace) -> list[str]:
        """The script, in a file of the working directory."""
        place = workspace.script(with_json_words(workspace.text(self.script)), ".py")
        variable = OutputsVariable(workspace.ctx, workspace.hidden(".json"))
        workspace.at_end.append(variable.report)
        workspace.environment = {
            "PAUTA_SCRIPT": str(place),
            "PAUTA_SCRIPT_NAME": f"the script of {self.id}",
            "PAUTA_OUTPUTS": str(variable.place),
        }
        return [f"python {quote(str(place))}"]
