"""What a user is told when an expression cannot be read or evaluated: the place, what is wrong, what would be right."""

import pytest

from pauta.errors import ExpressionError, ExpressionLimit, ExpressionSyntaxError, PautaError, UndefinedVariable
from pauta.expression import Dialect, MapScope, Template

VARIABLES = {
    "outputs": {
        "extract": {"vars": {"row_count": 3, "seconds": 1.5}},
        "my-task": {"value": 1},
        "load": {"nothing": None, "rows": [1, 2, 3], "text": "hello", "count": 7},
    },
    "inputs": {"name": "Ada", "many": [1, 2]},
    "flow": {"id": "f"},
}


def failure(template: str, dialect: Dialect = Dialect.V1, **more: object) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        Template(template, dialect).render(MapScope({**VARIABLES, **more}))
    return caught.value


UNDEFINED = [
    # template, place, what is said, the name that Kestra says it is unable to find
    (
        "{{ outputs.extract.vars.row_cout }}",
        (1, 25),
        "outputs.extract.vars.row_cout: no such key; 'vars' has row_count, seconds; did you mean row_count?",
        "row_cout",
    ),
    (
        "first\n  {{ outputs.extract['vars']['row_cout'] }}",
        (2, 29),
        "outputs.extract.vars.row_cout: no such key; 'vars' has row_count, seconds; did you mean row_count?",
        "row_cout",
    ),
    (
        "{{ outputs.extrct.vars }}",
        (1, 12),
        "outputs.extrct: no such key; 'outputs' has extract, load, my-task; did you mean extract?",
        "extrct",
    ),
    (
        "{{ outptus.extract }}",
        (1, 4),
        "outptus: no such variable; there is flow, inputs, outputs; did you mean outputs?",
        "outptus",
    ),
    ("{{ zzz }}", (1, 4), "zzz: no such variable; there is flow, inputs, outputs", "zzz"),
    ("{{ outputs.load.nothing.x }}", (1, 25), "outputs.load.nothing.x: no such key; 'nothing' is null", "x"),
    ("{{ outputs.load.text.x }}", (1, 22), "outputs.load.text.x: no such key; 'text' is a text ('hello')", "x"),
    ("{{ outputs.load.count.x }}", (1, 23), "outputs.load.count.x: no such key; 'count' is an integer (7)", "x"),
    ("{{ outputs.load.rows.x }}", (1, 22), "outputs.load.rows.x: no such key; 'rows' is a list of 3 items", "x"),
    ("{{ outputs.load.rows[7] }}", (1, 21), "outputs.load.rows.7: no such index; 'rows' is a list of 3 items", "7"),
    ("{{ inputs.many[-1] }}", (1, 15), "inputs.many.-1: no such index; 'many' is a list of 2 items", "-1"),
    (
        "{{ outputs.my-task.value }}",
        (1, 12),
        "outputs.my: no such key; 'outputs' has extract, load, my-task; did you mean outputs['my-task']?",
        "my",
    ),
    (
        "{{ inputs.name.lenght() }}",
        (1, 16),
        "inputs.name.lenght(): no such method; 'name' is a text ('Ada'); did you mean length?",
        "lenght",
    ),
    (
        "{{ inputs.name.substring('a') }}",
        (1, 16),
        "inputs.name.substring(): it does not take such arguments; 'name' is a text ('Ada')",
        "substring",
    ),
    ("{{ (inputs.many | first).x }}", (1, 26), "x: no such key; it is an integer (1)", "x"),
    ("{{ ({} | merge({})).x }}", (1, 21), "x: no such key; it has nothing", "x"),
    (
        "{% for each in outputs %}{{ each.kex }}{% endfor %}",
        (1, 34),
        "each.kex: no such key; 'each' has key, value; did you mean key?",
        "kex",
    ),
    (
        "{% set total = 1 %}{{ totel }}",
        (1, 23),
        "totel: no such variable; there is flow, inputs, outputs, total; did you mean total?",
        "totel",
    ),
    (
        "{% macro greet(who) %}{{ who.nme }}{% endmacro %}{{ greet(inputs) }}",
        (1, 30),
        "who.nme: no such key; 'who' has many, name; did you mean name?",
        "nme",
    ),
    ('{{ "a #{zzz} b" }}', (1, 9), "zzz: no such variable; there is flow, inputs, outputs", "zzz"),
    ("{{ zz ?? zzz }}", (1, 10), "zzz: no such variable; there is flow, inputs, outputs", "zzz"),
    ("{% if zzz %}{% endif %}", (1, 7), "zzz: no such variable; there is flow, inputs, outputs", "zzz"),
    ("{{ zzz + 1 ?? 2 }}", (1, 4), "zzz: no such variable; there is flow, inputs, outputs", "zzz"),
    ("{{ render('{{ zzz }}') }}", (1, 4), "zzz: no such variable; there is flow, inputs, outputs", "zzz"),
]


