"""What the models share while one flow document is read: the validation context."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


def _none(name: str) -> None:
    del name


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a document.

    ``stand_in`` gives a class for a type that is not installed but may stand in a flow, None for any other;
    ``models`` is filled with the model that each map (by its ``id``) was read as, also where something is wrong in it;
    ``misfits`` has the literals of dynamic properties that do not fit.
    """

    stand_in: Callable[[str], type[Any] | None] = _none
    models: dict[int, type[Any]] = field(default_factory=dict[int, type[Any]])
    misfits: list[object] = field(default_factory=list[object])
