import pytest

from pauta.plugins.core.namespace.matching import matching

PATHS = ["b.sql", "dir/a.txt", "dir/sub/c.txt"]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("b.sql", ["b.sql"]),
        ("/b.sql", ["b.sql"]),
        ("*.sql", []),
        ("**.sql", ["b.sql"]),
        ("**", PATHS),
        ("dir", []),
        ("dir/", ["dir/a.txt", "dir/sub/c.txt"]),
        ("dir/*", ["dir/a.txt"]),
        ("**/c.txt", ["dir/sub/c.txt"]),
        ("dir/{a,b}.txt", ["dir/a.txt"]),
    ],
)
def test_a_pattern_means_what_it_means_in_kestra(pattern: str, found: list[str]):
    assert matching(PATHS, [pattern]) == found
