"""Settings of an installation, typed. Only ``wiring`` reads them.

Environment variables: ``PAUTA_DATA`` (folder of database and files), ``PAUTA_WORKERS`` (task runs at the same time),
``PAUTA_CONTAINERS`` (``auto``, ``docker`` or ``process``: what happens to tasks that want a container).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pauta.errors import PautaError

PROJECT_FOLDER = ".pauta"
CONTAINERS = ("auto", "docker", "process")


@dataclass(frozen=True, slots=True)
class Settings:
    """``data`` is where database and files are kept; ``workers`` bounds the task runs at work at the same time.

    ``containers`` says what happens to tasks that want one.
    """

    data: Path
    workers: int = 16
    containers: str = "auto"


def read_settings(
    environment: Mapping[str, str], *, data: Path | None = None, containers: str | None = None
) -> Settings:
    """Settings from the environment; ``data`` and ``containers``, when given, win.

    Raises PautaError for a value that does not fit.
    """
    return Settings(
        data=data or _path(environment.get("PAUTA_DATA")) or _default_data(environment),
        workers=_positive("PAUTA_WORKERS", environment.get("PAUTA_WORKERS"), 16),
        containers=_containers(containers or environment.get("PAUTA_CONTAINERS")),
    )


def _path(text: str | None) -> Path | None:
    return Path(text).expanduser() if text else None


def _default_data(environment: Mapping[str, str]) -> Path:
    """``.pauta`` in the present folder, or the user's data folder where nothing can be written here."""
    project = Path(PROJECT_FOLDER)
    if project.is_dir() or os.access(Path.cwd(), os.W_OK):
        return project
    home = environment.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(home) / "pauta"


def _positive(name: str, text: str | None, default: int) -> int:
    if text is None:
        return default
    if not text.isdecimal() or int(text) < 1:
        raise PautaError(f"{name} is '{text}'; a whole number of 1 or more is expected")
    return int(text)


def _containers(text: str | None) -> str:
    wanted = (text or CONTAINERS[0]).strip().lower()
    if wanted not in CONTAINERS:
        raise PautaError(f"PAUTA_CONTAINERS is '{text}'; {', '.join(CONTAINERS)} are possible")
    return wanted