@pytest.mark.parametrize(("template", "place", "sentence", "name"), UNDEFINED)
def test_what_does_not_exist_is_told_with_what_does(template, place, sentence, name):
    error = failure(template)
    assert type(error) is UndefinedVariable
    assert (error.line, error.column) == place
    shown = "{{ zzz }}" if "render(" in template else template
    fragment = f"Unable to find `{name}` used in the expression `{shown}` at line {place[0]}, column {place[1]}"
    assert str(error) == f"{sentence} ({fragment})"


FAILED = [
    ("{{ 1 + true }}", (1, 6), "'+' needs numbers, not a boolean (true)"),
    ("{{ inputs.name * 2 }}", (1, 16), "'*' needs numbers, not a text ('Ada')"),
    ("{{ -inputs.name }}", (1, 4), "'-': '*' needs numbers, not a text ('Ada')"),
    ("{{ 1 / 0 }}", (1, 6), "'/': division by zero"),
    ("{{ inputs.name > 3 }}", (1, 16), "'>' needs two numbers, not a text ('Ada') and an integer (3)"),
    ("{{ not outputs }}", (1, 8), "'not' needs a boolean, a number or a text, not a map"),
    ("{{ true and outputs }}", (1, 13), "'and' needs a boolean, a number or a text, not a map"),
    ("{% if inputs.many %}{% endif %}", (1, 14), "'if' needs a boolean, a number or a text, not a list of 2 items"),
    ("{{ outputs ? 1 : 2 }}", (1, 4), "'?' needs a boolean, a number or a text, not a map"),
    ("{% for x in 5 %}{% endfor %}", (1, 4), "'for' needs a list or a map, not an integer"),
    (
        "{{ 5 contains 1 }}",
        (1, 6),
        "'contains' needs a text, a list or a map on its left, not an integer (5)",
    ),
    ("{{ 1..'ab' }}", (1, 5), "'..': a range needs two numbers or two letters, not an integer and a text"),
    ("{{ inputs[1] }}", (1, 10), "'[1]': the keys are texts, and 1 is an integer: put it in quotes"),
    ("{{ inputs.name | uper }}", (1, 18), "filter 'uper': Filter [uper] does not exist; did you mean upper?"),
    ("{{ nwo() }}", (1, 4), "function 'nwo': Function or Macro [nwo] does not exist; did you mean now?"),
    ("{{ 1 is evn }}", (1, 9), "test 'evn': Test [evn] does not exist; did you mean even?"),
    ("{{ block('x') }}", (1, 4), "block(): there is no block 'x'"),
    (
        "{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}",
        (1, 34),
        "the macro m(): the macro 'm' takes 1 arguments, 2 are given",
    ),
    ("{{ inputs.name | date('yyyy') }}", (1, 18), None),
    ("{{ fromJson(inputs.name) }}", (1, 4), None),
    ("{{ fromJson(1, 2) }}", (1, 4), None),
    (
        "{{ inputs.name | date(frmat='y') }}",
        (1, 18),
        "filter 'date': The following named argument does not exist: frmat; the arguments are format, timeZone, existingFormat, locale; did you mean format?",
    ),
    ("{{ kv('a') }}", (1, 4), "kv(): the function kv() needs the outside world, which cannot be reached here"),
    ("{{ 'x' | regexMatch('a') }}", (1, 10), None),
    ("{% filter number %}x{% endfilter %}", (1, 11), None),
    ("{% block a %}{{ 1 / 0 }}{% endblock %}", (1, 19), "'/': division by zero"),
    ("line\n{{ 1 }}\n  {{ 'x' | slice(0, 9) }}", (3, 12), None),
]


