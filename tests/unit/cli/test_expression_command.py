import json

import pytest
from typer.testing import CliRunner

from pauta.cli.expression import app


def pauta(*arguments, given="", **environment):
    return CliRunner().invoke(app, ["render", *arguments], input=given, env=environment)


def test_each_template_gives_a_line():
    result = pauta("{{ a + 1 }}", "plain", "--vars", '{"a": 1}')
    assert (result.stdout, result.exit_code) == ("2\nplain\n", 0)


def test_variables_come_from_a_file(tmp_path):
    (tmp_path / "vars.json").write_text('{"who": "Ana"}')
    assert pauta("{{ who }}", "--vars", f"@{tmp_path}/vars.json").stdout == "Ana\n"


def test_a_typed_value_keeps_nulls_dates_and_large_numbers():
    variables = '{"large": 123456789012345678901234567890, "map": {"gone": null}}'
    typed = pauta(
        "--typed", "{{ large }}", "{{ map }}", "{{ fromIon('2024-03-15T') }}", "{{ 1.0 }}", "--vars", variables
    )
    assert typed.stdout == '123456789012345678901234567890\n{"gone":null}\n"2024-03-15"\n1.0\n'


def test_one_failure_does_not_stop_the_others():
    result = pauta("{{ inptu }}", "after", "--vars", '{"input": 1}')
    assert result.stdout == "after\n"
    assert result.exit_code == 1
    assert "Unable to find `inptu`" in result.stderr
    assert "did you mean input?" in result.stderr


def test_the_second_dialect_is_an_option():
    assert pauta("{{ 'b' > 'a' }}", "--dialect", "2").stdout == "true\n"
    assert pauta("{{ 'b' > 'a' }}").exit_code == 1


def test_half_of_a_surrogate_pair_can_be_printed():
    assert pauta("{{ x }}", "--vars", '{"x": "\\ud83d!"}').stdout == "?!\n"


def test_what_is_different_every_time_works():
    result = pauta("{{ now() | date('yyyy') }}", "{{ uuid() }}", "{{ randomInt(3, 4) }}", "{{ randomPort() > 0 }}")
    year, uuid, number, port = result.stdout.splitlines()
    assert len(year) == 4
    assert len(uuid) == 36
    assert (number, port) == ("3", "true")


def test_a_secret_comes_from_the_environment():
    assert pauta("{{ secret('token') }}", SECRET_TOKEN="aGVsbG8=").stdout == "hello\n"
    assert "Cannot find secret for key 'other'" in pauta("{{ secret('other') }}").stderr


def test_what_asks_an_execution_says_so():
    assert "kv(): it asks an execution, and there is none" in pauta("{{ kv('k') }}").stderr


@pytest.mark.parametrize("variables", ["[1]", "{", "@/no/such/file", "[" * 100_000])
def test_variables_that_are_no_map_are_refused(variables):
    result = pauta("x", "--vars", variables)
    assert result.exit_code == 2
    assert "--vars" in result.stderr


def test_a_template_is_needed():
    assert "give at least one template" in pauta().stderr


def test_each_request_line_is_answered_with_a_line():
    requests = [
        {"template": "{{ a }}", "variables": {"a": {"n": None, "x": 1}}},
        {"template": "{{ a }}", "variables": {"a": {"n": None, "x": 1}}, "typed": True},
        {"template": "{{ 'b' > 'a' }}", "dialect": 2, "typed": True},
        {"template": "{{ missing }}"},
        {"template": 5},
        {"template": "x", "dialect": "3"},
        {"template": "x", "variables": []},
        ["x"],
    ]
    result = pauta("--lines", given="\n".join([*map(json.dumps, requests), "", "{nope"]))
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert answers[:3] == [{"value": '{"x":1}'}, {"value": {"n": None, "x": 1}}, {"value": True}]
    errors = [answer["error"] for answer in answers[3:]]
    assert "Unable to find `missing`" in errors[0]
    assert errors[1:5] == [
        "'template' must be a text",
        "'dialect' must be one of 1, 2",
        "'variables' must be a map",
        "a request must be a map",
    ]
    assert errors[5].startswith("a request is not JSON")


def test_a_line_that_is_not_utf8_does_not_stop_the_others():
    result = CliRunner().invoke(app, ["render", "--lines"], input=b'{"template": "a"}\n\xff\xfe\n{"template": "b"}\n')
    first, second, third = map(json.loads, result.stdout.splitlines())
    assert (first, third) == ({"value": "a"}, {"value": "b"})
    assert second["error"].startswith("a request is not UTF-8: invalid start byte at byte 0")


def test_a_huge_line_is_answered():
    result = pauta("--lines", given=json.dumps({"template": "x" * 3_000_000}) + "\n")
    assert len(json.loads(result.stdout)["value"]) == 3_000_000


def test_values_that_are_nested_too_deep_are_an_error():
    deep = '{"template": "{{ x }}", "typed": true, "variables": {"x": ' + "[" * 700 + "]" * 700 + "}}\n"
    answers = pauta("--lines", given=deep + '{"template": "after"}\n').stdout.splitlines()
    assert "nested too deep" in json.loads(answers[0])["error"]
    assert json.loads(answers[1]) == {"value": "after"}


@pytest.mark.parametrize(
    ("command", "line"), [("functions", "fromJson(json)"), ("filters", 'indent(amount, prefix=" ")')]
)
def test_functions_and_filters_are_listed(command, line):
    result = CliRunner().invoke(app, [command])
    assert line in result.stdout.splitlines()
    assert "regexMatch" not in result.stdout
    assert ("regexMatch" in CliRunner().invoke(app, [command, "--dialect", "2"]).stdout) == (command == "filters")
