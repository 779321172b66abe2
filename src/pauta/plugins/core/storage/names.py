"""Names of files that tasks make."""

from __future__ import annotations

import os
from pathlib import PurePosixPath


def new_name(ending: str) -> str:
    """A name that no other file has, with this ending (``csv`` or ``.csv``)."""
    return f"{os.urandom(10).hex()}{'' if ending.startswith('.') else '.'}{ending}"


def unique(name: str) -> str:
    """A name that no other file has, with this one at its end."""
    return f"{os.urandom(10).hex()}-{name}"


def like(uri: str, default: str = ".tmp") -> str:
    """A new name with the ending of another file."""
    return new_name(PurePosixPath(uri).suffix or default)