@pytest.mark.parametrize(("template", "place", "sentence"), FAILED)
def test_what_fails_is_told_with_its_place_and_the_piece(template, place, sentence):
    error = failure(template)
    assert type(error) is ExpressionError
    assert (error.line, error.column) == place
    assert str(error).endswith(f" (line {place[0]}, column {place[1]} of the expression `{template}`)")
    if sentence is not None:
        assert str(error).startswith(f"{sentence} (line")
    assert error.template == template


UNREADABLE = [
    ("{{ inputs.name + }}", (1, 18), "unexpected '}}', a value is expected"),
    ("{{ inputs.name", (1, 1), "'{{' is not closed: '}}' is missing"),
    ("{{ inputs.name }", (1, 16), "unexpected '}'"),
    ("{{ inputs.name b }}", (1, 16), "unexpected 'b', '}}' is expected"),
    ("{{ inputs. }}", (1, 12), "unexpected '}}', the name of an attribute is expected"),
    ("{{ a | }}", (1, 8), "unexpected '}}', the name of a filter is expected"),
    ("{{ a is }}", (1, 9), "unexpected '}}', the name of a test is expected"),
    ("{{ }}", (1, 4), "unexpected '}}', a value is expected"),
    ("{{ $x }}", (1, 4), "unexpected character '$'"),
    ("{{ 'abc }}", (1, 4), "the text is not closed: ' is missing"),
    ('{{ "abc }}', (1, 4), 'the text is not closed: " is missing'),
    ('{{ "a #{b', (1, 7), "'#{' is not closed: '}' is missing"),
    ('{{ "a #{b c}" }}', (1, 11), "unexpected 'c', '}' is expected"),
    ("{{ [1, 2 }}", (1, 4), "'[' is not closed"),
    ("{{ (1", (1, 4), "'(' is not closed"),
    ("{{ 1) }}", (1, 5), "unexpected ')'"),
    ("{{ [1 2] }}", (1, 7), "unexpected '2', ']' is expected"),
    ("{{ {1} }}", (1, 6), "unexpected '}', ':' is expected"),
    ("{{ max(1,) }}", (1, 10), "unexpected ')', a value is expected"),
    ("{{ max(a=1, 2) }}", (1, 13), "arguments without a name come before those with one"),
    ("{{ = }}", (1, 4), "unexpected '=', a value is expected"),
    ("{{ 9999999999999999999 }}", (1, 4), "the integer 9999999999999999999 is larger than 9223372036854775807"),
    ("{% if a %}x", (1, 4), "'{% if %}' is not closed: '{% endif %}' is missing"),
    ("\n{% for a b %}x{% endfor %}", (2, 10), "unexpected 'b', 'in' is expected"),
    ("{% set a 1 %}", (1, 10), "unexpected '1', '=' is expected"),
    ("{% set true = 1 %}", (1, 8), "'true' cannot be given a value"),
    ("{% foo %}", (1, 4), "there is no tag 'foo'; did you mean for?"),
    ("{% 1 %}", (1, 4), "a tag begins with its name: if, for, set, macro, block, filter, raw"),
    ("{% endif %}", (1, 4), "unexpected tag 'endif': nothing that it could belong to is open"),
    ("{% block %}{% endblock %}", (1, 10), "unexpected '%}', the name of the block is expected"),
    ("{% macro 1() %}{% endmacro %}", (1, 10), "unexpected '1', the name of the macro is expected"),
    ("{% macro a() %}{% endmacro %}{% macro a() %}{% endmacro %}", (1, 33), "there are two macros 'a'"),
    ("{% raw %} x", (1, 1), "'{% raw %}' is not closed: '{% endraw %}' is missing"),
    ("{% verbatim %} x", (1, 1), "'{% verbatim %}' is not closed: '{% endverbatim %}' is missing"),
    ("{# abc", (1, 1), "'{#' is not closed: '#}' is missing"),
]


