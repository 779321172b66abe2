from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pauta.blobs.store import Blobs
from pauta.errors import NotFound, PathRefused, PautaError, ValueExpired
from pauta.operations.key_values import KeyValues
from pauta.outgoing.way_out import WayOut
from pauta.runtime.functions import Function, Functions, Place
from pauta.secrets.encryption import Encryption
from pauta.secrets.environment import Secrets
from pauta.secrets.masking import Masker
from pauta.storage.connection import Database
from pauta.storage.logs import Wanted
from pauta.storage.migrate import migrate


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    made = Blobs(tmp_path / "files")
    made.put("a/b/f/executions/E/x", b"content")
    made.put("a/b/_files/dir/q.sql", b"select 1")
    made.put("other/_files/empty", b"")
    return made


@pytest.fixture
def masker() -> Masker:
    return Masker()


class Lines:
    """Answers with one line that tells what was asked for."""

    def logs(self, execution_id: str, wanted: Wanted) -> list[dict[str, Any]]:
        return [{"message": f"{execution_id} {wanted.level}", "at": 1}]


class SetClock:
    def now(self) -> int:
        return 1


@pytest.fixture
def queries() -> Lines:
    return Lines()


@pytest.fixture
def key_values(tmp_path: Path) -> Iterator[KeyValues]:
    database = Database(tmp_path / "pauta.db")
    migrate(database, 1)
    yield KeyValues(database=database, clock=SetClock())
    database.close()


@pytest.fixture
def functions(
    blobs: Blobs, masker: Masker, key_values: KeyValues, queries: Lines, tmp_path: Path
) -> dict[str, Function]:
    made = Functions(
        blobs=blobs,
        secrets=Secrets({"token": "hunter2"}, {}),
        encryption=Encryption(tmp_path / "key"),
        key_values=key_values,
        way_out=WayOut(),
        queries=queries,  # type: ignore[arg-type]
    )
    return dict(made.of(Place("a.b", "E", masker)))


def test_a_secret_that_was_read_is_masked_from_then_on(functions: dict[str, Function], masker: Masker):
    assert functions["secret"]("TOKEN") == "hunter2"
    assert masker.mask("it is hunter2") == "it is ******"


@pytest.mark.parametrize("path", ["kestra:///a/b/f/executions/E/x"])
def test_files_of_executions_are_read(functions: dict[str, Function], path: str):
    assert functions["read"](path) == "content"
    assert functions["fileSize"](path) == 7
    assert functions["fileURI"](path) == path


@pytest.mark.parametrize("path", ["dir/q.sql", "nsfile:///dir/q.sql", "nsfile://a.b/dir/q.sql"])
def test_namespace_files_are_read(functions: dict[str, Function], path: str):
    assert functions["read"](path) == "select 1"
    assert functions["fileURI"](path) == "kestra:///a/b/_files/dir/q.sql"
    assert functions["read"](path=path, namespace="a.b") == "select 1"


def test_files_of_another_namespace_are_read_when_it_is_named(functions: dict[str, Function]):
    assert functions["isFileEmpty"]("empty", "other") is True
    assert functions["isFileEmpty"]("dir/q.sql") is False


def test_whether_there_is_a_file(functions: dict[str, Function]):
    assert functions["fileExists"]("dir/q.sql") is True
    assert functions["fileExists"]("dir/other.sql") is False
    with pytest.raises(NotFound):
        functions["read"]("dir/other.sql")


@pytest.mark.parametrize("path", ["../x", "file:///etc/passwd", "/etc/passwd", "kestra:///other/_files/empty"])
def test_what_may_not_be_read_is_refused(functions: dict[str, Function], path: str):
    with pytest.raises(PathRefused):
        functions["read"](path)


def test_a_file_that_is_too_large_for_an_expression_is_refused(
    functions: dict[str, Function], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("pauta.runtime.file_functions._LARGEST_READ", 3)
    with pytest.raises(PautaError, match="at most 3 bytes"):
        functions["read"]("dir/q.sql")


def test_what_is_not_there_yet_says_so(functions: dict[str, Function]):
    with pytest.raises(PautaError, match=r"subflow\(\) is not supported yet"):
        functions["subflow"]("flow")


def test_a_value_is_read_with_its_type(functions: dict[str, Function], key_values: KeyValues):
    key_values.of("a.b", "a.b").set("k", {"n": 1})
    assert functions["kv"]("k") == {"n": 1}
    assert functions["kv"]("k", "a.b", errorOnMissing=False) == {"n": 1}


def test_a_missing_value_is_an_error_unless_that_is_said_to_be_fine(functions: dict[str, Function]):
    with pytest.raises(PautaError, match=r"The key 'k' does not exist in the namespace 'a\.b'\."):
        functions["kv"]("k")
    assert functions["kv"]("k", errorOnMissing=False) is None
    with pytest.raises(PautaError, match="true or false as 'errorOnMissing', not 'false'"):
        functions["kv"]("k", errorOnMissing="false")


def test_an_expired_value_is_missing(functions: dict[str, Function], key_values: KeyValues):
    values = key_values.of("a.b", "a.b")
    for key in ("one", "two"):
        values.set(key, 1, ttl=timedelta(0))
    with pytest.raises(ValueExpired):
        functions["kv"]("one")
    assert functions["kv"]("two", errorOnMissing=False) is None


def test_the_errors_of_an_execution_are_read(functions: dict[str, Function]):
    assert functions["errorLogs"]() == [{"tenantId": "main", "message": "E ERROR"}]


@pytest.mark.parametrize(
    ("options", "named"), [({"timout": 3}, "timout"), ({"timeout": {"readIdleTimeout": "soon"}}, "soon"), (5, "map")]
)
def test_options_of_a_request_that_do_not_fit_are_refused(functions: dict[str, Function], options: Any, named: str):
    with pytest.raises(PautaError, match=named) as refused:
        functions["http"]("http://127.0.0.1:9/", options=options)
    assert "pydantic" not in str(refused.value)
