"""Brings a database to the newest form: numbered files in ``migrations/``, each applied once, in one transaction."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from pauta.errors import StorageFailed
from pauta.storage import statements
from pauta.storage.connection import Database, Session

_FOLDER = Path(__file__).parent / "migrations"
_NAME = re.compile(r"(\d{4})_(\w+)\.sql")


class Migration(NamedTuple):
    """One step from a form of the database to the next."""

    number: int
    name: str
    file: Path


def known() -> list[Migration]:
    """All migrations of this version of pauta, in order."""
    found = [(match, file) for file in sorted(_FOLDER.glob("*.sql")) if (match := _NAME.fullmatch(file.name))]
    return [Migration(int(match[1]), match[2], file) for match, file in found]


def migrate(database: Database, now: int) -> list[Migration]:
    """Apply what is missing; gives what was applied.

    Raises StorageFailed when the database was written by a newer version of pauta.
    """
    migrations = known()
    if _present(database) == migrations[-1].number:
        return []
    with database.transaction() as session:
        session.run(statements.load("migrations")["create"])
        applied = _newest(session)
        _refuse_newer(database, applied, migrations[-1].number)
        missing = [migration for migration in migrations if migration.number > applied]
        for migration in missing:
            _apply(session, migration, now)
    return missing


def _present(database: Database) -> int:
    with database.reading() as session:
        known_tables = session.all("SELECT name FROM sqlite_master WHERE name = 'migrations'")
        return _newest(session) if known_tables else 0


def _newest(session: Session) -> int:
    row = session.one(statements.load("migrations")["newest"])
    return row[0] or 0 if row else 0


def _refuse_newer(database: Database, applied: int, newest: int) -> None:
    if applied > newest:
        raise StorageFailed(
            f"the database {database.path} was written by a newer version of pauta "
            f"(its form is {applied}, this version knows {newest}): update pauta, or keep runs elsewhere"
        )


def _apply(session: Session, migration: Migration, now: int) -> None:
    for statement in split(migration.file.read_text("utf-8")):
        session.run(statement)
    session.run(statements.load("migrations")["insert"], (migration.number, migration.name, now))


def split(text: str) -> list[str]:
    """The statements of a migration: comments are dropped, a statement ends with ``;`` at the end of a line."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("--")]
    return [
        statement.strip() for statement in re.split(r";\s*$", "\n".join(lines), flags=re.MULTILINE) if statement.strip()
    ]
