"""What was kept of executions, as tasks that clean up see it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple, Protocol

from pauta.sdk.states import Level, State


class Chosen(NamedTuple):
    """Which executions are meant. Instants are microseconds since the epoch; what is None does not matter.

    ``namespace`` stands for itself and those below it; the instants are those of the executions' creation, or of log
    lines.
    """

    until: int
    since: int | None = None
    namespace: str | None = None
    flow_id: str | None = None
    execution_id: str | None = None


class What(NamedTuple):
    """What of an execution is removed."""

    executions: bool = True
    logs: bool = True
    metrics: bool = True
    files: bool = True


class Removed(NamedTuple):
    """How much was removed."""

    executions: int = 0
    logs: int = 0
    metrics: int = 0
    files: int = 0


class History(Protocol):
    """Reads and removes what was kept."""

    def log_lines(self, execution_id: str, level: Level, tasks: Collection[str] = ()) -> Iterator[Mapping[str, object]]:
        """The log lines of an execution as Kestra's API writes them, in the order of time; of these tasks, or of all.

        Raises NotFound.
        """
        ...

    def remove_logs(self, chosen: Chosen, levels: Collection[Level] = ()) -> int:
        """Remove log lines of these levels, or of all; gives how many."""
        ...

    def remove_executions(
        self, chosen: Chosen, what: What, states: Collection[State] = (), batch: int = 100
    ) -> Removed:
        """Remove executions that are over and have one of these states, or any; so many in one transaction."""
        ...
