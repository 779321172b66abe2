"""Classes for types that are not installed, where a flow can do without what they do.

A task that does not exist cannot run. A trigger that never fires, with its conditions, does not hinder a flow that is
started by hand; and what would run in a container runs as a process (the runtime says so).
"""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict

from pauta.flow.core_types import Kind, core_types
from pauta.sdk.runners import TaskRunner
from pauta.sdk.triggers import Condition, Trigger

_ANY = ConfigDict(extra="allow")


class TriggerToCome(Trigger):
    """A trigger that does not fire."""

    model_config = _ANY


class ConditionToCome(Condition):
    """A condition of such a trigger."""

    model_config = _ANY


class RunnerToCome(TaskRunner):
    """A task runner in whose place another one is used."""

    model_config = _ANY


_CLASSES = {Kind.TRIGGER: TriggerToCome, Kind.CONDITION: ConditionToCome, Kind.TASK_RUNNER: RunnerToCome}


def stand_in(name: str) -> type[Any] | None:
    """The class to read a map of this type as; None: there is none."""
    known = core_types().get(name)
    return None if known is None else _CLASSES.get(known.kind)
