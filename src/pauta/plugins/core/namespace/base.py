"""What tasks about files of namespaces have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pauta.errors import TaskFailed
from pauta.plugins.core.namespace.matching import matching

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


def found(namespace: str, wanted: str | list[str], ctx: RunContext) -> list[str]:
    """The paths of the files that are meant. Raises TaskFailed when a pattern cannot be read."""
    given = [wanted] if isinstance(wanted, str) else wanted
    try:
        return matching(ctx.namespace_files(namespace), given)
    except ValueError as error:
        raise TaskFailed(str(error)) from None
