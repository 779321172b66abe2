"""On which workers a task may run."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pauta.sdk.plugins import Model


class WorkerGroup(Model):
    """A group of workers, by its key (1.x)."""

    key: str | None = None
    """The name of the group, or an expression that gives it."""
    fallback: Literal["FAIL", "WAIT", "CANCEL"] | None = None
    """What to do while the group has no worker."""


class WorkerSelector(Model):
    """The workers that have these tags (2.x)."""

    tags: tuple[str, ...] | None = Field(default=None, max_length=20)
    """The tags."""
    match: Literal["ALL", "ANY"] | None = None
    """Whether a worker needs all of them, or any."""
    fallback: Literal["FAIL", "WAIT", "CANCEL", "IGNORE"] | None = None
    """What to do while there is no such worker."""
