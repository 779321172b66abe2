"""Keys that do nothing yet are accepted, and warned about."""

import pytest

from pauta.flow.later import LATER
from pauta.flow.load import examine
from pauta.sdk.plugins import properties_of


@pytest.mark.parametrize(("model", "name", "instead"), LATER)
def test_each_key_is_one_of_its_model(model: type, name: str, instead: str):
    assert name in properties_of(model)
    assert instead


def test_a_key_that_does_nothing_is_warned_about_where_it_stands():
    source = """\
id: case
namespace: company.team
draft: true
tasks:
  - {id: t, type: io.kestra.plugin.core.log.Log, message: x, version: 1.0.0}
"""
    examination = examine(source)
    assert examination.valid
    assert [(each.path, each.line, each.severity) for each in examination.problems] == [
        ("draft", 3, "warning"),
        ("tasks[0].version", 5, "warning"),
    ]


def test_a_key_that_asks_for_nothing_is_not_warned_about():
    source = "id: c\nnamespace: n\ndraft: false\ntriggers: []\ntasks: [{id: t, type: io.kestra.plugin.core.log.Log, message: x}]"
    assert examine(source).problems == ()
