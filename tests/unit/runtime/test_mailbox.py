import threading
from pathlib import Path

import pytest

from pauta.engine.events import Event, ExecutionCreated, KillRequested
from pauta.runtime.mailbox import Mailbox
from pauta.runtime.ownership import Ownership
from pauta.storage import messages
from pauta.storage.connection import Database
from pauta.storage.locks import OwnerLocks
from pauta.storage.migrate import migrate


class SetClock:
    def __init__(self) -> None:
        self.instant = 5

    def now(self) -> int:
        return self.instant


@pytest.fixture
def database(tmp_path: Path):
    opened = Database(tmp_path / "pauta.db")
    migrate(opened, 1)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def mailbox(database: Database, clock: SetClock):
    ownership = Ownership(database, OwnerLocks(database.path.with_name("owners.lock")), "me")
    ownership.take_free()
    yield Mailbox(database, ownership, clock)
    ownership.close()


def put(database: Database, event: Event, shard: int = 0) -> str:
    with database.transaction() as session:
        return messages.post(session, shard, "e", event, 1)


def collected(mailbox: Mailbox) -> list[Event]:
    mailbox.wake()
    mailbox.fill()
    return [arrival.event for arrival in mailbox.arrivals()]


def test_posted_events_come_in_order(mailbox: Mailbox):
    mailbox.post("e", ExecutionCreated())
    mailbox.post("e", KillRequested())
    mailbox.fill()
    first, second = mailbox.take(), mailbox.take()
    assert first is not None
    assert second is not None
    assert (first.execution_id, first.event, first.at, first.inbox_id) == ("e", ExecutionCreated(), 5, None)
    assert second.event == KillRequested()
    assert mailbox.take() is None


def test_events_of_the_inbox_are_collected_once(mailbox: Mailbox, database: Database):
    put(database, ExecutionCreated())
    mailbox.look_into_inbox()
    assert collected(mailbox) == [ExecutionCreated()]
    mailbox.look_into_inbox()
    assert collected(mailbox) == [ExecutionCreated()]


def test_events_of_other_shards_are_left_alone(mailbox: Mailbox, database: Database):
    put(database, ExecutionCreated(), shard=1)
    mailbox.look_into_inbox()
    assert collected(mailbox) == []


def test_what_another_process_leaves_is_found_without_a_hint(mailbox: Mailbox, database: Database, clock: SetClock):
    mailbox.wake()
    mailbox.fill()
    other = Database(database.path)
    put(other, KillRequested())
    other.close()
    clock.instant += 1_000_000
    assert collected(mailbox) == [KillRequested()]


def test_more_than_fits_at_a_time_is_collected_in_the_end(
    mailbox: Mailbox, database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("pauta.runtime.mailbox._MOST", 2)
    for _ in range(5):
        put(database, KillRequested())
    mailbox.look_into_inbox()
    while len(collected(mailbox)) < 5:
        pass
    assert len(mailbox.arrivals()) == 5


def test_what_follows_from_an_event_comes_before_other_events(mailbox: Mailbox):
    mailbox.post("e", ExecutionCreated())
    mailbox.post("f", ExecutionCreated())
    mailbox.fill()
    arrival = mailbox.take()
    assert arrival is not None
    mailbox.put_first([arrival, arrival])
    assert [each.execution_id for each in mailbox.arrivals()] == ["e", "e", "f"]


def test_filling_waits_until_something_is_posted(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("pauta.runtime.mailbox._IDLE", 5)
    mailbox.wake()
    mailbox.fill()
    filled = threading.Thread(target=mailbox.fill, daemon=True)
    filled.start()
    mailbox.post("e", KillRequested())
    filled.join(5)
    assert [each.event for each in mailbox.arrivals()] == [KillRequested()]
