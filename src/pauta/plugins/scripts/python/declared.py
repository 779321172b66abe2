"""Packages that a Python task does not name itself: in the header of its script, or in files beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from pauta.errors import TaskFailed

_HEADER = re.compile(r"^# /// script$\s(?P<content>(?:^#(?:| .*)$\s)+)^# ///$", re.MULTILINE)
"""Of PEP 723."""
_PROJECT, _LOCK, _LIST = "pyproject.toml", "uv.lock", "requirements.txt"


@dataclass(frozen=True, slots=True)
class Declared:
    """Requirements, which Python they need (a version or a range), and a file that lists more."""

    requirements: tuple[str, ...] = ()
    python: str | None = None
    listed: Path | None = None
    where: str = ""
    """What declares it, for the log."""


def in_header(script: str) -> Declared:
    """What the header of a script declares (PEP 723). Raises TaskFailed when it cannot be read."""
    import tomllib

    found = _HEADER.search(script)
    if found is None:
        return Declared()
    lines = (line[2:] if line.startswith("# ") else line[1:] for line in found["content"].splitlines())
    try:
        return _declared(tomllib.loads("\n".join(lines)), "the header of the script")
    except tomllib.TOMLDecodeError as error:
        raise TaskFailed(f"the header '# /// script' of the script cannot be read: {error}") from None


def in_files(folder: Path) -> Declared:
    """What the files of a project in the working directory declare: a lock file wins over all others."""
    project, listed = folder / _PROJECT, folder / _LIST
    if project.is_file() and (folder / _LOCK).is_file():
        return Declared(listed=folder / _LOCK, where=_LOCK)
    if listed.is_file():
        return Declared(listed=listed, where=_LIST)
    return _in_project(project) if project.is_file() else Declared()


def _in_project(file: Path) -> Declared:
    import tomllib

    try:
        document = tomllib.loads(file.read_text("utf-8", "replace"))
    except tomllib.TOMLDecodeError:
        return Declared()  # it may be meant for another tool
    project = document.get("project")
    return _declared(cast("Mapping[str, Any]", project), _PROJECT) if isinstance(project, dict) else Declared()


def _declared(table: Mapping[str, Any], where: str) -> Declared:
    requirements: object = table.get("dependencies", [])
    if not isinstance(requirements, list):
        raise TaskFailed(f"'dependencies' in {where} has to be a list of requirements")
    python = table.get("requires-python")
    return Declared(tuple(map(str, cast("list[object]", requirements))), python and str(python), where=where)
