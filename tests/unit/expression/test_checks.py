import pytest

from pauta.expression import Dialect
from pauta.expression.checks import check

TASKS = {"extract": ["value", "rows"], "my-task": None, "loop": None}
INPUTS = ["day", "my-input", "db.host", "db.port"]
VARIABLES = ["inputs", "outputs", "tasks", "flow", "trigger"]


def found(template, dialect=Dialect.V1):
    """Place, sentence and suggestion of each problem."""
    problems = check(template, dialect, known_tasks=TASKS, known_inputs=INPUTS, known_variables=VARIABLES)
    return [(f"{each.line}:{each.column}", each.message, each.suggestion) for each in problems]


@pytest.mark.parametrize(
    "template",
    [
        "plain { text }",
        "{{ inputs.day | date('yyyy') }} {{ inputs['my-input'] }} {{ inputs.db.host }} {{ inputs.db }}",
        "{{ outputs.extract.value }} {{ outputs['my-task'].anything }} {{ outputs.loop['a'].value }} {{ outputs }}",
        "{{ tasks.extract.state }} {{ tasks['my-task'].state }}",
        "{{ labels ?? {} }} {{ labels | default('x') }} {{ labels.team is defined }} {{ labels is not defined }}",
        "{% for outputs in [1] %}{{ outputs.nothing }} {{ loop.index }}{% endfor %}",
        "{% set inputs = {} %}{{ inputs.nothing }}",
        "{% macro hello(name='x') %}{{ name }}{% endmacro %}{{ hello('a') }}{{ block('b') }}{% block b %}{% endblock %}",
        "{{ 'a'.length() }} {{ trigger.rows.size() }}",
        "{{ inputs.day - trigger.count }} {{ outputs.extract.value-1 }} {{ inputs.day -1 }}",
        "{% raw %}{{ nothing.at.all | unknown }}{% endraw %}{# {{ nor.here }} #}",
        "{{ _context.anything }}",
    ],
)
def test_nothing_is_wrong_with_what_works(template):
    assert found(template) == []


@pytest.mark.parametrize(
    ("template", "place", "sentence", "suggestion"),
    [
        ("{{ 1 | uper }}", "1:8", "filter 'uper': Filter [uper] does not exist", "upper"),
        ("\n {{ nwo() }}", "2:5", "function 'nwo': Function or Macro [nwo] does not exist", "now"),
        ("{{ 1 is oddd }}", "1:9", "test 'oddd': Test [oddd] does not exist", "odd"),
        ("{% filter uper %}x{% endfilter %}", "1:11", "filter 'uper': Filter [uper] does not exist", "upper"),
        ("{{ 'a'.lenght() }}", "1:8", "no value has a method 'lenght()'", "length"),
        (
            "{% macro greet() %}{% endmacro %}{{ gret() }}",
            "1:37",
            "function 'gret': Function or Macro [gret] does not exist",
            "greet",
        ),
        (
            "{{ 'x' | regexMatch('a') }}",
            "1:10",
            "filter 'regexMatch': the filter 'regexMatch' exists only in the dialect 2 of the flow language",
            None,
        ),
        (
            "{{ 'x' | date(frmat='y') }}",
            "1:10",
            "filter 'date': The following named argument does not exist: frmat; the arguments are format, timeZone, existingFormat, locale",
            "format",
        ),
        (
            "{{ fromJson('1', 2) }}",
            "1:4",
            "function 'fromJson': The argument at position 2 is not allowed. Only 1 argument is allowed",
            None,
        ),
        ("{{ outputs.extrat.value }}", "1:4", "outputs.extrat: there is no task 'extrat'", "extract"),
        ("{{ outputs['nope'] ?? 1 }}", "1:4", "outputs.nope: there is no task 'nope'", None),
        (
            "{{ outputs.extract.rws }}",
            "1:4",
            "outputs.extract.rws: the task 'extract' has no output 'rws'; its outputs are rows, value",
            "rows",
        ),
        ("{{ tasks.extrat.state }}", "1:4", "tasks.extrat: there is no task 'extrat'", "extract"),
        ("{{ inputs.dya }}", "1:4", "inputs.dya: there is no input 'dya'", "day"),
        ("{{ inputs.db.hots }}", "1:4", "inputs.db.hots: there is no input 'db.hots'", "db.host"),
        ("{{ input.day }}", "1:4", "there is no variable 'input' here", "inputs"),
        (
            "{{ f is null and outputs.my-task.value }}",
            "1:18",
            "outputs.my-task is a subtraction: keys with dashes require bracket notation",
            "outputs['my-task']",
        ),
        (
            "{{ inputs.my-input | upper }}",
            "1:4",
            "inputs.my-input is a subtraction: keys with dashes require bracket notation",
            "inputs['my-input']",
        ),
        ("{{ 1 + }}", "1:8", "unexpected '}}', a value is expected", None),
        ("{% fro x in y %}", "1:4", "there is no tag 'fro'", "for"),
    ],
)
def test_what_would_fail_is_a_warning_with_its_place(template, place, sentence, suggestion):
    assert (place, sentence, suggestion) in found(template)
    assert {problem.severity for problem in check(template)} <= {"warning"}


@pytest.mark.parametrize("dialect", Dialect)
@pytest.mark.parametrize(
    ("template", "suggestion"),
    [
        ("{{ inputs.my-input }}", "inputs['my-input']"),
        ("a {{inputs.my-input\n}} b", "inputs['my-input']"),
        ("{% raw %}{{ inputs.my-input }}{% endraw %}", "inputs['my-input']"),
        ("{{ outputs.my-task.value }}", "outputs['my-task']"),
        ("{{ outputs.my-task.value | upper }}", "outputs['my-task']"),
        ("{{ outputs.my-task.value and }}", "outputs['my-task']"),
    ],
)
def test_a_dash_is_refused_where_kestra_refuses_it(template, suggestion, dialect):
    first, *rest = check(template, dialect, known_tasks=TASKS, known_inputs=INPUTS, known_variables=VARIABLES)
    assert first.severity == "error"
    assert "keys with dashes require bracket notation" in first.message
    assert first.suggestion == suggestion
    assert all("is expected" in problem.message for problem in rest)


def test_what_is_not_known_is_not_checked():
    assert check("{{ outputs.a.b }} {{ inputs.a-b }} {{ anything.else }} {{ tasks.a.state }}") == []
    assert check("{{ outputs.extract.other }}", known_tasks=["extract"]) == []


def test_a_task_without_outputs_is_told():
    (problem,) = check("{{ outputs.log.value }}", known_tasks={"log": []})
    assert problem.message == "outputs.log.value: the task 'log' has no output 'value'; it has none"


def test_problems_come_in_the_order_of_the_text():
    places = [place for place, _, _ in found("{{ a }}\n{{ 1 | b }}\n{{ outputs.c.d }} {{ e() }}")]
    assert places == ["1:4", "2:8", "3:4", "3:22"]
