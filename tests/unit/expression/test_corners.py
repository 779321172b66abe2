"""What is rarely met: the branches that no other test goes through."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from expression_grammar import World

from pauta.errors import ExpressionError
from pauta.expression import Dialect, MapScope, Template, limits, truthy
from pauta.expression.kinds import Float, shortest
from pauta.expression.nodes import Literal, Name

VARIABLES: dict[str, Any] = {
    "text": "abc",
    "map": {"b": 1, "a": [1, 2]},
    "list": [3, 1, 2],
    "huge": 10**400,
    "below": -(10**400),
    "unprintable": 10**5_000,
    "odd": "\ud800",
    "enum": Dialect.V2,
    "slow": "a" * 59 + "!",
    "decimal": Decimal("1E+3"),
    "day": date(2026, 3, 15),
    "tuple": (1, "a"),
    "float": 1e300,
    "int": 5,
    "three": 3,
    "zero": 0,
    "one": 1,
    "long": "x" * 2_000_000,
    "keys": {10**5_000: 1},
    "tasks": {"a": {"state": "FAILED"}, "b": {"v": {"state": "FAILED"}, "w": {"state": "SUCCESS"}}},
}

GIVEN = [
    # template, dialect, the text, or a part of the message
    ("{{ map['abc'.charAt(zero)] ?? 'none' }}", "1", "none"),
    ("{{ ({'x': 1})['x'] }}", "1", "1"),
    ("{{ {list: 1} }}", "1", "!unhashable"),
    ("{{ ('1e60' | number('FLOAT')) == ('-1e60' | number('FLOAT')) }}", "1", "false"),
    ("{{ (1..14) | merge([]) | length }}", "1", "14"),
    ("{{ huge > 1.5 }} {{ below < 1.5 }}", "1", "true true"),
    ("{{ unprintable }}", "1", "!Exceeds the limit"),
    ("{{ ({'a': unprintable}).b }}", "1", "!no such key"),
    ("{{ decimal / 0 }}", "1", "!division by zero"),
    ("{{ ([[1]] | flatten) + 1 }}", "1", "!cannot be changed"),
    ("{{ (map | keys) == (map | keys) }}", "1", "false"),
    ("{% for a in map %}{% for b in map %}{{ a == b ? 1 : 0 }}{% endfor %}{% endfor %}", "1", "1001"),
    ("{{ map contains 1 }} {{ map contains 'b' }} {{ map contains 'abc'.charAt(zero) }}", "1", "false true false"),
    ("{{ range(1, 5, 0) }}", "1", "!increment of a range must not be 0"),
    ("{{ tuple }} {{ tuple ~ '' }}", "1", '[1,"a"] [1, a]'),
    ("{{ odd | toJson | length }}", "1", "8"),
    ("{{ odd is json }}", "1", "false"),
    ("{% for a in list %}{{ render('{{ a }}{{ nothing ?? loop.index }}') }}{% endfor %}", "1", "301122"),
    ("{% for a in list %}{{ render('{{ read(\"x\") }}') }}{% endfor %}", "1", "texttexttext"),
    ("{% for a in list %}{{ render('{{ printContext() | length > 5 }}') }} {% endfor %}", "1", "true true true "),
    ("{% macro m() %}{{ read('x') }}{% endmacro %}{{ m() }}", "1", "text"),
    (
        "{{ null | join(',') }}{{ null | slice(0, 1) }}{{ null | capitalize }}{{ null | slugify }}{{ null | substringAfter('a') }}",
        "1",
        "",
    ),
    ("{{ null | dateAdd(1, 'DAYS') }}{{ fromIon(null) }}", "1", ""),
    ("{{ null | regexExtract('a') }}", "2", ""),
    ("{{ null | startsWith('a') }}", "1", "!null"),
    ("{{ map | keys | keys }}", "1", "!list or a map"),
    ("{{ 'a' | chunk('x') }}", "1", "!must be a list"),
    ("{{ list | chunk('x') }}", "1", "!must be a number"),
    ('{{ day | date("yyyy\'") }}', "1", "!quote in the pattern is not closed"),
    ("{{ day | date('{') }}", "1", "!reserved in patterns"),
    ("{{ day | date('yyyy-MM-dd') }}", "1", "2026-03-15"),
    ("{{ '2027-01-01' | date('YYYY ww', locale='fr-FR') }}", "1", None),
    ("{{ '24:10 2026-01-02' | date('HH:mm', existingFormat='kk:mm yyyy-MM-dd') }}", "1", "00:10"),
    ("{{ isDayWeekInMonth('2026-01-02', 'MONDAY', 'SIXTH') }}", "2", "!must be one of"),
    ("{{ fromIon('{') }}", "1", "!not Ion"),
    ("{{ decimal | toIon }} {{ day | toIon }}", "1", "1d3 2026-03-15"),
    ("{% for a in {'k': 1} %}{{ a | toIon }}{% endfor %}", "1", "{k:1}"),
    ("{% for a in {'k': 1} %}{{ a | yaml }}{% endfor %}", "1", None),
    ("{{ [map] | yaml }}", "1", None),
    ("{{ '' | jq('.') }}", "1", None),
    ("{{ (1.5)[''] }}", "1", "!is empty"),
    ("{{ text.substring(three, zero) }}", "1", "!begin 3, end 0"),
    ("{{ text.charAt(int) }}", "1", "!out of bounds"),
    ("{{ text.codePointAt(zero) }}", "1", "97"),
    ("{{ text.compareTo('abd') }} {{ text.compareTo('ab') }}", "1", "-1 1"),
    ("{{ text.repeat(below) }}", "1", "!repeat"),
    ("{{ text.repeat(zero) }}|{{ text.repeat(three) }}", "1", "|abcabcabc"),
    ("{{ int.compareTo(three) }} {{ three.compareTo(int) }}", "1", "1 -1"),
    ("{{ list.get(zero) }} {{ list.getFirst() }} {{ list.getLast() }}", "1", "3 3 2"),
    ("{{ list.get(int) }}", "1", "!out of bounds"),
    ("{% set e = [] %}{{ e.getFirst() }}", "1", "!the list is empty"),
    ("{{ list.indexOf(one) }} {{ list.lastIndexOf(one) }} {{ list.indexOf('x') }}", "1", "1 1 -1"),
    ("{{ list.subList(zero, one) }}", "1", "[3]"),
    ("{{ list.subList(one, zero) }}", "1", "!fromIndex 1, toIndex 0"),
    ("{{ map.get(int) ?? 'none' }}|{{ map.get('b') }}", "1", "none|1"),
    ("{{ list.hashCode() }} {{ map.hashCode() == map.hashCode() }} {{ [1.5, null, true].size ?? '' }}", "1", None),
    ("{{ text.hashCode() }}", "1", "96354"),
    ("{{ enum }} {{ enum ~ '' }} {{ enum | upper }}", "1", "2 2 2"),
    ("{{ slow | split('^(?=(a|aa)+$)') }}", "1", "!takes too long on a text of 60 characters"),
    ("{{ text | split('((a{900}){900}){900}') | length }}", "1", "!repeats too much"),
    ("{{ text | split('(?=a{99999999999})') }}", "1", "!repeats too much|!cannot be read"),
    ("{{ nothingness[unprintable] }}", "1", "!no such variable"),
    ("{{ 5 | numberFormat(\"0'o''clock'\") }}", "1", "5o'clock"),
    ("{{ 5 | numberFormat('0.0.0') }}", "1", "!decimal separators"),
    ("{{ 5 | numberFormat('0.0,0') }}", "1", "!Malformed pattern"),
    ("{{ 5 | numberFormat('0#') }}", "1", "!Unexpected digits"),
    ("{{ long | number }}", "1", "!at most 400 characters"),
    ("{{ isFileEmpty('a') }}", "1", "!nobody outside"),
    ("{{ errorLogs() }}", "1", "!nobody outside"),
    ("{{ subflow('a', 'b') }}", "2", "!nobody outside"),
    ("{{ text.replaceFirst('b', 'x') }}", "1", "axc"),
    ("{{ long | split('a') }}", "1", "!at most 1048576 characters"),
    ("{{ text | split('" + "a" * 1_001 + "') }}", "1", "!at most 1000 characters"),
    ("{{ text | split('(?<=x)(?<!') }}", "1", "!regular expression"),
    ("{{ (text.repeat(three) ~ '!') | split('(?=a)') | length }}", "1", None),
    ("{{ (('a' | indent(1)) ~ many) | split('(a|a)+(?<=b)$') | length }}", "1", "!takes too long|!no such variable"),
    ("{{ tasksWithState('failed') | length }}", "1", "2"),
    ("{{ currentEachOutput({}) }}", "1", "!no loop around"),
    ("{{ decrypt(key=null, encrypted=null) }}", "1", "!expects two arguments"),
    ("{{ decrypt('YQ==', 'YQ==') }}", "1", "!16, 24 or 32 bytes"),
    (
        "{{ decrypt('YWFhYWFhYWFhYWFhYWFhYQ==', 'YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=') }}",
        "1",
        "!not encrypted with this key",
    ),
    ("{{ decrypt('YWFhYWFhYWFhYWFhYWFhYQ==', encrypt('YWFhYWFhYWFhYWFhYWFhYQ==', 'secret')) }}", "1", "secret"),
    ("{{ yaml('" + "[" * 150 + "') }}", "1", "!nests more than"),
    ("{{ yaml('? [a]') }}", "1", "!a key must be a text"),
    ("{{ yaml('a: [1, 2]').a[1] }}", "1", "2"),
    ("{{ yaml('0b') }} {{ yaml('0o9') }} {{ yaml('09') }}", "1", None),
]


@pytest.mark.parametrize(("template", "dialect", "expected"), GIVEN, ids=[each[0][:80] for each in GIVEN])
def test_a_corner_gives_what_it_should(template, dialect, expected):
    found, failed = outcome(template, Dialect(dialect))
    if expected is None:
        return
    wanted = [part[1:] for part in expected.split("|") if part.startswith("!")] if expected.startswith("!") else []
    assert failed == bool(wanted), found
    assert any(part in found for part in wanted) if wanted else found == expected


def outcome(template: str, dialect: Dialect) -> tuple[str, bool]:
    """The text or the message, and whether it failed."""
    try:
        return Template(template, dialect).render(World(VARIABLES)), False
    except ExpressionError as error:
        return str(error), True


def reading(template: str) -> tuple[set[str], set[str], set[str]]:
    compiled = Template(template)
    return {".".join(path) for path in compiled.paths}, set(compiled.outside), set(compiled.ambient)


@pytest.mark.parametrize(
    ("template", "paths", "outside", "ambient"),
    [
        ("plain", set(), set(), set()),
        ("{{ outputs.a['b-c'].d[0] }}", {"outputs.a.b-c.d"}, set(), set()),
        ("{{ outputs[inputs.task].x }}", {"outputs", "inputs.task"}, set(), set()),
        ("{{ kv(inputs.k) }} {{ now() }}", {"inputs.k"}, {"kv"}, {"now"}),
        ("{{ printContext() }} {{ _context }}", {""}, set(), set()),
        ("{{ render(vars.x) }}", {"vars.x", ""}, {"render"}, set()),
        ("{{ tasksWithState('FAILED') }}", {"tasks"}, set(), set()),
        ("{% for a in inputs.many %}{{ a.b }}{{ loop.index }}{% else %}{{ flow.id }}{% endfor %}", {"inputs.many", "flow.id"}, set(), set()),
        ("{% if a %}{{ b }}{% elseif c %}{{ d }}{% else %}{{ e }}{% endif %}", {*"abcde"}, set(), set()),
        ("{% macro m(x, y=flow.id) %}{{ x }}{{ z.w }}{% endmacro %}{{ m(v) }}", {"flow.id", "z.w", "v"}, set(), set()),
        ("{% filter replace({a: b}) %}{{ c }}{% endfilter %}", {*"abc"}, set(), set()),
        ("{% set x = a.b %}{{ x.c }}", {"a.b"}, set(), set()),
        ("{% block q %}{{ a }}{% endblock %}", {"a"}, set(), set()),
        ('{{ [a, {b: c}] }}{{ d ? e : -f }}{{ "#{g}" }}{{ h.i() }}{{ j | upper }}{{ k is null }}', {*"abcdefg", "h", "j", "k"}, set(), set()),
    ],
)  # fmt: skip
def test_a_template_tells_what_it_reads(template, paths, outside, ambient):
    assert reading(template) == (paths, outside, ambient)


def test_a_template_tells_what_it_calls():
    found = Template("{{ a | upper is odd }}{% filter lower %}{{ max(1) }}{% endfilter %}").reading
    assert (found.filters, found.functions, found.tests) == ({"upper", "lower"}, {"max"}, {"odd"})


def test_a_number_of_32_bits_has_its_nearest_value():
    assert Float(1e60) == float("inf") == -Float(-1e60)
    assert shortest(Float(0.1)) == 0.1
    assert str(shortest(Float(float("nan")))) == "nan"


def test_a_key_that_cannot_be_written_is_told_as_one():
    error, failed = outcome("{{ keys.a }}", Dialect.V1)
    assert failed
    assert "'keys' has …" in error


def test_a_node_shows_its_parts():
    assert repr(Literal(3, "x")) == "Literal(value='x')"
    assert repr([Name(0, "a")]) == "[Name(name='a')]"


@pytest.mark.parametrize(
    ("text", "expected"), [("", False), (" false ", False), ("0", False), ("-0", False), ("no", True), ("0.0", True)]
)
def test_a_rendered_condition_holds_or_not(text, expected):
    assert truthy(text) is expected


def test_the_limits_of_lists_and_texts_are_told(monkeypatch):
    monkeypatch.setattr(limits, "ITEMS", 3)
    monkeypatch.setattr(limits, "TEXT", 3)
    for template, sentence in (
        ("{{ [1, 2] + [3, 4] }}", "a list of 4 items; at most 3"),
        ("{{ 'ab' ~ 'cd' }}", "a text of 4 characters; at most 3"),
    ):
        with pytest.raises(ExpressionError, match=sentence):
            Template(template).render(MapScope({}))


class Lazy(Mapping[str, Any]):
    """A map that loads a key when it is read."""

    def __init__(self) -> None:
        self.loaded: list[str] = []

    def __getitem__(self, key: str) -> Any:
        if key not in ("a", "b"):
            raise KeyError(key)
        self.loaded.append(key)
        return key * 2

    def __iter__(self):
        return iter(("a", "b"))

    def __len__(self) -> int:
        return 2


def test_only_what_is_read_is_loaded():
    lazy = Lazy()
    assert Template("{{ x.b }}").render(MapScope({"x": lazy})) == "bb"
    assert lazy.loaded == ["b"]
    assert Template("{{ x }} {{ x ~ '' }}").render(MapScope({"x": lazy})) == '{"a":"aa","b":"bb"} {a=aa, b=bb}'
    with pytest.raises(ExpressionError, match="'x' has a, b"):
        Template("{{ x.c }}").render(MapScope({"x": lazy}))


def test_deep_and_wide_expressions_end_in_an_error_when_the_stack_does():
    inner = "a"
    for _ in range(60):
        inner = "(" + inner + " | upper | lower | upper | lower | upper | lower | upper | lower" + ")"
    with pytest.raises(ExpressionError, match="nested too deep"):
        Template("{{ " + inner + " }}").render(MapScope({"a": "x"}))
