"""What the old script tasks have in common: the same work under older names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

from pydantic import model_validator

from pauta.plugins.scripts.exec import ScriptTask
from pauta.plugins.scripts.workspace import Workspace
from pauta.sdk.properties import P

_NEW_NAMES = {"exitOnFailed": "failFast", "dockerOptions": "docker"}


class LegacyTask(ScriptTask):
    """A process of this machine runs the commands, unless ``runner`` says otherwise."""

    runner: Literal["PROCESS", "DOCKER"] | None = "PROCESS"
    """Where the commands run."""
    interpreter_args: P[list[str] | None] = None
    """Options of the interpreter; ``-c`` by default."""
    exit_on_failed: P[bool | None] = None
    """Old name of ``failFast``."""
    files: P[list[str] | None] = None
    """Old name of ``outputFiles``."""
    outputs_files: P[list[str] | None] = None
    """Old name of ``outputFiles``."""
    output_dirs: P[list[str] | None] = None
    """Names of folders whose files are outputs; ``{{ outputDirs.name }}`` is the folder."""
    docker_options: P[Mapping[str, Any] | None] = None
    """Old name of ``docker``."""

    @model_validator(mode="before")
    @classmethod
    def _under_new_names(cls, value: Any) -> Any:
        old = dict(cast("Mapping[str, Any]", value))
        new = {name: old[before] for before, name in _NEW_NAMES.items() if before in old and name not in old}
        if isinstance(old.get("interpreter"), str):
            new["interpreter"] = [old["interpreter"], *(old.get("interpreterArgs") or ["-c"])]
        return {**old, **new}

    def declared_files(self) -> list[str]:
        """The files that are outputs, under all their names."""
        folders = [f"{name}/**" for name in self.output_dirs or ()]
        return [*super().declared_files(), *(self.files or ()), *(self.outputs_files or ()), *folders]

    def workspace(self, ctx: Any) -> Workspace:
        """Its expressions know where the input files and the folders of outputs are."""
        workspace = super().workspace(ctx)
        folders = {name: workspace.folder / name for name in self.output_dirs or ()}
        for folder in folders.values():
            folder.mkdir(parents=True, exist_ok=True)
        declared: object = self.input_files
        given = cast("Mapping[str, object]", declared if isinstance(declared, Mapping) else {})
        workspace.variables["outputDirs"] = {name: str(folder) for name, folder in folders.items()}
        workspace.variables["inputFiles"] = {name: str(workspace.folder / name) for name in given}
        return workspace

    def outputs(self, exit_code: int, values: Mapping[str, object], files: Mapping[str, str]) -> dict[str, object]:
        """The outputs: the files also under their older name."""
        return {**super().outputs(exit_code, values, files), "files": files}
