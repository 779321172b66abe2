"""From a character of a text to where it is written in the source."""

import pytest

from pauta.flow.document import read_document
from pauta.flow.inside import place_inside

SOURCES = [
    "plain HERE",
    "'it''s HERE'",
    '"a \\"quote\\" \\u00e9\\x41 HERE"',
    "|\n  one\n\n    two HERE\n  three",
    ">-\n  folded\n  to one HERE\n\n  more",
    "'folded\n  in quotes HERE'",
    '"continued \\\n   HERE"',
    "&anchor |2\n    indented HERE",
    "!!str HERE",
]


@pytest.mark.parametrize("written", SOURCES)
def test_the_place_is_where_the_character_is_written(written: str):
    source = f"key: {written}\n"
    document = read_document(source)
    text = document.data["key"]
    line, column = place_inside(source, document.place(("key",)), text, text.index("HERE"))
    assert source.split("\n")[line - 1][column - 1 :].startswith("HERE")


def test_expressions_of_a_flow_are_told_where_they_stand():
    from pauta.flow.load import examine

    source = """\
id: case
namespace: company.team
tasks:
  - id: t
    type: io.kestra.plugin.core.log.Log
    message: |
      first

        {{ nothing() }}
      {{ outputs.nobody.value }}
"""
    found = [(each.line, each.column, each.severity) for each in examine(source).problems]
    assert found == [(9, 12, "warning"), (10, 10, "warning")]


def test_an_id_with_a_dash_read_by_dot_makes_a_flow_invalid():
    from pauta.flow.load import examine

    source = """\
id: case
namespace: company.team
inputs: [{id: my-input, type: STRING}]
tasks: [{id: t, type: io.kestra.plugin.core.log.Log, message: "{{ inputs.my-input }}"}]
"""
    (problem,) = examine(source).problems
    assert problem.severity == "error"
    assert problem.suggestion == "inputs['my-input']"
    assert problem.column == 67


@pytest.mark.parametrize("break_", ["\r\n", "\r", "\u0085", "\u2028"])
def test_all_line_ends_of_yaml_count(break_: str):
    source = f"a: 1{break_}key: plain HERE{break_}"
    document = read_document(source)
    text = document.data["key"]
    line, column = place_inside(source, document.place(("key",)), text, text.index("HERE"))
    assert (line, column) == (2, 12)
