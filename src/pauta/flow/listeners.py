"""Listeners: tasks after an execution, the 1.x form of ``afterExecution``."""

from __future__ import annotations

from pydantic import Field

from pauta.sdk.plugins import Model
from pauta.sdk.tasks import AnyTask
from pauta.sdk.triggers import AnyCondition


class Listener(Model):
    """Tasks that run after an execution, under conditions (1.x)."""

    description: str | None = None
    """What it is for, in Markdown."""
    conditions: tuple[AnyCondition, ...] = ()
    """All must hold."""
    tasks: tuple[AnyTask, ...] = Field(min_length=1)
    """Run one after the other."""
