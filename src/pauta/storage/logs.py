"""Log lines: appended in batches, read in pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pauta.sdk.states import Level
from pauta.storage.connection import Database, Session
from pauta.storage.statements import load

_PAGE = 5_000


class LogRow(NamedTuple):
    """A log line. ``task_run_id`` is '' for a line of the execution itself; ``severity`` ranks the level.

    ``attempt`` counts from 0, ``line`` from 1 within the attempt.
    """

    execution_id: str
    at: int
    task_run_id: str
    attempt: int
    line: int
    task_id: str | None
    severity: int
    message: str

    @property
    def level(self) -> Level:
        """The level."""
        return _LEVELS[self.severity]


class Wanted(NamedTuple):
    """Which lines: the least severe level, and the task when only its lines are wanted."""

    level: Level = Level.TRACE
    task_id: str | None = None


EVERYTHING = Wanted()
_LEVELS = {level.severity: level for level in Level}
Place = tuple[int, str, int, int]
"""Where a line stands among those of its execution: instant, task run, attempt, line."""
START: Place = (-1, "", -1, -1)


def append(session: Session, rows: Iterable[LogRow]) -> None:
    """Keep log lines; one that is there already stays as it is."""
    session.run_many(load("logs")["insert"], rows)


def page(
    session: Session,
    execution_id: str,
    wanted: Wanted = EVERYTHING,
    after: Place = START,
    limit: int = _PAGE,
) -> list[LogRow]:
    """Log lines of an execution behind a place, in their order."""
    values = (execution_id, *after, wanted.level.severity, wanted.task_id, wanted.task_id, limit)
    return [LogRow(*row) for row in session.all(load("logs")["page"], values)]


def stream(database: Database, execution_id: str, wanted: Wanted = EVERYTHING) -> Iterator[LogRow]:
    """All log lines of an execution, page by page."""
    place = START
    while True:
        with database.reading() as session:
            rows = page(session, execution_id, wanted, place)
        yield from rows
        if len(rows) < _PAGE:
            return
        place = (rows[-1].at, rows[-1].task_run_id, rows[-1].attempt, rows[-1].line)
