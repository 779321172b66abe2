"""What an expression may cost: every way to let it grow ends in an error, soon."""

import inspect
import sys
import time
from contextlib import suppress

import pytest

from pauta.errors import ExpressionError, ExpressionLimit, ExpressionSyntaxError
from pauta.expression import Dialect, MapScope, Template, limits


@pytest.fixture(name="few_steps")
def _few_steps(monkeypatch):
    monkeypatch.setattr(limits, "STEPS", 5_000)


def render(template: str, **variables: object) -> str:
    return Template(template).render(MapScope(variables))


@pytest.mark.usefixtures("few_steps")
def test_outside_of_an_evaluation_nothing_is_counted():
    limits.spend(1_000_000)
    with pytest.raises(ExpressionLimit):
        render("{% for a in 1..5000 %}x{% endfor %}")
    limits.spend(1_000_000)
    with pytest.raises(ExpressionLimit):
        render("{% for a in 1..5000 %}x{% endfor %}")


@pytest.mark.usefixtures("few_steps")
def test_an_evaluation_within_another_spends_of_the_same_steps():
    class Nested(MapScope):
        def get(self, name):
            return render("{% for b in 1..100 %}" + name + "{% endfor %}")

    with pytest.raises(ExpressionLimit, match="more than 5000 steps"):
        Template("{{ a }}" * 40).render(Nested({}))
    assert len(render("{% for a in 1..100 %}x{% endfor %}")) == 100


@pytest.mark.usefixtures("few_steps")
def test_each_evaluation_has_all_its_steps():
    for _ in range(10):
        assert len(render("{% for a in 1..500 %}x{% endfor %}")) == 500


def test_texts_are_joined_up_to_the_limit(monkeypatch):
    monkeypatch.setattr(limits, "TEXT", 10)
    assert limits.joined(["abc", "def"], "--") == "abc--def"
    with pytest.raises(ExpressionLimit, match="a text of 12 characters; at most 10 are allowed"):
        limits.joined(iter(["abcd", "efgh", "ijkl", "mnop"]))


SECONDS = 2 if sys.gettrace() is None else 20
"""Processor time that may be taken; a machine that is not busy needs less, one that measures coverage more."""
DOUBLING = "{% for i in 1..200 %}"
STEPS = "more than [0-9]+ steps"
TEXT = "would make a text of"
DEEP = "more than 60 macros, blocks or renderings inside one another|nested too deep"

