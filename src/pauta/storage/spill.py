"""Large outputs go to the internal storage by themselves: the row keeps a reference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from pauta.blobs import places
from pauta.blobs.store import Blobs
from pauta.engine.execution import Execution, TaskRun
from pauta.sdk.context import TaskRunInfo
from pauta.storage.columns import dump

THRESHOLD = 32_768
"""Bytes of JSON up to which outputs stay in the row."""


class Packed(NamedTuple):
    """Outputs as a row keeps them: in the row, or by reference; both None when there are none."""

    text: str | None
    uri: str | None


class Spill:
    """Writes large outputs to files and reads them back."""

    def __init__(self, blobs: Blobs, threshold: int = THRESHOLD) -> None:
        self._blobs = blobs
        self._threshold = threshold

    def pack(self, execution: Execution, run: TaskRun) -> Packed:
        """The outputs of a task run as its row keeps them. Raises StorageFailed when a file cannot be written."""
        if run.outputs is None:
            return Packed(None, None)
        text = dump(run.outputs)
        data = text.encode()
        if len(data) <= self._threshold:
            return Packed(text, None)
        path = places.file_in(_folder(execution, run), f"outputs-{run.fence}.json")
        self._blobs.put(path, data)
        return Packed(None, places.uri(path))

    def unpack(self, packed: Packed) -> Mapping[str, Any] | None:
        """The outputs that a row keeps."""
        if packed.uri is not None:
            with self._blobs.open(places.path_of(packed.uri)) as file:
                return orjson.loads(file.read())
        return None if packed.text is None else orjson.loads(packed.text)


def _folder(execution: Execution, run: TaskRun) -> str:
    return places.of_task_run(
        TaskRunInfo(execution.namespace, execution.flow_id, execution.id, run.task_id, run.id, len(run.attempts))
    )
