"""Named SQL statements: one ``.sql`` file per aggregate in ``sql/``.

A file is a list of blocks. A block begins with ``-- name: <name>``, then a line of purpose, then the statement with
``?`` for values. The statements are standard SQL that SQLite and PostgreSQL share.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "sql"
_BLOCK = re.compile(r"^-- name: (\w+)\n-- (.+)\n((?:(?!-- name:).*\n?)+)", re.MULTILINE)


@cache
def load(aggregate: str) -> dict[str, str]:
    """The statements of an aggregate by name."""
    text = (_FOLDER / f"{aggregate}.sql").read_text("utf-8")
    return {name: statement.strip() for name, _, statement in _BLOCK.findall(text)}


def aggregates() -> list[str]:
    """The names of all files with statements."""
    return sorted(file.stem for file in _FOLDER.glob("*.sql"))
