import pytest

from pauta import paths
from pauta.errors import PathRefused


@pytest.mark.parametrize("path", ["a.txt", "a/b/c.txt", "./a", "a b", "…/é.csv", "..a/b", "a..b"])
def test_a_relative_path_stays_inside(tmp_path, path):
    assert paths.inside(tmp_path, path).is_relative_to(tmp_path)


@pytest.mark.parametrize(
    "path", ["", "../x", "a/../../x", "/etc/passwd", "a\0b", "..", "C:x", "c:\\x", "a\\..\\b", "\\\\host\\x"]
)
def test_a_path_that_could_leave_is_refused(tmp_path, path):
    with pytest.raises(PathRefused):
        paths.inside(tmp_path, path)


def test_a_symbolic_link_that_leads_out_is_refused(tmp_path):
    (tmp_path / "root").mkdir()
    (tmp_path / "secret").write_text("x")
    (tmp_path / "root" / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(PathRefused, match="symbolic link"):
        paths.inside(tmp_path / "root", "link")


def test_a_neighbour_with_the_same_prefix_is_outside(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data-secret").mkdir()
    (tmp_path / "data" / "link").symlink_to(tmp_path / "data-secret")
    with pytest.raises(PathRefused):
        paths.inside(tmp_path / "data", "link/x")
