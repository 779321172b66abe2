import pytest

from pauta.sdk.patterns import is_pattern, matches

FILES = ["a.csv", ".x", "sub/b.csv", "sub/d/c.csv", ".h/e.csv", "t1.txt", "t2.txt"]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.csv", ["a.csv"]),
        ("**/*.csv", ["sub/b.csv", "sub/d/c.csv", ".h/e.csv"]),
        ("*", ["a.csv", ".x", "t1.txt", "t2.txt"]),
        ("**", FILES),
        ("sub", []),
        ("sub/", []),
        ("s?b/*", ["sub/b.csv"]),
        ("t[12].txt", ["t1.txt", "t2.txt"]),
        ("t[!1].txt", ["t2.txt"]),
        ("t[0-1].txt", ["t1.txt"]),
        ("{a,t1}.*", ["a.csv", "t1.txt"]),
        ("*/*.csv", ["sub/b.csv", ".h/e.csv"]),
        ("s[/]b", []),
    ],
)
def test_patterns_match_as_in_the_published_engine(pattern: str, found: list[str]):
    assert [name for name in FILES if matches(pattern, name)] == found


def test_a_backslash_takes_the_meaning_away():
    assert matches(r"a\*.txt", "a*.txt")
    assert not matches(r"a\*.txt", "ab.txt")


def test_other_characters_mean_themselves():
    assert matches("a+(b)|^$.txt", "a+(b)|^$.txt")
    assert not matches("a.b", "axb")
    assert matches("a,b", "a,b")


def test_a_pattern_that_cannot_be_read_is_said():
    with pytest.raises(ValueError, match=r"the file pattern '\{a' cannot be read"):
        matches("{a", "a")


def test_names_without_meaning_are_no_patterns():
    assert not is_pattern("a/b c.txt")
    assert all(map(is_pattern, ["*", "a?", "[a]", "{a,b}"]))
