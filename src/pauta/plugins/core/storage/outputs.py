"""What tasks of the storage give."""

from __future__ import annotations

from pauta.sdk.plugins import Outputs


class FileOutputs(Outputs):
    """One file."""

    uri: str
    """The ``kestra://`` URI of the file."""


class ItemsOutputs(FileOutputs):
    """A file of rows, some of which were dropped."""

    processed_items_total: int
    """How many rows were read."""
    dropped_items_total: int
    """How many rows were left out."""
