"""Labels of the execution that are set on the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pauta.sdk import labels as sdk_labels
from pauta.sdk.executables import Labels as Pairs
from pauta.sdk.executables import Update, UpdatingTask
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import D


@plugin("io.kestra.plugin.core.execution.Labels", aliases=("io.kestra.core.tasks.executions.Labels",))
class Labels(UpdatingTask):
    """Adds labels to the execution; one that there is already gets the new value."""

    labels: D[Any]
    """A map, a list of ``key`` and ``value``, or a text that is the JSON of one."""

    def template(self) -> object:
        """All that is rendered."""
        return {"labels": self.labels}

    def update(self, rendered: object, variables: Mapping[str, object], labels: Pairs) -> Update:
        """The labels with these among them."""
        del variables
        new = sdk_labels.read_labels(rendered["labels"] if isinstance(rendered, dict) else None)  # pyright: ignore[reportUnknownArgumentType] -- plain data
        return Update(labels=tuple({**dict(labels), **dict(new)}.items()))
