"""Files into and out of a working directory: the older form of ``inputFiles`` and ``outputFiles``."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from pauta import paths
from pauta.errors import TaskFailed
from pauta.plugins.core.storage.names import unique
from pauta.sdk import patterns
from pauta.sdk.plugins import Outputs, plugin
from pauta.sdk.properties import P
from pauta.sdk.tasks import Result, RunnableTask

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext

_STORED = ("kestra://", "nsfile://")


class LocalFilesOutputs(Outputs):
    """What ``LocalFiles`` gives."""

    uris: dict[str, str]
    """The URI of each file that was kept, by its path in the working directory."""


@plugin(
    "io.kestra.plugin.core.storage.LocalFiles",
    aliases=("io.kestra.core.tasks.storages.LocalFiles",),
    outputs=LocalFilesOutputs,
)
class LocalFiles(RunnableTask):
    """Writes files into the working directory, and keeps files of it in the internal storage."""

    inputs: P[dict[str, str] | None] = None
    """The text of each file, or the URI of a file, by its path in the working directory."""
    outputs: P[list[str] | None] = None
    """Patterns of paths of the files to keep."""

    def run(self, ctx: RunContext) -> Result:
        """Write the files, then keep what is wanted. Raises NotFound, PathRefused or TaskFailed."""
        for path, content in (self.inputs or {}).items():
            _write(paths.inside(ctx.working_dir, path), content, ctx)
        return Result({"uris": {path: _keep(path, ctx) for path in _wanted(self.outputs or [], ctx)}})


def _write(target: Path, content: str, ctx: RunContext) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if not content.startswith(_STORED):
        target.write_text(content, "utf-8")
        return
    with ctx.open_file(content) as source, target.open("wb") as file:
        shutil.copyfileobj(source, file)


def _keep(path: str, ctx: RunContext) -> str:
    """Kestra: what is kept leaves the working directory."""
    file = ctx.working_dir / path
    uri = ctx.put_file(file, unique(file.name))
    file.unlink()
    return uri


def _wanted(globs: list[str], ctx: RunContext) -> list[str]:
    folder = ctx.working_dir
    found = sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
    try:
        return [path for path in found if any(patterns.matches(each, path) for each in globs)]
    except ValueError as error:
        raise TaskFailed(str(error)) from None