GROWING = [
    # texts
    ("{% set x = 'ab' %}" + DOUBLING + "{% set x = x ~ x %}{% endfor %}{{ x }}", f"{STEPS}|{TEXT}"),
    ("{% set x = 'ab' %}" + DOUBLING + "{% set x = x + x %}{% endfor %}{{ x }}", f"{STEPS}|{TEXT}"),
    ("{% set x = 'ab' %}" + DOUBLING + '{% set x = "#{x}#{x}" %}{% endfor %}{{ x }}', f"{STEPS}|{TEXT}"),
    ("{% set x = 'a' %}" + DOUBLING + "{% set x = x | replace({'a': 'aa'}) %}{% endfor %}{{ x }}", f"{STEPS}|{TEXT}"),
    ("{% set x = 'a' %}" + DOUBLING + "{% set x = [x, x] | join(x) %}{% endfor %}{{ x }}", f"{STEPS}|{TEXT}"),
    ("{% set x = 'a' %}" + DOUBLING + "{% set x = {'a': x, 'b': x} | toJson %}{% endfor %}{{ x }}", f"{STEPS}|{TEXT}"),
    ("{{ 'x' | indent(9000000000000) }}", TEXT),
    ("{{ '\n' | nindent(900000000, 'ab') }}", TEXT),
    ("{{ 'a'.repeat(('2147483647' | number('INT'))) }}", TEXT),
    (
        "{% for i in 1..1000000 %}{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' }}{% endfor %}",
        f"{STEPS}|{TEXT}",
    ),
    ("{% set x = 'ab' %}" + DOUBLING + "{% set x = x ~ x %}{% endfor %}", f"{STEPS}|{TEXT}"),
    # lists and maps
    ("{{ 1..9000000000 }}", "cannot produce more than 1000000 elements"),
    ("{{ range(0, 9000000000) }}", "cannot produce more than 1000000 elements"),
    ("{{ range(0, 900, 0) }}", "must not be 0"),
    ("{{ 'a'..'\uffff' | length }}", None),
    (
        "{% for a in 1..1000000 %}{% for b in 1..1000000 %}{% for c in 1..1000000 %}{% endfor %}{% endfor %}{% endfor %}",
        STEPS,
    ),
    ("{% for a in 1..100000 %}{% set x = 1..100000 %}{% endfor %}", STEPS),
    ("{% set x = [1] %}" + DOUBLING + "{% set x = x + x %}{% endfor %}", f"{STEPS}|a list of"),
    ("{% set x = [1] %}" + DOUBLING + "{% set x = x | merge(x) %}{% endfor %}", f"{STEPS}|a list of"),
    ("{% set x = [1] %}" + DOUBLING + "{% set x = [x, x] %}{% endfor %}{{ x }}", f"{STEPS}|{TEXT}|{DEEP}"),
    ("{% set x = [1] %}{% for i in 1..60 %}{% set x = [x, x] %}{% endfor %}{{ x }}", f"{STEPS}|{TEXT}"),
    ("{% set x = [1] %}{% for i in 1..60 %}{% set x = {'a': x, 'b': x} %}{% endfor %}{{ x }}", f"{STEPS}|{TEXT}"),
    ("{% set x = [1] %}{% for i in 1..60 %}{% set x = [x, x] %}{% endfor %}{{ x ~ '' }}", f"{STEPS}|{TEXT}"),
    ("{% set x = [1] %}{% for i in 1..60 %}{% set x = [x, x] %}{% endfor %}{{ x | yaml }}", f"{STEPS}|{TEXT}"),
    ("{% set x = [1] %}{% for i in 1..60 %}{% set x = [x, x] %}{% endfor %}{{ x | toIon }}", f"{STEPS}|{TEXT}"),
    ("{% set x = [1] %}{% for i in 1..60 %}{% set x = [x, x] %}{% endfor %}{{ render(x) }}", f"{STEPS}|{TEXT}"),
    ("{% set x = [1] %}{% for i in 1..60 %}{% set x = [x, x] %}{% endfor %}{{ x == (x | reverse) }}", STEPS),
    ("{% set x = ['a'] %}{% for i in 1..60 %}{% set x = [x, x] %}{% endfor %}{{ x | escapeChar('single') }}", STEPS),
    ("{% set x = ['a'] %}{% for i in 1..60 %}{% set x = [x, x] %}{% endfor %}{{ x | replace({'a': 'b'}) }}", STEPS),
    ("{% set x = ['a'] %}{% for i in 1..5000 %}{% set x = [x] %}{% endfor %}{{ x }}", "nested too deep"),
    ("{% set x = ['a'] %}{% for i in 1..5000 %}{% set x = [x] %}{% endfor %}{{ x == [x] }}", "nested too deep"),
    ("{% set x = ['a'] %}{% for i in 1..5000 %}{% set x = {'a': x} %}{% endfor %}{{ x | yaml }}", "nested too deep"),
    ("{{ fromJson('[' ~ ('[' | indent(1)) ~ ((1..1000) | join('[')) ~ ']') }}", "JSON"),
    # numbers
    ("{% set x = 9 %}{% for i in 1..20000 %}{% set x = x * x + 1 %}{% endfor %}{{ x > 0 or true }}", None),
    ("{% set x = '9' | number('BIGDECIMAL') %}{% for i in 1..20000 %}{% set x = x * x + 1 %}{% endfor %}", None),
    ("{% set x = big %}{% for i in 1..20000 %}{% set x = x * big %}{% endfor %}{{ x > 0 or true }}", None),
    # work
    ("{% set a = 1..100000 %}{% for i in 1..1000 %}{% set b = a contains 0 %}{% endfor %}", STEPS),
    ("{% set a = 1..10000 %}{% set b = a | reverse %}{{ a contains b }}", STEPS),
    ("{% set a = 1..10000 %}{% set b = a | reverse %}{{ a - b }}", STEPS),
    ("{% set a = 1..100000 %}{% for i in 1..1000 %}{% set b = a == (1..100000) %}{% endfor %}", STEPS),
    ("{% set a = 1..100000 %}{% for i in 1..1000 %}{% set b = 0 isIn a %}{% endfor %}", STEPS),
    ("{% set a = 1..100000 %}{% for i in 1..1000 %}{% set b = a | sort %}{% endfor %}", STEPS),
    ("{% set a = (1..100000) | join %}{% for i in 1..10000 %}{% set b = a contains 'x' %}{% endfor %}", STEPS),
    ("{% set a = (1..100000) | join %}{% for i in 1..10000 %}{% set b = a | upper | md5 %}{% endfor %}", STEPS),
    (
        "{% set a = (1..100000) | join %}{% set b = a ~ '' %}{% for i in 1..10000 %}{% set c = a == b %}{% endfor %}",
        STEPS,
    ),
    ("{% set a = (1..100000) | join %}{% for i in 1..10000 %}{% set c = {a: 1} %}{% endfor %}", STEPS),
    ("{% set a = (1..10000) | yaml %}{% for i in 1..10000 %}{% set c = yaml(a) %}{% endfor %}", STEPS),
    ("{% set a = (1..10000) | toIon %}{% for i in 1..10000 %}{% set c = fromIon(a) %}{% endfor %}", STEPS),
    ("{% set a = (1..10000) | toJson %}{% for i in 1..100000 %}{% set c = fromJson(a) %}{% endfor %}", STEPS),
    ("{% for i in 1..1000000 %}{% set c = render('{{ ' ~ i ~ ' }}') %}{% endfor %}", STEPS),
    ("{% for i in 1..1000000 %}{% set c = '2026-01-01' | date('yyyy MMMM dd EEEE') %}{% endfor %}", STEPS),
    # recursion
    ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", DEEP),
    ("{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}", DEEP),
    ("{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}", DEEP),
    ("{% macro m(a) %}{% if a > 0 %}{{ m(a - 1) }}{{ m(a - 1) }}{% endif %}{% endmacro %}{{ m(50) }}", STEPS),
    ("{% macro m(a) %}{% if a > 0 %}{{ m(a - 1) ~ m(a - 1) }}{% else %}x{% endif %}{% endmacro %}{{ m(50) }}", STEPS),
    ("{% block a %}{{ block('a') }}{% endblock %}", DEEP),
    ("{% block a %}{{ block('b') }}{% endblock %}{% block b %}{{ block('a') }}{% endblock %}", DEEP),
    ("{{ render(again) }}", DEEP),
    ("{{ render(renewed) }}", "still changes after 100 times"),
    ("{{ render(doubled) }}", f"{STEPS}|{TEXT}|still changes"),
]
VARIABLES = {
    "again": "{{ render(again) }}",
    "renewed": "{{ '{' ~ '{ renewed }' ~ '}' }}x",
    "doubled": "{{ doubled }}{{ doubled }}",
    "big": 10**300,
}


