from pathlib import Path

import pytest

from pauta.blobs.store import Blobs
from pauta.errors import NotFound, PathRefused, PautaError
from pauta.runtime.functions import Function, Functions
from pauta.secrets.encryption import Encryption
from pauta.secrets.environment import Secrets
from pauta.secrets.masking import Masker


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


@pytest.fixture
def functions(blobs: Blobs, masker: Masker, tmp_path: Path) -> dict[str, Function]:
    made = Functions(blobs=blobs, secrets=Secrets({"token": "hunter2"}, {}), encryption=Encryption(tmp_path / "key"))
    return dict(made.of("a.b", masker))


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
    monkeypatch.setattr("pauta.runtime.functions._LARGEST_READ", 3)
    with pytest.raises(PautaError, match="at most 3 bytes"):
        functions["read"]("dir/q.sql")


def test_what_is_not_there_yet_says_so(functions: dict[str, Function]):
    with pytest.raises(PautaError, match=r"kv\(\) is not supported yet"):
        functions["kv"]("key")
