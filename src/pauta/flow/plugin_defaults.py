"""Values that many tasks of a flow share: the entries of ``pluginDefaults``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from pauta.sdk.plugins import Model


class PluginDefault(Model):
    """Properties for everything whose type is this one, or begins with it."""

    type: str
    forced: bool = False
    """They win over what the task itself says."""
    values: Mapping[str, Any] = Field(default_factory=dict)
    """Properties with their values."""
