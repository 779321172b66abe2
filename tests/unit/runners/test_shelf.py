import os
import time
from pathlib import Path

import pytest

from pauta.errors import EnvironmentFailed
from pauta.runners import shelf
from pauta.runners.shelf import Shelf, describe, shelf_of, size_of


def filled(size: int = 1000) -> shelf.Build:
    """A build that leaves so many bytes."""

    def build(folder: Path) -> None:
        (folder / "lib" / "python3" / "site-packages" / "alpha-1.dist-info").mkdir(parents=True)
        (folder / "content").write_bytes(b"x" * size)
        describe(folder, ["alpha"], "3.11.7")

    return build


def never() -> bool:
    return False


def put(kept: Shelf, *names: str, size: int = 1000) -> None:
    """Environments, each used a minute after the one before."""
    for place, name in enumerate(names):
        with kept.use(name, filled(size), never) as (environment, _):
            pass
        at = time.time() - 3600 + 60 * place
        os.utime(environment.folder, (at, at))


def names(kept: Shelf) -> list[str]:
    return [each.folder.name for each in kept.entries()]


def test_an_environment_is_built_once(tmp_path: Path):
    kept = Shelf(tmp_path / "deep" / "down")
    for expected in (False, True):
        with kept.use("a", filled(), never) as (environment, cached):
            assert (cached, environment.packages, environment.requirements) == (expected, 1, ("alpha",))
            assert environment.size == 1000


def test_a_build_that_fails_leaves_nothing_that_counts(tmp_path: Path):
    def broken(folder: Path) -> None:
        folder.mkdir()
        raise EnvironmentFailed("no")

    kept = Shelf(tmp_path)
    with pytest.raises(EnvironmentFailed), kept.use("a", broken, never):
        pass
    assert names(kept) == []
    with kept.use("a", filled(), never) as (_, cached):
        assert not cached


def test_those_that_were_used_last_stay(tmp_path: Path):
    kept = Shelf(tmp_path)
    put(kept, "a", "b", "c", "d")
    assert [each.folder.name for each in kept.shrink(2500)] == ["a", "b"]
    assert names(kept) == ["d", "c"]
    assert sorted(place.name for place in tmp_path.iterdir()) == ["c", "c.lock", "d", "d.lock"]


def test_what_is_in_use_is_not_removed(tmp_path: Path):
    kept = Shelf(tmp_path)
    put(kept, "a", "b")
    with kept.use("a", filled(), never):
        assert [each.folder.name for each in kept.shrink(0)] == ["b"]
        assert kept.forget(time.time() + 60) == []
    assert [each.folder.name for each in kept.shrink(0)] == ["a"]


def test_a_build_above_the_limit_makes_room(tmp_path: Path):
    put(Shelf(tmp_path), "a", "b")
    kept = Shelf(tmp_path, limit=2500)
    with kept.use("c", filled(), never):
        assert names(kept) == ["c", "b"]


def test_what_was_not_used_since_a_time_is_forgotten_with_unfinished_builds(tmp_path: Path):
    kept = Shelf(tmp_path)
    put(kept, "a", "b")
    (tmp_path / ".building-x").mkdir()
    assert [each.folder.name for each in kept.forget(time.time() - 3600 + 30)] == ["a"]
    assert sorted(place.name for place in tmp_path.iterdir()) == ["b", "b.lock"]


def test_there_need_be_no_shelf(tmp_path: Path):
    assert Shelf(tmp_path / "none").entries() == []
    assert Shelf(tmp_path / "none").forget(time.time()) == []


@pytest.mark.parametrize(
    ("text", "size"), [("0", 0), ("500", 500), ("2kB", 2048), ("1.5 MB", 3 << 19), ("5gb", 5 << 30)]
)
def test_sizes_have_units(text: str, size: int):
    assert size_of(text) == size


@pytest.mark.parametrize("text", ["", "much", "5 TB", "1e999GB", "-"])
def test_what_is_no_size_is_said(text: str):
    with pytest.raises(EnvironmentFailed, match="is no size: write one such as"):
        size_of(text)


def test_the_place_and_the_limit_are_settings(tmp_path: Path):
    variables = {"PAUTA_CACHE_DIR": str(tmp_path), "PAUTA_CACHE_LIMIT": "1kB"}
    assert shelf_of(variables)._root == tmp_path / "environments"
    assert shelf_of(variables)._limit == 1024
    assert shelf_of({"XDG_CACHE_HOME": "/x"})._root == Path("/x/pauta/environments")
    assert shelf_of({})._limit == shelf.LIMIT
