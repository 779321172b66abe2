from pathlib import Path

import pytest

from pauta.expression import Dialect, catalog
from pauta.expression.reference import reference, signature

PAGE = Path(__file__).parents[3] / "docs" / "expressions.md"


def test_the_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == reference(), "run 'make docs'"


@pytest.mark.parametrize("kind", ["filter", "function", "test"])
def test_everything_is_on_the_page(kind):
    page = reference()
    for name in catalog.names(kind):
        callee = catalog.find(kind, name, Dialect.V2 if _only_second(kind, name) else Dialect.V1)
        assert f"| `{signature(callee)}`" in page


def _only_second(kind, name):
    return any(each.only == Dialect.V2 for each in catalog.everything() if (each.kind, each.name) == (kind, name))


@pytest.mark.parametrize("callee", catalog.everything(), ids=lambda callee: f"{callee.kind} {callee.name}")
def test_everything_says_in_one_line_what_it_gives(callee):
    assert callee.summary.endswith(".")
    assert callee.summary[0].isupper()
    assert len(callee.summary) < 130


@pytest.mark.parametrize("callee", catalog.everything(), ids=lambda callee: f"{callee.kind} {callee.name}")
def test_the_catalogue_names_the_file_that_declares_it(callee):
    from pauta.expression.library.index import AMBIENT, INDEX, OUTSIDE

    assert callee.call.__module__ == f"pauta.expression.library.{INDEX[callee.kind][callee.name]}"
    if callee.kind == "function":
        assert (callee.name in OUTSIDE) == callee.outside
        assert (callee.name in AMBIENT) == callee.ambient


def test_a_signature_shows_what_stands_for_missing_arguments():
    assert signature(catalog.find("filter", "indent", Dialect.V1)) == 'indent(amount, prefix=" ")'
    assert signature(catalog.find("filter", "upper", Dialect.V1)) == "upper"
    assert signature(catalog.find("function", "uuid", Dialect.V1)) == "uuid()"
    assert signature(catalog.find("function", "max", Dialect.V1)) == "max(…)"
