import os
import threading
from pathlib import Path

import pytest

from pauta.errors import StorageFailed
from pauta.storage.connection import Database
from pauta.storage.migrate import known, migrate, split


@pytest.fixture
def database(tmp_path: Path):
    opened = Database(tmp_path / "data" / "pauta.db")
    yield opened
    opened.close()


def numbers(database: Database) -> list[int]:
    with database.reading() as session:
        return [row[0] for row in session.all("SELECT n FROM t ORDER BY n")]


def test_a_transaction_that_raises_leaves_nothing_behind(database: Database):
    with database.transaction() as session:
        session.run("CREATE TABLE t (n INTEGER)")
    with pytest.raises(StorageFailed), database.transaction() as session:
        session.run_many("INSERT INTO t VALUES (?)", [(1,), (2, 3)])
    assert numbers(database) == []


def test_threads_write_one_after_the_other(database: Database):
    with database.transaction() as session:
        session.run("CREATE TABLE t (n INTEGER)")

    def write(number: int) -> None:
        with database.transaction() as session:
            session.run("INSERT INTO t VALUES (?)", (number,))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert numbers(database) == list(range(20))


def test_a_reader_does_not_wait_for_a_writer(database: Database):
    with database.transaction() as session:
        session.run("CREATE TABLE t (n INTEGER)")
    with database.transaction() as session:
        session.run("INSERT INTO t VALUES (1)")
        assert numbers(database) == []
    assert numbers(database) == [1]


def test_what_another_connection_commits_is_noticed(database: Database):
    before = database.changes_of_others()
    other = Database(database.path)
    with other.transaction() as session:
        session.run("CREATE TABLE t (n INTEGER)")
    other.close()
    assert database.changes_of_others() != before


def test_every_commit_is_forced_to_the_disk(database: Database):
    with database.transaction() as session:
        assert session.one("PRAGMA synchronous") == (2,)
        assert session.one("PRAGMA journal_mode") == ("wal",)


def test_a_full_disk_is_said_in_a_sentence_and_nothing_is_half_written(tmp_path: Path):
    database = Database(tmp_path / "pauta.db", max_pages=10)
    with database.transaction() as session:
        session.run("CREATE TABLE t (n TEXT)")
    with pytest.raises(StorageFailed, match="no space left"), database.transaction() as session:
        session.run_many("INSERT INTO t VALUES (?)", [("x" * 4000,) for _ in range(20)])
    assert numbers(database) == []
    database.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(tmp_path: Path):
    tmp_path.chmod(0o500)
    with pytest.raises(StorageFailed, match=str(tmp_path)):
        Database(tmp_path / "pauta.db")


def test_a_read_only_database_is_said_in_a_sentence(database: Database):
    database._writer.execute("PRAGMA query_only = ON")
    with pytest.raises(StorageFailed, match="read-only"), database.transaction() as session:
        session.run("CREATE TABLE t (n INTEGER)")


def test_a_folder_that_is_a_file_is_said_in_a_sentence(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFailed, match="cannot be made"):
        Database(tmp_path / "file" / "pauta.db")


def test_a_file_that_is_no_database_is_said_in_a_sentence(tmp_path: Path):
    (tmp_path / "pauta.db").write_text("hello " * 1000)
    with pytest.raises(StorageFailed, match="is not a pauta database"):
        Database(tmp_path / "pauta.db")


def test_migrations_are_applied_once(database: Database):
    assert migrate(database, 1) == known()
    assert migrate(database, 2) == []


def test_migrations_are_numbered_without_gaps():
    assert [each.number for each in known()] == list(range(1, len(known()) + 1))


def test_a_newer_database_is_refused(database: Database):
    migrate(database, 1)
    with database.transaction() as session:
        session.run("INSERT INTO migrations VALUES (9999, 'future', 1)")
    with pytest.raises(StorageFailed, match="newer version of pauta"):
        migrate(database, 1)


def test_a_migration_that_fails_leaves_nothing_behind(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    (tmp_path / "0001_broken.sql").write_text("CREATE TABLE a (n INTEGER);\nCREATE NONSENSE;\n")
    monkeypatch.setattr("pauta.storage.migrate._FOLDER", tmp_path)
    with pytest.raises(StorageFailed, match="NONSENSE"):
        migrate(database, 1)
    with database.reading() as session:
        assert session.all("SELECT name FROM sqlite_master") == []


def test_a_migration_is_split_at_the_ends_of_its_statements():
    assert split("-- a; comment\nCREATE TABLE a (\n  n INTEGER -- c\n);\nCREATE TABLE b (n TEXT DEFAULT ';x');\n") == [
        "CREATE TABLE a (\n  n INTEGER -- c\n)",
        "CREATE TABLE b (n TEXT DEFAULT ';x')",
    ]


def test_a_closed_database_refuses_in_a_sentence(tmp_path: Path):
    database = Database(tmp_path / "pauta.db")
    database.close()
    with pytest.raises(StorageFailed, match="closed"), database.transaction():
        pass
