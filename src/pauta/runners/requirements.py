"""What is to be installed into a Python environment: requirements, and a file that lists more of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pauta.errors import EnvironmentFailed
from pauta.sdk.runners import PythonPackages

LOCK = "uv.lock"
_LOCAL = re.compile(r"(\.{0,2}/|~|file:|[^ ]+ *@ *(file:|\.{0,2}/))")
_LEADS_ELSEWHERE = re.compile(
    r"^\s*(-[rce]|--(requirement|constraint|editable|find-links)\b|\.{0,2}/|file:)", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Requirements without blanks and repetitions, sorted, and a file (``uv.lock`` or ``requirements.txt``)."""

    requirements: tuple[str, ...]
    listed: Path | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing is to be installed."""
        return not self.requirements and self.listed is None

    @property
    def is_keepable(self) -> bool:
        """The same words mean the same packages: nothing of it lies in files beside."""
        is_local = any(_LOCAL.match(requirement) for requirement in self.requirements)
        return not is_local and (self.listed is None or self._is_complete(self.listed))

    @property
    def identity(self) -> list[str]:
        """Texts that change when other packages are wanted."""
        return [*self.requirements, *(f"{file.name} {_digest(file)}" for file in self._files())]

    def _files(self) -> list[Path]:
        if self.listed is None:
            return []
        return [self.listed, self.listed.with_name("pyproject.toml")] if self.listed.name == LOCK else [self.listed]

    def _is_complete(self, listed: Path) -> bool:
        return listed.name == LOCK or not _LEADS_ELSEWHERE.search(listed.read_text("utf-8", "replace"))


def wanted_by(packages: PythonPackages) -> Wanted:
    """What a task wants. Raises EnvironmentFailed for options among its dependencies."""
    return Wanted(tuple(_cleaned(packages.requirements)), packages.listed)


def _cleaned(requirements: Sequence[str]) -> list[str]:
    """Requirements without blanks and repetitions, sorted: their order does not matter."""
    cleaned = {requirement.strip() for requirement in requirements}
    options = [requirement for requirement in cleaned if requirement.startswith("-")]
    if options:
        raise EnvironmentFailed(f"'{options[0]}' is an option, not a dependency: write a package as pip names it")
    return sorted(requirement for requirement in cleaned if requirement and not requirement.startswith("#"))


def _digest(file: Path) -> str:
    return hashlib.blake2b(file.read_bytes(), digest_size=16).hexdigest()
