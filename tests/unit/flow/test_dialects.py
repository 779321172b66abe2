"""Which Kestra a flow is written for."""

import pytest

from pauta.expression import Dialect, catalog
from pauta.flow.dialects import FILTERS, FUNCTIONS
from pauta.flow.load import parse

LOG = "type: io.kestra.plugin.core.log.Log"


def dialect(more: str = "", message: str = "x", head: str = "") -> Dialect:
    return parse(f'{head}id: c\nnamespace: n\ntasks: [{{id: t, {LOG}, message: "{message}"}}]\n{more}').dialect


def test_a_flow_that_both_know_is_for_the_first():
    assert dialect() is Dialect.V1


@pytest.mark.parametrize(
    "more",
    ["draft: true", "workerSelector: {tags: [a]}", "checks: [{when: 'x', message: y}]", "inputs: [{id: a, type: ION}]"],
)
def test_what_only_the_second_knows_makes_it_one_for_the_second(more: str):
    assert dialect(more) is Dialect.V2


def test_what_only_the_first_knows_keeps_it_with_the_first():
    assert dialect("draft: true\nworkerGroup: {key: a}") is Dialect.V1


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("{{ dayOfWeek(now()) }}", Dialect.V2),
        ("{{ 'a' | regexMatch('b') }}", Dialect.V2),
        ("{{ 'dayOfWeek(x)' }}", Dialect.V1),
        ("dayOfWeek(x)", Dialect.V1),
        ("{{ dayOfWeek(now()) }} {{ json('1') }}", Dialect.V1),
    ],
)
def test_functions_and_filters_count(message: str, expected: Dialect):
    assert dialect(message=message) is expected


def test_an_old_type_name_belongs_to_the_first():
    source = "id: c\nnamespace: n\ndraft: true\ntasks: [{id: t, type: io.kestra.core.tasks.log.Log, message: x}]"
    assert parse(source).dialect is Dialect.V1


@pytest.mark.parametrize("number", ["1", "2"])
def test_a_comment_at_the_top_sets_it(number: str):
    assert dialect("draft: true", head=f"# a flow\n\n# dialect: {number}\n") is Dialect(number)


def test_a_comment_further_down_is_a_comment():
    assert dialect("# dialect: 2") is Dialect.V1


def test_the_tables_name_what_only_one_of_them_has():
    only = {(each.kind, each.name): each.only for each in catalog.everything() if each.only is not None}
    functions = {("function", name): each for each, names in FUNCTIONS.items() for name in names}
    filters = {("filter", name): each for each, names in FILTERS.items() for name in names}
    assert {**functions, **filters} == only
