"""The connection to a SQLite database: one writer, readers beside it, and clear sentences when it refuses.

The database runs in WAL mode: readers never wait for the writer, nor it for them. Writers wait for each other, within
the process by a lock, between processes by SQLite's own lock. A commit is durable when it returns
(``synchronous = FULL``).
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pauta.errors import StorageFailed

Row = tuple[Any, ...]

_PATIENCE = 30.0
"""Seconds that a writer waits for another process."""
_MOST_STATEMENTS = 256
_REASONS = {
    sqlite3.SQLITE_FULL: "there is no space left for the database {path}: free some space, or keep runs elsewhere",
    sqlite3.SQLITE_READONLY: "the database {path} cannot be written: it, or its folder, is read-only",
    sqlite3.SQLITE_CANTOPEN: "the database {path} cannot be opened: check that its folder exists and can be written",
    sqlite3.SQLITE_NOTADB: "{path} is not a pauta database",
    sqlite3.SQLITE_CORRUPT: "the database {path} is damaged",
    sqlite3.SQLITE_BUSY: "another process kept the database {path} locked for too long",
    sqlite3.SQLITE_IOERR: "the disk refused to read or write the database {path}",
}


_REFUSED_ROWS = (sqlite3.IntegrityError, sqlite3.DataError, OverflowError, UnicodeError)


class RowRefused(StorageFailed):
    """A value cannot be stored; the database itself is well."""


class Session:
    """Statements within one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def run(self, statement: str, values: Sequence[object] = ()) -> int:
        """Execute a statement; gives the number of rows that it changed. Raises RowRefused."""
        try:
            return self._connection.execute(statement, values).rowcount
        except _REFUSED_ROWS as error:
            raise RowRefused(f"a value cannot be stored: {error}") from error

    def run_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Execute a statement once per row of values. Raises RowRefused."""
        try:
            self._connection.executemany(statement, rows)
        except _REFUSED_ROWS as error:
            raise RowRefused(f"a value cannot be stored: {error}") from error

    def all(self, statement: str, values: Sequence[object] = ()) -> list[Row]:
        """All rows of a query."""
        return self._connection.execute(statement, values).fetchall()

    def one(self, statement: str, values: Sequence[object] = ()) -> Row | None:
        """The first row of a query."""
        return self._connection.execute(statement, values).fetchone()


class Database:
    """A SQLite database. Its methods may be called from any thread."""

    def __init__(self, path: Path, *, max_pages: int | None = None) -> None:
        """``max_pages`` bounds the size of the file, in pages of 4096 bytes.

        Raises StorageFailed when it cannot be opened.
        """
        self.path = path
        self._lock = threading.Lock()
        self._readers: list[sqlite3.Connection] = []
        with self._clear():
            _make_folder(path.parent)
            self._writer = self._connect()
            try:
                self._prepare(max_pages)
            except BaseException:
                self._writer.close()
                raise

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(
            self.path,
            timeout=_PATIENCE,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=_MOST_STATEMENTS,
        )

    def _prepare(self, max_pages: int | None) -> None:
        self._writer.execute("PRAGMA journal_mode = WAL").fetchall()
        self._writer.execute("PRAGMA synchronous = FULL")
        self._writer.execute("PRAGMA journal_size_limit = 67108864").fetchall()
        if max_pages is not None:
            self._writer.execute(f"PRAGMA max_page_count = {max_pages:d}").fetchall()

    @contextmanager
    def transaction(self) -> Generator[Session]:
        """A writing transaction: committed when the block ends, rolled back when it raises.

        Raises StorageFailed when the database refuses.
        """
        with self._lock, self._clear():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield Session(self._writer)
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Generator[Session]:
        """A reading transaction: sees one state of the database, and waits for no writer."""
        with self._clear():
            connection = self._take_reader()
            connection.execute("BEGIN")
            try:
                yield Session(connection)
            finally:
                connection.execute("COMMIT")
                self._readers.append(connection)

    def _take_reader(self) -> sqlite3.Connection:
        try:
            return self._readers.pop()
        except IndexError:
            return self._connect()

    def changes_of_others(self) -> int:
        """A number that changes when another process has committed something."""
        with self._lock, self._clear():
            return self._writer.execute("PRAGMA data_version").fetchone()[0]

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            while self._readers:
                self._readers.pop().close()
            self._writer.close()

    @contextmanager
    def _clear(self) -> Generator[None]:
        """Turns what SQLite and the system say into sentences."""
        try:
            yield
        except sqlite3.Error as error:
            raise StorageFailed(self._sentence(error)) from error

    def _sentence(self, error: sqlite3.Error) -> str:
        code = getattr(error, "sqlite_errorcode", None)
        reason = _REASONS.get(code & 0xFF) if isinstance(code, int) else None
        return reason.format(path=self.path) if reason else f"the database {self.path} refused: {error}"


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageFailed(f"the folder {folder} cannot be made: {error.strerror}") from error
