import pytest

from pauta.expression import Dialect
from pauta.expression.completion import complete

SAMPLE = {
    "outputs": {"extract": {"vars": {"rows": 3, "row_count": [1]}}, "my-task": {"value": "v"}},
    "inputs": {"name": "Ada"},
    "flow": {"id": "f"},
    "names": [{"first": "a"}],
}


def offered(marked: str, dialect: Dialect = Dialect.V1) -> list[str]:
    """What is offered at the bar, as the texts that would stand there."""
    position = marked.index("¦")
    template = marked.replace("¦", "")
    found = complete(template, position, SAMPLE, dialect)
    return [template[: each.start] + each.text + template[position:] for each in found]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("{{ outputs.extract.vars.row_c¦ }}", ["{{ outputs.extract.vars.row_count }}"]),
        ("a {{ outputs.ext¦", ["a {{ outputs.extract"]),
        ("{{ outputs.my¦ }}", ["{{ outputs['my-task'] }}"]),
        ("{{ outputs.my-t¦ }}", ["{{ outputs['my-task'] }}"]),
        ("{{ outputs['my¦'] }}", ["{{ outputs['my-task']'] }}"]),
        ("{{ outputs['my¦", ["{{ outputs['my-task']"]),
        ('{{ outputs["ext¦', ['{{ outputs["extract"]']),
        ("{{ outputs['my-task'].val¦ }}", ["{{ outputs['my-task'].value }}", "{{ outputs['my-task'].values() }}"]),
        ("{{ names[0].fi¦ }}", ["{{ names[0].first }}"]),
        ("{{ names[7].fi¦ }}", []),
        ("{{ inputs[0].fi¦ }}", []),
        ("{{ nothing.at.all¦ }}", []),
        ("{{ inp¦ }}", ["{{ inputs }}"]),
        ("{{ 1 + inp¦ }}", ["{{ 1 + inputs }}"]),
        ("{{ fromJ¦ }}", ["{{ fromJson }}"]),
        ("{{ inputs.name | uppe¦ }}", ["{{ inputs.name | upper }}"]),
        ("{{ 'a|b' | uppe¦ }}", ["{{ 'a|b' | upper }}"]),
        ("{{ inputs.name is defi¦ }}", ["{{ inputs.name is defined }}"]),
        ("{{ inputs.name is not nul¦ }}", ["{{ inputs.name is not null }}"]),
        ("{% verb¦", ["{% verbatim"]),
        ("{% filter upp¦ %}", ["{% filter upper %}"]),
        ("{% if inp¦ %}", ["{% if inputs %}"]),
        ("{{ inputs.name.substr¦ }}", ["{{ inputs.name.substring() }}"]),
        ("text inp¦", []),
        ("{{ inputs }} inp¦", []),
        ("{% if inputs %} inp¦", []),
        ("{{ 'inp¦' }}", []),
        ("{{ 'outputs.ext¦' }}", []),
        ("{{ '}}' ~ inp¦", ["{{ '}}' ~ inputs"]),
        ("{{ inputs.n_¦ }}", []),
        ("{{ 1a¦ }}", []),
    ],
)
def test_what_can_stand_there_is_offered(marked, expected):
    assert offered(marked) == expected


def test_only_what_the_dialect_has_is_offered():
    assert offered("{{ x | regexM¦ }}") == []
    assert offered("{{ x | regexM¦ }}", Dialect.V2) == ["{{ x | regexMatch }}"]
    assert offered("{{ currentE¦ }}", Dialect.V2) == []


def test_it_says_what_it_is():
    (found,) = complete("{{ inputs.na", 12, SAMPLE)
    assert (found.kind, found.detail) == ("key", "a text ('Ada')")
    (found,) = complete("{{ outp", 7, SAMPLE)
    assert (found.kind, found.detail) == ("variable", "a map")
    (found,) = complete("{{ x | nind", 11, SAMPLE)
    assert (found.kind, found.detail) == ("filter", 'nindent(amount, prefix=" ")')
    assert found.summary.startswith("A new line, then all lines moved to the right")


def test_the_end_of_what_is_there_is_replaced():
    assert [each.start for each in complete("é {{ outputs.ext", 15, SAMPLE)] == [12 + 1]
