"""What is said about a flow that is not valid: every error at once, each with its place and in our own words."""

import pytest

from pauta.errors import InvalidFlow
from pauta.flow.load import Examination, examine, parse

LOG = "io.kestra.plugin.core.log.Log"


def examined(tasks: str, head: str = "") -> Examination:
    return examine(f"id: case\nnamespace: company.team\n{head}tasks:\n{tasks}", file="flow.yaml")


def said(tasks: str, head: str = "") -> list[str]:
    return [str(problem) for problem in examined(tasks, head).problems]


def test_all_errors_are_told_in_the_order_of_the_document():
    problems = examined("  - {id: a}\n  - {id: b, type: nothing}\n  - 5\n", "bogus: 1\n").problems
    assert [each.line for each in problems] == [3, 5, 6, 7]


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("mesage: x", "unknown property 'mesage' (did you mean 'message'?)"),
        ("disabled: maybe", "true or false is expected, not 'maybe'"),
        ("disabled: [1]", "true or false is expected, not a list"),
        ("logLevel: LOUD", "'LOUD' is not one of TRACE, DEBUG, INFO, WARN, ERROR"),
        ("description: [x]", "a text is expected, not a list"),
        ("workerGroup: gpu", "a map is expected, not 'gpu'"),
        ("taskCache: {ttl: PT1H}", "missing property 'enabled'"),
        ("retry: {type: often}", "a retry needs a 'type': constant, exponential, random"),
        ("retry: {type: constant, interval: soon}", "a duration such as PT1H30M is expected, not 'soon'"),
        ("retry: {type: constant, interval: PT1S, maxAttempts: 0}", "0 is not allowed: it must be at least 1"),
        ("retry: {type: constant, interval: PT9S, maxDuration: PT1S}", "'interval' must be less than 'maxDuration'"),
    ],
)
def test_a_wrong_property_is_told_in_a_sentence_of_our_own(written: str, sentence: str):
    problems = examined(f"  - id: t\n    type: {LOG}\n    message: hello\n    {written}\n").problems
    (found,) = [str(each) for each in problems if each.severity == "error"]
    assert sentence in found


def test_a_value_that_fits_no_kind_is_told_once_with_all_kinds():
    (found,) = said(f"  - {{id: t, type: {LOG}, message: {{a: b}}}}\n")
    assert "tasks[0].message: a text, a number, true or false or a list is expected, not a map" in found


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("io.kestra.plugin.core.log.Logg", LOG),
        ("io.kestra.plugin.core.Log", LOG),
        ("Log", LOG),
        ("io.kestra.core.tasks.log.log", LOG),
    ],
)
def test_an_unknown_type_comes_with_the_nearest_known_one(name: str, meant: str):
    (problem,) = examined(f"  - {{id: t, type: {name}, message: x}}\n").problems
    assert problem.message == f"unknown type '{name}'"
    assert problem.suggestion == meant
    assert problem.path == "tasks[0].type"


def test_a_type_that_is_not_supported_yet_differs_from_one_that_does_not_exist():
    (problem,) = examined("  - {id: t, type: io.kestra.plugin.core.flow.Template}\n").problems
    assert problem.message == "the type 'io.kestra.plugin.core.flow.Template' is not supported yet"
    assert problem.severity == "error"


def test_a_type_of_another_kind_is_named():
    (problem,) = examined("  - {id: t, type: io.kestra.plugin.core.runner.Process}\n").problems
    assert problem.message == "'io.kestra.plugin.core.runner.Process' is no task"


def test_a_duplicate_id_is_told_with_the_first_place_even_when_its_task_is_wrong():
    found = said(f"  - {{id: a, type: nothing}}\n  - {{id: a, type: {LOG}, message: x}}\n")
    assert "duplicate task id 'a', first on line 4" in found[-1]


def test_an_id_says_what_it_may_be():
    (found,) = said(f"  - {{id: a.b, type: {LOG}, message: x}}\n")
    assert "'a.b' is not allowed here: a letter or a digit, then letters, digits, '_' and '-'" in found


def test_errors_deep_inside_have_their_whole_path():
    inner = f"{{id: p, type: io.kestra.plugin.core.flow.Parallel, tasks: [{{id: a, type: {LOG}, mesage: x}}]}}"
    paths = {
        problem.path
        for problem in examined(
            f"  - {{id: s, type: io.kestra.plugin.core.flow.Sequential, tasks: [{inner}]}}\n"
        ).problems
    }
    assert paths == {"tasks[0].tasks[0].tasks[0]", "tasks[0].tasks[0].tasks[0].mesage"}


def test_a_literal_that_a_task_cannot_use_is_a_warning():
    examination = examined(f"  - {{id: t, type: {LOG}, message: x, level: LOUD, timeout: soon}}\n")
    assert examination.valid
    assert [(each.path, each.severity) for each in examination.problems] == [
        ("tasks[0].level", "warning"),
        ("tasks[0].timeout", "warning"),
    ]
    assert examination.flow is not None
    assert examination.flow.tasks[0].templated() == {"level": "LOUD", "timeout": "soon"}


@pytest.mark.parametrize("source", ["", "just words", "- a list", "5"])
def test_what_is_no_map_is_no_flow(source: str):
    examination = examine(source)
    assert not examination.is_flow
    assert "a flow is expected" in examination.problems[0].message


def test_a_second_document_is_a_warning():
    examination = examined(f"  - {{id: t, type: {LOG}, message: x}}\n---\nid: other\n")
    assert examination.valid
    assert examination.problems[0].line == 5


def test_reading_a_flow_raises_its_errors_and_keeps_its_warnings():
    source = f"id: case\nnamespace: company.team\ndraft: true\ntasks: [{{id: t, type: {LOG}, message: x}}]"
    assert [problem.path for problem in parse(source).warnings] == ["draft"]
    with pytest.raises(InvalidFlow) as caught:
        parse(source + "\nbogus: 1")
    assert [problem.path for problem in caught.value.problems] == ["bogus"]
