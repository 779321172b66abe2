import json

import pytest
from jsonschema import Draft7Validator
from typer.testing import CliRunner

from pauta.cli.flow import app as flow_app
from pauta.cli.plugins import app
from pauta.errors import PautaError

LOG = "io.kestra.plugin.core.log.Log"


def pauta(*arguments):
    result = CliRunner().invoke(app, arguments)
    if isinstance(result.exception, PautaError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def test_every_type_is_a_line():
    lines = [line.split(maxsplit=1) for line in pauta("list").splitlines()]
    names = [name for name, _ in lines]
    assert names == sorted(names)
    assert dict(lines)[LOG].startswith("task ")
    assert "task runner" in dict(lines)["io.kestra.plugin.core.runner.Process"]


def test_types_as_json_have_their_old_names():
    types = {each["type"]: each for each in json.loads(pauta("list", "--json"))}
    assert types[LOG]["aliases"] == ["io.kestra.core.tasks.log.Log"]
    ours = [
        each for name, each in types.items() if name.startswith("io.kestra.")
    ]  # other tests have types of their own
    assert all(each["description"] and each["kind"] for each in ours)


def test_types_that_are_missing_are_not_those_that_are_there():
    missing = {each["type"] for each in json.loads(pauta("list", "--missing", "--json"))}
    installed = {each["type"] for each in json.loads(pauta("list", "--json"))}
    assert not missing & installed
    for name in sorted(missing)[:1]:
        with pytest.raises(PautaError, match="is one of Kestra's that is not supported"):
            pauta("doc", name)


def test_a_type_is_shown_with_its_properties_in_the_order_of_need():
    lines = pauta("doc", LOG).splitlines()
    assert lines[0].split() == [LOG, "task"]
    assert "Also: io.kestra.core.tasks.log.Log" in lines
    names = [line.split()[0] for line in lines[lines.index("Properties") + 1 :] if line.startswith("  ")]
    assert names[:2] == ["id", "message"]
    assert names.index("level") < names.index("disabled")
    level = next(line for line in lines if line.startswith("  level"))
    assert "TRACE | DEBUG | INFO | WARN | ERROR" in level
    assert "= INFO, {{ }}" in level


@pytest.mark.parametrize("name", ["io.kestra.core.tasks.log.Log", "log.Log", "Log"])
def test_a_type_is_found_by_an_old_name_and_by_its_last_part(name):
    assert pauta("doc", name) == pauta("doc", LOG)


def test_a_type_as_json_has_outputs_and_the_maps_inside():
    request = json.loads(pauta("doc", "io.kestra.plugin.core.http.Request", "--json"))
    outputs = {each["name"]: each["type"] for each in request["outputs"]}
    assert outputs["headers"] == "map[list[text]]"
    uri = next(each for each in request["properties"] if each["name"] == "uri")
    assert (uri["required"], uri["dynamic"], uri["type"]) == (True, True, "text")
    assert {"followRedirects", "timeout"} <= {each["name"] for each in request["parts"]["Options"]}
    assert "connectTimeout" in {each["name"] for each in request["parts"]["Timeout"]}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("io.kestra.plugin.core.log.Logg", f"; did you mean '{LOG}'?"),
        ("Sequentiel", "; did you mean 'Sequential'?"),
        ("Script", " alone: there are io.kestra.plugin.scripts."),
        ("qwertz", "; 'pauta plugins list' shows those that there are"),
    ],
)
def test_an_unknown_type_says_what_was_meant(name, told):
    with pytest.raises(PautaError, match="there is no type") as caught:
        pauta("doc", name)
    assert told in str(caught.value)


def test_the_schema_of_flows_is_printed():
    result = CliRunner().invoke(flow_app, ["schema"])
    schema = json.loads(result.stdout)
    Draft7Validator.check_schema(schema)
    assert LOG in schema["definitions"]
