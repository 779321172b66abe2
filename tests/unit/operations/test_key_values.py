from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pauta.errors import NotFound, PautaError, TaskFailed, ValueExpired
from pauta.operations.key_values import KeyValues, NamespaceValues
from pauta.sdk.key_values import StoredValue, ValueKind
from pauta.storage import flows
from pauta.storage.connection import Database
from pauta.storage.migrate import migrate


class SetClock:
    instant = 1_000_000

    def now(self) -> int:
        return self.instant


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def key_values(tmp_path: Path, clock: SetClock) -> Iterator[KeyValues]:
    database = Database(tmp_path / "pauta.db")
    migrate(database, 1)
    with database.transaction() as session:
        flows.save(session, "a.b", "f", "source", 1)
    yield KeyValues(database=database, clock=clock)
    database.close()


@pytest.fixture
def values(key_values: KeyValues) -> NamespaceValues:
    return key_values.of("a.b", "a.b")


@pytest.mark.parametrize(
    ("given", "kind", "kept"),
    [
        ("x", None, StoredValue(ValueKind.STRING, "x")),
        (7, None, StoredValue(ValueKind.NUMBER, 7)),
        (True, None, StoredValue(ValueKind.BOOLEAN, value=True)),
        (None, None, StoredValue(ValueKind.JSON, None)),
        ({"a": [1]}, None, StoredValue(ValueKind.JSON, {"a": [1]})),
        ("P1DT2H", None, StoredValue(ValueKind.DURATION, "PT26H")),
        (datetime(2024, 1, 2, 3, tzinfo=UTC), None, StoredValue(ValueKind.DATETIME, "2024-01-02T03:00:00Z")),
        ("5", ValueKind.NUMBER, StoredValue(ValueKind.NUMBER, 5)),
        ("TRUE", ValueKind.BOOLEAN, StoredValue(ValueKind.BOOLEAN, value=True)),
        ("2024-01-02", ValueKind.DATE, StoredValue(ValueKind.DATE, "2024-01-02")),
        ("[1]", ValueKind.JSON, StoredValue(ValueKind.JSON, [1])),
        (
            "2024-01-02T03:04:05.1234+02:00",
            ValueKind.DATE,
            StoredValue(ValueKind.DATETIME, "2024-01-02T01:04:05.123Z"),
        ),
    ],
)
def test_a_value_keeps_its_kind(values: NamespaceValues, given: object, kind: ValueKind | None, kept: StoredValue):
    values.set("k", given, kind=kind)
    assert values.get("k") == kept


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("x", ValueKind.NUMBER),
        ("true", ValueKind.NUMBER),
        ("2024-01-02", ValueKind.DATETIME),
        ("{", ValueKind.JSON),
        ("[" * 9999, ValueKind.JSON),
        ("P1M", ValueKind.DURATION),
    ],
)
def test_a_text_that_does_not_fit_its_kind_is_refused(values: NamespaceValues, text: str, kind: ValueKind):
    with pytest.raises(TaskFailed, match=f"cannot be kept as {kind}"):
        values.set("k", text, kind=kind)


def test_a_value_that_is_there_is_kept_when_it_must_not_be_overwritten(values: NamespaceValues):
    values.set("k", 1, overwrite=False)
    with pytest.raises(TaskFailed, match="overwrite is false"):
        values.set("k", 2, overwrite=False)
    assert values.delete("k")
    values.set("k", 3, overwrite=False)
    assert values.get("k") == StoredValue(ValueKind.NUMBER, 3)


def test_an_expired_value_is_told_once_and_is_gone_then(values: NamespaceValues, clock: SetClock):
    values.set("k", 1, ttl=timedelta(seconds=5))
    clock.instant += 4_999_999
    assert values.get("k")
    clock.instant += 1
    assert values.keys() == []
    with pytest.raises(ValueExpired, match="'k' has expired"):
        values.get("k")
    assert values.get("k") is None


def test_values_of_the_namespaces_above_are_found(key_values: KeyValues, values: NamespaceValues):
    above = key_values.of("a", "a.b")
    above.set("k", "above")
    assert values.get("k") is None
    assert values.find("k") == StoredValue(ValueKind.STRING, "above")
    values.set("k", "own")
    assert values.find("k") == StoredValue(ValueKind.STRING, "own")


def test_another_namespace_must_exist(key_values: KeyValues):
    assert key_values.of("a.b", "other").keys() == []
    with pytest.raises(NotFound, match="there is no namespace 'nowhere'"):
        key_values.of("nowhere", "a.b")


@pytest.mark.parametrize("key", ["", "a b", "_a", "ä", "a/b", "a\n"])
def test_a_key_that_is_not_valid_is_refused(values: NamespaceValues, key: str):
    for use in (values.get, values.find, values.delete, lambda name: values.set(name, 1)):
        with pytest.raises(PautaError, match="is not a valid key"):
            use(key)


def test_versions_stay_until_they_are_purged(values: NamespaceValues, clock: SetClock):
    values.set("k", 1, ttl=timedelta(seconds=1))
    values.set("k", 2)
    clock.instant += 2_000_000
    newest, oldest = values.versions()
    assert (newest.version, newest.expired, oldest.version, oldest.expired) == (2, False, 1, True)
    values.purge([newest])
    assert [each.version for each in values.versions()] == [1]
