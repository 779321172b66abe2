"""Which files of a namespace patterns mean."""

from __future__ import annotations

from collections.abc import Iterable

from pauta.sdk import patterns


def matching(paths: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """The paths (relative) that any of the patterns means.

    Kestra: a path begins with ``/`` when it is compared, and so does a pattern, unless it begins with ``*``: ``b.sql`` and
    ``dir/**`` are found, ``*.sql`` finds nothing and ``**.sql`` everything.
    """
    rooted = [_rooted(each) for each in wanted]
    return [path for path in paths if any(patterns.matches(pattern, f"/{path}") for pattern in rooted)]


def _rooted(pattern: str) -> str:
    whole = f"{pattern}**" if pattern.endswith("/") else pattern
    return whole if whole.startswith(("/", "*")) else f"/{whole}"