@pytest.mark.parametrize(("template", "sentence"), GROWING, ids=[each[0][:90] for each in GROWING])
def test_what_grows_ends(template, sentence, monkeypatch):
    monkeypatch.setattr(limits, "STEPS", 500_000)  # all of them take a second
    started = time.process_time()
    compiled = Template(template)
    if sentence is None:
        compiled.render(MapScope(VARIABLES))
    else:
        with pytest.raises(ExpressionError, match=sentence):
            compiled.render(MapScope(VARIABLES))
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize(
    "template",
    [
        "{% for a in 1..100000 %}{% set x = 1..100000 %}{% endfor %}",
        "{% set a = 1..10000 %}{% set b = a | reverse %}{{ a contains b }}",
        "{% macro m(a) %}{% if a > 0 %}{{ m(a - 1) }}{{ m(a - 1) }}{% endif %}{% endmacro %}{{ m(50) }}",
    ],
)
def test_all_the_steps_take_a_second_or_two(template):
    started = time.process_time()
    with pytest.raises(ExpressionLimit, match="more than 5000000 steps"):
        render(template)
    assert time.process_time() - started < 2 * SECONDS


@pytest.mark.parametrize("wide", [40, 400])
def test_a_value_that_is_shared_many_times_is_not_unfolded_without_end(wide):
    shared = "{% set x = [1] %}{% for i in 1.." + str(wide) + " %}{% set x = [x, x] %}{% endfor %}"
    with pytest.raises(ExpressionLimit):
        Template(shared + "{{ x }}").evaluate(MapScope({}))


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("{{" + "(" * 200 + "1" + ")" * 200 + "}}", "more than 100 brackets"),
        ("{{" + "[" * 200 + "]" * 200 + "}}", "more than 100 brackets"),
        ("{{ " + "not " * 200 + "1 }}", "more than 100 expressions or tags"),
        ("{{ 1" + " ? 1 : 1" * 200 + " }}", "more than 100 expressions or tags"),
        ("{% if 1 %}" * 200 + "{% endif %}" * 200, "more than 100 expressions or tags"),
        ("{{ a" + ".a" * 300 + " }}", "more than 200 operators, filters or keys behind one another"),
        ("{{ a" + " | upper" * 300 + " }}", "more than 200 operators, filters or keys behind one another"),
        ("{{ 1" + " + 1" * 300 + " }}", "more than 200 operators, filters or keys behind one another"),
        ("{{1}}" * 50_000, "more than 100000 pieces"),
        ("{##}" * 150_000, "more than 100000 pieces"),
        ("x" * (4 << 20) + "{{ 1 }}", "a template has at most 4194304 characters"),
        ("{{ '" + "x" * (4 << 20) + "' }}", "a template has at most 4194304 characters"),
    ],
    ids=lambda value: value[:40],
)
def test_the_text_of_a_template_is_bounded(template, sentence):
    started = time.process_time()
    with pytest.raises(ExpressionSyntaxError, match=sentence):
        Template(template)
    assert time.process_time() - started < 2 * SECONDS


