"""Keys that are read and checked, but do nothing yet: each is one line, and goes when its behaviour comes.

``pauta flow validate`` and ``pauta run`` warn about every one that a flow uses, with its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pauta.flow.model import Flow
from pauta.sdk.plugins import Model
from pauta.sdk.tasks import Task

LATER: tuple[tuple[type[Model], str, str], ...] = (
    (Flow, "triggers", "start the flow by hand"),
    (Flow, "quotas", "the number of executions is not limited yet"),
    (Flow, "listeners", "listeners do not run yet; 'afterExecution' does"),
    (Flow, "workerGroup", "all tasks run on this machine"),
    (Flow, "workerSelector", "all tasks run on this machine"),
    (Flow, "policyRefs", "there are no policies yet"),
    (Flow, "draft", "there are no drafts yet"),
    (Task, "taskCache", "outputs are not kept for later runs yet"),
    (Task, "logToFile", "log lines are kept with the others"),
    (Task, "workerGroup", "all tasks run on this machine"),
    (Task, "workerSelector", "all tasks run on this machine"),
    (Task, "policyRefs", "there are no policies yet"),
    (Task, "assets", "assets are not recorded yet"),
    (Task, "version", "there is one version of each task: the installed one"),
)
"""Of which model, the key, and what happens instead."""


def unused_keys(model: type[Any], properties: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The keys of one map that do nothing yet, each with what happens instead."""
    for owner, name, instead in LATER:
        if properties.get(name) and issubclass(model, owner):
            yield name, instead
