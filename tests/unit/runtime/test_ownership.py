from pathlib import Path

import pytest

from pauta.errors import DataInUse
from pauta.runtime.ownership import Ownership
from pauta.storage import shards
from pauta.storage.connection import Database
from pauta.storage.locks import OwnerLocks
from pauta.storage.migrate import migrate


@pytest.fixture
def database(tmp_path: Path):
    opened = Database(tmp_path / "pauta.db")
    migrate(opened, 1)
    yield opened
    opened.close()


def an_owner(database: Database, name: str) -> Ownership:
    return Ownership(database, OwnerLocks(database.path.with_name("owners.lock")), name)


def test_two_owners_never_have_the_same_shard(database: Database):
    one, two = an_owner(database, "one"), an_owner(database, "two")
    assert [one.take_free(), two.take_free(), one.take_free()] == [0, 1, 2]
    assert one.taken == (0, 2)
    one.close()
    two.close()


def test_a_shard_that_was_given_back_is_the_first_one_to_be_taken(database: Database):
    one = an_owner(database, "one")
    one.take_free()
    one.close()
    two = an_owner(database, "two")
    assert two.take_free() == 0
    with database.transaction() as session:
        assert shards.get(session, 0) == ("two", 2)
        two.check(session, [0])
    two.close()


def test_who_was_replaced_is_refused(database: Database):
    one = an_owner(database, "one")
    one.take_free()
    with database.transaction() as session:
        one.check(session, [0])
        shards.take(session, 0, "two")
        with pytest.raises(DataInUse, match="taken over"):
            one.check(session, [0])
    one.close()


def test_an_owner_that_takes_a_shard_again_is_refused_with_its_former_epoch(database: Database):
    one = an_owner(database, "one")
    one.take_free()
    with database.transaction() as session:
        shards.take(session, 0, "one")
        with pytest.raises(DataInUse):
            one.check(session, [0])
    one.close()


def test_a_shard_that_was_never_taken_is_refused(database: Database):
    one = an_owner(database, "one")
    with database.transaction() as session, pytest.raises(DataInUse):
        one.check(session, [5])
    one.close()


def test_when_all_shards_are_taken_it_is_said(database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shards, "COUNT", 1)
    one, two = an_owner(database, "one"), an_owner(database, "two")
    one.take_free()
    with pytest.raises(DataInUse, match="taken by other processes"):
        two.take_free()
    one.close()
    two.close()