def test_what_is_allowed_by_the_limits_works():
    assert render("{{" + "(" * 90 + "1" + ")" * 90 + "}}") == "1"
    assert render("{{ 1" + " + 1" * 199 + " }}") == "200"
    assert render("{{ 1" + " ~ 1" * 5_000 + " }}") == "1" * 5_001
    assert render("{{ 'a'" + " | upper" * 200 + " }}") == "A"
    assert len(render("{{1}}" * 30_000)) == 30_000
    assert render("{# a #}" * 90_000) == ""
    nested = "{% macro m(a) %}{% if a > 0 %}{{ m(a - 1) }}{% else %}end{% endif %}{% endmacro %}"
    assert render(nested + "{{ m(50) }}") == "end"
    assert len(render("{{ (1..1000000) | join }}")) == 5_888_896


def deeper(frames: int, work):
    """What the work gives with so many frames below it."""
    return work() if frames == 0 else deeper(frames - 1, work)


def test_a_template_for_which_the_stack_is_too_short_says_that_it_is_nested_too_deep():
    template, scope = Template("{{ " + "[" * 90 + "a" + "]" * 90 + " }}"), MapScope({"a": 1})
    assert template.render(scope).startswith("[[[")
    below = sys.getrecursionlimit() - len(inspect.stack(0)) - 60
    with pytest.raises(ExpressionLimit, match="it is nested too deep"):
        deeper(below, lambda: template.render(scope))
    assert template.render(scope).startswith("[[[")


def test_a_loop_over_many_rows_is_allowed():
    rows = [{"id": number, "name": f"row {number}"} for number in range(100_000)]
    text = render("{% for row in rows %}({{ row.id }}, '{{ row.name | upper }}'),\n{% endfor %}", rows=rows)
    assert text.count("\n") == 100_000


@pytest.mark.parametrize("dialect", Dialect)
@pytest.mark.parametrize(
    "template",
    [
        "{{ text | replace({'(a+)+$': 'x'}, true) }}",
        "{{ text | replace({'(a|aa)+$': 'x'}, true) }}",
        "{{ text | replace({'(?=(a+)+$)b': 'x'}, true) }}",
        "{{ text | replace({'(a+)\\\\1+$': 'x'}, true) }}",
        "{{ text | split('(a+)+$') }}",
        "{{ text.matches('(a+)+') }}",
        "{{ text.replaceAll('(a*)*b', 'x') }}",
        "{{ text | split('(?<=(a+)+)b') }}",
    ],
)
def test_a_regular_expression_cannot_take_long(template, dialect):
    started = time.process_time()
    with suppress(ExpressionError):
        Template(template, dialect).render(MapScope({"text": "a" * 5_000 + "!"}))
    assert time.process_time() - started < 2 * SECONDS
