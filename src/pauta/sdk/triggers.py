"""Triggers, which start executions, and the conditions that hold them back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from pauta.sdk.labels import Labels
from pauta.sdk.placement import WorkerGroup, WorkerSelector
from pauta.sdk.plugins import Part, Plugin, of_kind
from pauta.sdk.states import Level, State


class Condition(Plugin):
    """Something that must hold (1.x)."""


AnyCondition = Annotated[Condition, of_kind(Condition)]
"""A condition of whatever type the map names."""


class Trigger(Plugin):
    """What all triggers have in common."""

    id: str = Field(pattern=r"^[a-zA-Z0-9][a-zA-Z0-9_-]*$", min_length=1, max_length=256)
    """The name, one of a kind in the flow."""
    version: str | None = None
    """Which version of the plugin; without effect."""
    description: str | None = None
    """What it is for, in Markdown."""
    disabled: bool = False
    """It does not start anything."""
    conditions: tuple[AnyCondition, ...] = ()
    """All must hold (1.x)."""
    when: str | None = None
    """An expression that must be true (2.x)."""
    labels: Labels = ()
    """Labels of the executions that it starts; values are rendered."""
    stop_after: tuple[State, ...] = ()
    """It is disabled when an execution that it started ends in one of these states."""
    log_level: Level | None = Field(default=None, alias="logLevel")
    """Log lines below this level are dropped."""
    min_log_level: Level | None = None
    """Old name of ``logLevel``."""
    log_to_file: bool = False
    """Log lines go to one file of the internal storage."""
    fail_on_trigger_error: bool = False
    """A trigger that cannot be evaluated makes a FAILED execution."""
    allow_concurrent: bool = False
    """It fires also while an execution that it started is running."""
    worker_group: Annotated[WorkerGroup, Part()] | None = None
    """On which workers it is evaluated (1.x)."""
    worker_selector: Annotated[WorkerSelector, Part()] | None = None
    """On which workers it is evaluated (2.x)."""
    policy_refs: tuple[str, ...] = ()
    """Names of policies (2.x)."""
    assets: Mapping[str, Any] | None = None
    """What it reads, for lineage."""


AnyTrigger = Annotated[Trigger, of_kind(Trigger)]
"""A trigger of whatever type the map names."""
