import json
import os
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pauta.cli.env import app
from pauta.runners.shelf import Shelf, describe, shelf_of


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """Two environments: one of today, and one that was not used for forty days."""
    monkeypatch.setenv("PAUTA_CACHE_DIR", str(tmp_path))
    for name, days in (("pandas", 40), ("requests", 0)):
        folder = tmp_path / "environments" / name
        folder.mkdir(parents=True)
        (folder / "content").write_bytes(b"x" * (3 << 20))
        describe(folder, [name], "3.11.7")
        os.utime(folder, (time.time() - days * 86_400 - 7,) * 2)
    return shelf_of({"PAUTA_CACHE_DIR": str(tmp_path)})


def pauta(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def left(shelf: Shelf) -> list[str]:
    return [each.folder.name for each in shelf.entries()]


@pytest.mark.usefixtures("shelf")
def test_environments_are_listed_with_their_size_and_use():
    assert [line.split() for line in pauta("list").splitlines()] == [
        ["3.0", "MB", "0", "m", "ago", "3.11.7", "requests"],
        ["3.0", "MB", "40", "d", "ago", "3.11.7", "pandas"],
    ]
    first = json.loads(pauta("list", "--json"))[0]
    assert (first["requirements"], first["bytes"], first["python"]) == (["requests"], 3 << 20, "3.11.7")
    assert first["lastUsed"].startswith("20")


def test_there_may_be_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PAUTA_CACHE_DIR", str(tmp_path))
    assert pauta("list") == "no environments\n"
    assert pauta("prune") == "0 removed, 0.0 MB\n"


def test_what_was_not_used_for_a_month_is_pruned(shelf: Shelf):
    assert pauta("prune") == "removed pandas (Python 3.11.7)\n1 removed, 3.0 MB\n"
    assert left(shelf) == ["requests"]


def test_the_time_can_be_chosen(shelf: Shelf):
    assert pauta("prune", "--unused-for", "50") == "0 removed, 0.0 MB\n"
    assert json.loads(pauta("prune", "--unused-for", "39", "--json"))[0]["requirements"] == ["pandas"]
    assert left(shelf) == ["requests"]


def test_the_size_can_be_bounded(shelf: Shelf):
    pauta("prune", "--unused-for", "50", "--size", "4MB")
    assert left(shelf) == ["requests"]


def test_all_can_be_removed(shelf: Shelf):
    assert pauta("prune", "--all").endswith("2 removed, 6.0 MB\n")
    assert left(shelf) == []
