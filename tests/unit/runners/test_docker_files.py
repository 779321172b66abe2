import io
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pauta.runners.docker_files import packed, unpack


def archive(*entries: tuple[str, bytes | None, str]) -> Iterator[bytes]:
    """An archive of (name, content, link): a file, or a link where there is no content."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as tar:
        for name, content, link in entries:
            entry = tarfile.TarInfo(name)
            if content is None:
                entry.type, entry.linkname = tarfile.SYMTYPE, link
            else:
                entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content or b""))
    yield from (data.getvalue()[start : start + 1000] for start in range(0, len(data.getvalue()), 1000))


def unpacked(folder: Path, *entries: tuple[str, bytes | None, str]) -> list[str]:
    """What was refused."""
    refused: list[str] = []
    unpack(archive(*entries), folder, refused.append)
    return refused


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    folder = tmp_path / "inside"
    folder.mkdir()
    return folder


def test_files_and_links_inside_are_written(inside: Path):
    assert unpacked(inside, ("a/b.txt", b"x" * 5000, ""), ("link", None, "a/b.txt"), ("a/up", None, "../a")) == []
    assert (inside / "a/b.txt").read_bytes() == b"x" * 5000
    assert (inside / "link").read_bytes() == b"x" * 5000


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "a\\..\\x", "c:x"])
def test_names_that_leave_the_folder_are_refused(inside: Path, name: str):
    assert len(unpacked(inside, (name, b"x", ""), ("good", b"x", ""))) == 1
    assert [place.name for place in inside.rglob("*")] == ["good"]
    assert [place.name for place in inside.parent.iterdir()] == ["inside"]


@pytest.mark.parametrize("target", ["/etc", "..", "../outside", "a/../.."])
def test_links_that_leave_the_folder_are_refused(inside: Path, target: str):
    assert len(unpacked(inside, ("link", None, target), ("link/x", b"x", ""))) == 1
    assert (inside / "link/x").read_bytes() == b"x"


def test_nothing_is_written_through_a_link_that_is_there(inside: Path, tmp_path: Path):
    (inside / "out").symlink_to(tmp_path)
    (inside / "file").symlink_to(tmp_path / "target")
    (tmp_path / "target").write_text("kept")
    assert len(unpacked(inside, ("out/x", b"x", ""), ("file", b"x", ""))) == 2
    assert (tmp_path / "target").read_text() == "kept"
    assert not (tmp_path / "x").exists()


def test_a_file_takes_the_place_of_a_file(inside: Path):
    (inside / "a").write_text("old")
    (inside / "a").chmod(0o400)
    assert unpacked(inside, ("a", b"new", "")) == []
    assert (inside / "a").read_text() == "new"


def test_folders_are_packed_under_a_name(tmp_path: Path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a").write_text("x")
    (tmp_path / "run").write_text("x")
    (tmp_path / "run").chmod(0o700)
    os.mkfifo(tmp_path / "pipe")
    with packed(tmp_path, "work", (12, 34)) as file, tarfile.open(fileobj=file) as tar:
        found = {entry.name: (entry.uid, entry.gid, oct(entry.mode & 0o777)) for entry in tar}
    assert sorted(found) == ["work", "work/run", "work/sub", "work/sub/a"]
    assert found["work/run"] == (12, 34, "0o700")


def test_without_an_owner_everybody_may_write(tmp_path: Path):
    (tmp_path / "a").write_text("x")
    with packed(tmp_path, "work", None) as file, tarfile.open(fileobj=file) as tar:
        assert {entry.name: oct(entry.mode & 0o777) for entry in tar} == {"work": "0o777", "work/a": "0o666"}
