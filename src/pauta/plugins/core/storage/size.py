"""The size of a file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pauta.sdk.plugins import Outputs, plugin
from pauta.sdk.properties import P
from pauta.sdk.tasks import Result, RunnableTask

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


class SizeOutputs(Outputs):
    """What ``Size`` gives."""

    size: int
    """Bytes."""


@plugin("io.kestra.plugin.core.storage.Size", aliases=("io.kestra.core.tasks.storages.Size",), outputs=SizeOutputs)
class Size(RunnableTask):
    """Looks how large a file is; output ``size``, in bytes."""

    uri: P[str]
    """The file."""

    def run(self, ctx: RunContext) -> Result:
        """Look at the file. Raises NotFound."""
        with ctx.open_file(self.uri) as file:
            return Result({"size": file.seek(0, os.SEEK_END)})