@pytest.mark.parametrize(("template", "place", "sentence"), UNREADABLE)
def test_what_cannot_be_read_is_told_with_its_place(template, place, sentence):
    error = failure(template)
    assert type(error) is ExpressionSyntaxError
    assert (error.line, error.column) == place
    assert str(error) == f"{sentence} (line {place[0]}, column {place[1]} of the expression `{template}`)"


@pytest.mark.parametrize("template", [each[0] for each in [*UNDEFINED, *FAILED, *UNREADABLE]])
def test_typed_evaluation_fails_with_the_same_words(template):
    with pytest.raises(ExpressionError) as caught:
        Template(template).evaluate(MapScope(VARIABLES))
    assert str(caught.value) == str(failure(template))


def test_the_error_keeps_its_parts():
    error = failure("{{ outputs.extract.vars.row_cout }}")
    assert isinstance(error, PautaError)
    assert error.suggestion == "row_count"
    assert error.reason == "outputs.extract.vars.row_cout: no such key; 'vars' has row_count, seconds"
    assert error.template == "{{ outputs.extract.vars.row_cout }}"


def test_of_many_keys_some_are_shown():
    error = failure("{{ wide.nothing }}", wide={f"k{number:02}": 1 for number in range(99)})
    assert "'wide' has k00, k01, k02, k03, k04, k05, k06, k07, k08, k09, k10, k11, …" in str(error)


def test_of_a_long_template_the_surroundings_are_shown():
    error = failure("x" * 5_000 + "{{ zzz }}" + "y" * 5_000)
    assert "used in the expression `…xxx" in str(error)
    assert "yyy…` at line 1, column 5004)" in str(error)
    assert len(str(error)) < 700


def test_long_names_and_keys_are_cut():
    error = failure(f"{{{{ wide['{'n' * 1000}'] }}}}", wide={"k" * 1000: 1})
    assert f"{'k' * 80}…" in str(error)
    assert f"`{'n' * 80}…`" in str(error)
    assert len(str(error)) < 1_000
    assert error.suggestion is None


def test_long_sentences_are_cut():
    error = failure("{{ block(long) }}", long="z" * 100_000)
    assert len(str(error)) < 2_500


def test_the_nearest_name_is_searched_among_many_in_no_time():
    error = failure("{{ wide.key_17x }}", wide={f"key_{number}": 1 for number in range(200_000)})
    assert error.suggestion is not None


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("{{ 1..2000000 }}", "cannot produce more than 1000000 elements"),
    ],
)
def test_what_costs_too_much_is_told_with_its_place(template, sentence):
    error = failure(template)
    assert type(error) is ExpressionLimit
    assert sentence in str(error)
    assert "column" in str(error)


@pytest.mark.parametrize("value", [object(), len, type, 1j, range(3), iter([]), memoryview(b"")])
@pytest.mark.parametrize(
    "template",
    [
        "{{ x }}",
        "{{ x.a }}",
        "{{ x['a'] }}",
        "{{ x.a() }}",
        "{{ x == x }}",
        "{{ x | upper }}",
        "{{ x | default('a') }}",
        "{{ m.x }}",
        "{{ l[0] }}",
        "{{ l | first }}",
        "{{ m }}",
        "{{ l | join }}",
        "{{ m | toJson }}",
        "{% for each in l %}{{ each | length }}{% endfor %}",
        "{% for each in m %}{{ each.value is null }}{% endfor %}",
    ],
)
def test_what_is_no_plain_data_is_refused(template, value):
    variables = MapScope({"x": value, "m": {"x": value}, "l": [value]})
    for evaluate in (Template(template).render, Template(template).evaluate):
        with pytest.raises(ExpressionError, match="cannot be used in an expression"):
            evaluate(variables)
