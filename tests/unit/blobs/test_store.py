import subprocess
import sys
from pathlib import Path

import pytest

from pauta.blobs.store import Blobs
from pauta.errors import NotFound, PathRefused


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "files")


def read(blobs: Blobs, path: str) -> bytes:
    with blobs.open(path) as file:
        return file.read()


@pytest.mark.parametrize("content", [b"", b"hello", b"x" * 3_000_000])
def test_a_file_is_read_back(blobs: Blobs, content: bytes):
    assert blobs.put("a/b/c.bin", content) == len(content)
    assert read(blobs, "a/b/c.bin") == content


def test_a_file_is_kept_from_a_path_and_from_chunks(blobs: Blobs, tmp_path: Path):
    (tmp_path / "local").write_bytes(b"from a path")
    assert blobs.put("one", tmp_path / "local") == 11
    assert blobs.put("two", (b"x" * 1_000_000 for _ in range(12))) == 12_000_000
    assert read(blobs, "one") == b"from a path"
    assert read(blobs, "two") == b"x" * 12_000_000


def test_chunks_may_come_from_files_of_the_same_store(blobs: Blobs):
    blobs.put("a", b"one")
    blobs.put("b", b"two")
    assert blobs.put("both", (blobs.open(path).read() for path in ("a", "b"))) == 6
    assert blobs.open("both").read() == b"onetwo"


def test_a_file_is_replaced_as_a_whole(blobs: Blobs):
    blobs.put("a", b"long content")
    blobs.put("a", b"new")
    assert read(blobs, "a") == b"new"


def test_chunks_that_end_with_an_error_leave_no_file(blobs: Blobs):
    def broken():
        yield b"x" * 100
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        blobs.put("a", broken())
    with pytest.raises(NotFound):
        blobs.open("a")


def test_a_file_can_be_read_line_by_line_and_from_a_place(blobs: Blobs):
    blobs.put("a", b"one\ntwo\nthree")
    with blobs.open("a") as file:
        assert list(file) == [b"one\n", b"two\n", b"three"]
        file.seek(4)
        assert file.read(3) == b"two"


def test_a_file_that_is_not_there_is_not_found(blobs: Blobs):
    with pytest.raises(NotFound, match="kestra:///a/b"):
        blobs.open("a/b")


@pytest.mark.parametrize("path", ["../a", "/a", "a/../../b"])
def test_a_path_that_leaves_the_storage_is_refused(blobs: Blobs, path: str):
    with pytest.raises(PathRefused):
        blobs.put(path, b"")
    with pytest.raises(PathRefused):
        blobs.open(path)
    with pytest.raises(PathRefused):
        blobs.delete(path)


def test_the_files_of_a_folder_are_listed_in_order(blobs: Blobs):
    for path in ("n/b.txt", "n/a/x.txt", "nn/other"):
        blobs.put(path, b"")
    assert list(blobs.list("n")) == ["a/x.txt", "b.txt"]


def test_a_deleted_file_is_gone_and_may_be_deleted_again(blobs: Blobs):
    blobs.put("a", b"")
    assert blobs.delete("a") is True
    assert blobs.delete("a") is False
    with pytest.raises(NotFound):
        blobs.open("a")


def test_no_space_is_said_in_a_sentence(tmp_path: Path):
    program = f"""
import resource, signal
from pathlib import Path
from pauta.blobs.store import Blobs
from pauta.errors import StorageFailed
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    Blobs(Path({str(tmp_path)!r})).put("a", b"x" * 5000)
except StorageFailed as error:
    print(error)
"""
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert "there is no space left" in said
    assert list(tmp_path.rglob("a")) == []
