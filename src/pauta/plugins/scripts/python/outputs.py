"""Outputs that a Python script leaves without a library: the file ``outputs.json``, or a variable ``outputs``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pauta.sdk.states import Level

if TYPE_CHECKING:
    from pauta.plugins.scripts.markers import Output
    from pauta.sdk.context import RunContext

FILE = "outputs.json"
_LARGEST = 64 << 20
"""Bytes; a larger file is no report of outputs."""
_State = tuple[int, int, int]


class OutputsFile:
    """The file ``outputs.json`` of the working directory: it counts when the run wrote it."""

    def __init__(self, ctx: RunContext) -> None:
        self._ctx = ctx
        self._place = ctx.working_dir / FILE
        self._before = self._state()

    def report(self, output: Output) -> None:
        """Add the outputs in the file; those of markers win. What is no map is left out, which the log says."""
        state = self._state()
        if state is None or state == self._before:
            return
        outputs = _map_in(self._place) if state[1] <= _LARGEST else None
        if outputs is None:
            why = f"it has to be a JSON map of at most {_LARGEST >> 20} MiB"
            self._ctx.log(Level.WARN, f"{FILE} is not taken as outputs: {why}")
        output.vars = {**(outputs or {}), **output.vars}

    def _state(self) -> _State | None:
        """Which file it is, as far as one can see from outside; None when it is no regular file."""
        if self._place.is_symlink() or not self._place.is_file():
            return None
        found = self._place.stat()
        return found.st_ino, found.st_size, found.st_mtime_ns


class OutputsVariable:
    """The variable ``outputs`` of a script, which its interpreter writes to ``place`` at the end."""

    def __init__(self, ctx: RunContext, place: Path) -> None:
        self._ctx = ctx
        self.place = place

    def report(self, output: Output) -> None:
        """Take it as outputs when nothing else reported any. What is no plain data is left out, which the log says."""
        left = _map_in(self.place) if self.place.is_file() else None
        if left is None or output.vars:
            return
        if problem := left.get("problem"):
            why = f"the variable 'outputs' of the script is not taken as outputs: {problem}"
            self._ctx.log(Level.WARN, why)
        output.vars = dict(cast("Mapping[str, object]", left.get("outputs") or {}))


def _map_in(place: Path) -> dict[str, object] | None:
    import json

    try:
        found = json.loads(place.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return cast("dict[str, object]", found) if isinstance(found, dict) else None
