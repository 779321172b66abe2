"""The JSON Schema of flows says what reading flows says."""

from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from pauta import registry
from pauta.flow.core_types import Kind
from pauta.flow.document import read_document
from pauta.flow.load import examine
from pauta.flow.schema import flow_schema
from pauta.flow.schema.describe import describe
from pauta.flow.schema.docstrings import property_docs, summary
from pauta.flow.schema.models import all_models

ROOT = Path(__file__).parents[3]
FLOWS = sorted([*(ROOT / "tests/acceptance/flows").rglob("*.yaml"), *(ROOT / "examples").rglob("*.y*ml")])
LOG = "io.kestra.plugin.core.log.Log"


@cache
def validator():
    schema = flow_schema()
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)


def problems(source):
    return list(validator().iter_errors(read_document(source).data))


def test_every_valid_flow_of_ours_fits():
    valid = [file for file in FLOWS if examine(file.read_text("utf-8")).valid]
    misfits = {str(file): errors[0].message for file in valid if (errors := problems(file.read_text("utf-8")))}
    assert len(valid) > 100
    assert misfits == {}


def flow(**more):
    lines = [f"id: one\nnamespace: two\ntasks: [{{id: t, type: {LOG}, message: hi}}]"]
    return "\n".join([*lines, *(f"{name}: {value}" for name, value in more.items())])


BROKEN = {
    "no tasks": "id: one\nnamespace: two",
    "an empty list of tasks": "id: one\nnamespace: two\ntasks: []",
    "a key that does not exist": flow(taks="[]"),
    "a bad id": flow().replace("id: one", "id: 'o n e'"),
    "an unknown type of task": flow().replace(".Log,", ".Lgo,"),
    "a task without a type": flow().replace(f"type: {LOG}, ", ""),
    "a task without a property that it needs": flow().replace(", message: hi", ""),
    "an unknown property of a task": flow().replace("message: hi", "message: hi, mesage: ho"),
    "a text where true or false is expected": flow().replace("message: hi", "message: hi, disabled: perhaps"),
    "a nested task that is broken": flow(
        errors="[{id: s, type: io.kestra.plugin.core.flow.Sequential, tasks: [{id: x, type: " + LOG + "}]}]"
    ),
    "an input without a type": flow(inputs="[{id: a}]"),
    "an unknown type of input": flow(inputs="[{id: a, type: TEXT}]"),
    "a property of another type of input": flow(inputs="[{id: a, type: STRING, min: 1}]"),
    "a broken input in a form": flow(inputs="[{id: f, type: FORM, inputs: [{id: a, type: ARRAY}]}]"),
    "an output without a value": flow(outputs="[{id: a, type: STRING}]"),
    "labels that are a text": flow(labels="a"),
    "a limit of nothing": flow(concurrency="{limit: 0}"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_flow_does_not_fit_and_cannot_be_read(name):
    assert problems(BROKEN[name])
    assert not examine(BROKEN[name]).valid


def test_a_literal_that_will_fail_when_it_runs_does_not_fit():
    loud = flow().replace("message: hi", "message: hi, level: LOUD")
    assert problems(loud)
    assert [each.severity for each in examine(loud).problems] == ["warning"]


GOOD = {
    "an old name of a type": flow().replace(LOG, "io.kestra.core.tasks.log.Log"),
    "an expression in place of a level": flow().replace("message: hi", "message: hi, level: '{{ vars.level }}'"),
    "an expression in place of a number": flow(
        errors="[{id: p, type: io.kestra.plugin.core.flow.Parallel, concurrent: '{{ 2 }}', tasks: [{id: x, type: "
        + LOG
        + ", message: a}]}]"
    ),
    "labels as a list": flow(labels="[{key: a, value: 1}]"),
    "a trigger that is not supported yet": flow(
        triggers="[{id: x, type: io.kestra.plugin.core.trigger.Schedule, cron: '* * * * *'}]"
    ),
    "the old spelling of a retry": flow(retry="{type: constant, interval: PT1S, maxAttempt: 3}"),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_can_be_read_fits(name):
    assert examine(GOOD[name]).valid, examine(GOOD[name]).problems
    assert problems(GOOD[name]) == []


def test_the_schema_explains_properties_and_lists_types():
    schema = flow_schema()
    log = schema["definitions"][LOG]
    assert log["properties"]["type"]["enum"] == [LOG, "io.kestra.core.tasks.log.Log"]
    assert log["properties"]["disabled"]["description"].startswith("Left out")
    assert log["properties"]["level"]["$dynamic"] is True


def test_an_editor_offers_types_of_today_and_accepts_old_names():
    offered, accepted = flow_schema()["definitions"]["sdk.tasks.Task"]["properties"]["type"]["anyOf"]
    assert dict(zip(offered["enum"], offered["markdownEnumDescriptions"], strict=True))[LOG].startswith("Writes a log")
    assert "io.kestra.core.tasks.log.Log" in accepted["enum"]
    assert accepted["doNotSuggest"] is True
    assert not {*offered["enum"]} & {*accepted["enum"]}


OURS = [each for each in all_models() if each.__module__.startswith("pauta.")]  # other tests have types of their own


@pytest.mark.parametrize("model", OURS, ids=lambda model: f"{model.__module__}.{model.__qualname__}")
def test_every_model_of_a_flow_and_each_of_its_properties_is_documented(model):
    docs = property_docs(model)
    missing = [name for name in model.model_fields if name != "type" and name not in docs]
    assert missing == [], f"{model.__module__}: these need a docstring below them"
    assert summary(model)


@pytest.mark.parametrize("name", sorted(registry.installed()))
def test_every_output_is_documented_and_every_example_is_valid(name):
    described = describe(registry.installed()[name])
    assert [each.name for each in described.outputs if not each.description] == []
    if described.example is not None and described.kind is Kind.TASK:
        task = f"tasks:\n  - {described.example.replace(chr(10), chr(10) + '    ')}\n"
        found = examine(f"id: one\nnamespace: two\nvariables: {{rows: 1}}\n{task}")
        assert found.problems == ()
        assert problems(f"id: one\nnamespace: two\n{task}") == []


def test_common_tasks_have_an_example():
    names = ("debug.Return", "log.Log", "http.Request", "http.Download", "flow.If", "kv.Set")
    described = [describe(registry.installed()[f"io.kestra.plugin.core.{name}"]) for name in names]
    assert all(each.example and each.type in each.example for each in described)
