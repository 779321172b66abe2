"""What the golden expressions do not say of regular expressions: how long they take, and which engine they use."""

import contextlib
import time

import pytest

from pauta.errors import ExpressionError, ExpressionLimit
from pauta.expression import limits
from pauta.expression.library import patterns
from pauta.expression.library.java_patterns import translated


@pytest.fixture(autouse=True)
def counted():
    begun = limits.begin()
    yield
    limits.end(begun)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a+)+$", "a" * 40 + "!"),
        ("(a|aa)+$", "a" * 60 + "!"),
        (r"^(\w+\s?)*$", "word " * 20 + "!"),
        ("(.*a){20}", "a" * 19),
        (r"(?=a)(a+)+$", "a" * 40 + "!"),
        (r"(a+)+\1$", "a" * 40 + "!"),
        (r"(?:a?){60}a{60}(?<=b)", "a" * 60),
        (r"([a-z&&[^b]]+)+$", "a" * 40 + "!"),
    ],
)
def test_no_pattern_takes_long(pattern, text):
    start = time.perf_counter()
    with contextlib.suppress(ExpressionLimit):
        assert patterns.search(pattern, text) is None
    assert time.perf_counter() - start < 20


@pytest.mark.parametrize("pattern", ["a+", r"(?i)\d{3}(?<n>x)", "[a-c[x-z]]", r"\p{Alpha}", "^a|b$", r"\Qa.b\E"])
def test_what_needs_no_way_back_takes_linear_time(pattern):
    assert translated(pattern).linear is not None


@pytest.mark.parametrize("pattern", ["a++", "(?=a)", "(?<!a)b", r"(a)\1", "(?>a)", "[a-z&&[^b]]", r"(?<a>x)\k<a>"])
def test_what_needs_a_way_back_has_the_other_engine(pattern):
    assert translated(pattern).linear is None


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("*a", "there is nothing to repeat before '\\*'"),
        ("a{", "'{' needs a backslash before it"),
        ("[a", "']' is missing"),
        ("(a", "a group is not closed"),
        ("a)", "'\\)' closes no group"),
        ("[z-a]", "the range z-a is empty"),
        (r"\y", "'\\\\y' has no meaning"),
        (r"\p{Foo}", "there is no class of characters 'Foo'"),
        (r"\k<a>", "there is no group 'a' before"),
        ("(?P<a>b)", "'\\(\\?P<' is no group"),
        ("a" * 1_001, "at most 1000 characters"),
    ],
)
def test_a_pattern_that_java_could_not_read_is_refused_with_the_reason(pattern, message):
    with pytest.raises(ExpressionError, match=message):
        patterns.search(pattern, "text")


@pytest.mark.parametrize(
    ("replacement", "message"),
    [
        ("$", "is followed by a number or a name"),
        ("$2", "there is no group 2"),
        ("${a}", "there is no group a"),
        ("\\", "a backslash at the end"),
    ],
)
def test_a_replacement_that_means_nothing_is_refused(replacement, message):
    with pytest.raises(ExpressionError, match=message):
        patterns.replace_all("text", "(t)", replacement)
