"""Our types against those of the published engine, in both versions (see ``record_types.py``).

``not_yet.txt`` names the types that we do not have. ``differs.yaml`` has what is different on purpose: for a type, or for
``*``, properties (``outputs.x`` for outputs), each with its reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from pauta import registry
from pauta.flow.core_types import core_types
from pauta.flow.inputs import DependsOn, Input, OutputDefinition
from pauta.flow.limits import Check, Concurrency, ExecutionAssertion, MaxDuration, Quota
from pauta.flow.listeners import Listener
from pauta.flow.model import Flow
from pauta.flow.plugin_defaults import PluginDefault
from pauta.flow.schema.describe import PropertyDoc, describe, describe_model
from pauta.flow.schema.models import members
from pauta.sdk.placement import WorkerGroup, WorkerSelector
from pauta.sdk.retries import ConstantRetry, ExponentialRetry, RandomRetry
from pauta.sdk.tasks import TaskCache

HERE = Path(__file__).parent
FLOWS = HERE.parent / "flows"
VERSIONS = ("1.3", "2.0")
OURS = "io.kestra.plugin."
FACTS = {version: json.loads((HERE / f"core-{version}.json").read_text("utf-8")) for version in VERSIONS}
DIFFERS = yaml.safe_load((HERE / "differs.yaml").read_text("utf-8"))
_WIDER = {"text", "number", "boolean", "integer"}
"""What a property may take besides what it takes in Kestra: other ways to write the same."""


def engine_types() -> set[str]:
    return {name for facts in FACTS.values() for name in facts["types"]}


def installed() -> dict[str, type]:
    return registry.installed()


def not_yet() -> set[str]:
    lines = (HERE / "not_yet.txt").read_text("utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def test_what_we_do_not_have_is_listed_by_name():
    missing = engine_types() - set(installed())
    assert not_yet() - missing == set(), "these are here: take them out of not_yet.txt"
    assert missing - not_yet() == set(), "these are missing: add them to not_yet.txt"


def test_the_list_for_users_has_the_types_that_a_flow_can_name():
    kinds = {"task", "trigger", "condition", "task runner"}
    named = {name for facts in FACTS.values() for name, each in facts["types"].items() if each["kind"] in kinds}
    inner = {name for name in named if "$" in name or not name.startswith(OURS)}
    assert {each.name for each in core_types().values()} == named - inner
    aliases = {old: new for facts in FACTS.values() for old, new in facts["aliases"].items()}
    assert {old: each.name for old, each in core_types().items() if old != each.name} == aliases


@pytest.mark.parametrize("name", sorted(set(installed()) & engine_types()))
def test_a_type_has_the_names_properties_and_outputs_that_it_has_in_kestra(name):
    ours = describe(installed()[name])
    reasons = {**DIFFERS.get("*", {}), **(DIFFERS.get(name) or {})}
    found = dict(_differences(name, ours))
    assert {place: each for place, each in found.items() if place not in reasons} == {}
    own = DIFFERS.get(name) or {}
    assert sorted(own) == sorted(place for place in own if place in found), "these differ no more"


MODELS = {
    Flow: "flows.Flow",
    OutputDefinition: "flows.Output",
    DependsOn: "flows.DependsOn",
    Concurrency: "flows.Concurrency",
    Quota: "flows.quota.Quota",
    Check: "flows.check.Check",
    PluginDefault: "flows.PluginDefault",
    Listener: "listeners.Listener",
    MaxDuration: "flows.sla.types.MaxDurationSLA",
    ExecutionAssertion: "flows.sla.types.ExecutionAssertionSLA",
    ConstantRetry: "tasks.retrys.Constant",
    ExponentialRetry: "tasks.retrys.Exponential",
    RandomRetry: "tasks.retrys.Random",
    TaskCache: "tasks.Cache",
    WorkerGroup: "tasks.WorkerGroup",
    WorkerSelector: "tasks.WorkerSelector",
    **{each: f"flows.input.{'URIInput' if name == 'URI' else each.__name__}" for name, each in members(Input).items()},
}
"""What flows are made of, and the engine's name for it."""


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_part_of_a_flow_has_the_properties_that_it_has_in_kestra(model):
    theirs = [facts["model"].get(f"io.kestra.core.models.{MODELS[model]}") for facts in FACTS.values()]
    ours = {each.name: each for each in describe_model(model) if each.name != "type"}
    found = dict(_compared(ours, [each for each in theirs if each is not None], ""))
    reasons = {**DIFFERS["models"].get("*", {}), **DIFFERS["models"].get(model.__name__, {})}
    assert any(theirs)
    assert {place: each for place, each in found.items() if place not in reasons} == {}


def test_what_tasks_gave_in_recorded_flows_is_declared():
    undeclared = {place for file in FLOWS.rglob("*.json") for place in _undeclared(file)}
    assert undeclared == set()


def _undeclared(file: Path) -> Iterator[tuple[str, str]]:
    types = dict(_tasks([*yaml.safe_load_all(file.with_suffix(".yaml").read_text("utf-8"))]))
    for run in json.loads(file.read_text("utf-8")).get("taskRuns") or ():
        cls = registry.find(types.get(run["task"], ""))
        if cls is not None:
            declared = {each.name for each in describe(cls).outputs}
            yield from ((cls.type_name, name) for name in run.get("outputs") or {} if name not in declared)


def _tasks(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if "id" in value and "type" in value:
            yield value["id"], value["type"]
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _tasks(each)


def test_every_difference_has_a_reason_and_a_type():
    models = DIFFERS["models"]
    assert {name for name in DIFFERS if name not in ("*", "models")} <= set(installed())
    assert {name for name in models if name != "*"} <= {model.__name__ for model in MODELS}
    for places in (*models.values(), *(each for name, each in DIFFERS.items() if name != "models")):
        assert all(isinstance(reason, str) and reason for reason in places.values())


def _differences(name: str, ours: Any) -> Iterator[tuple[str, Any]]:
    aliases = {old for facts in FACTS.values() for old, new in facts["aliases"].items() if new == name}
    if set(ours.aliases) != aliases:
        yield "aliases", {"ours": ours.aliases, "theirs": sorted(aliases)}
    if ours.kind != _of(name)[0]["kind"]:
        yield "kind", ours.kind
    yield from _compared({each.name: each for each in ours.properties}, [each["properties"] for each in _of(name)], "")
    yield from _compared(
        {each.name: each for each in ours.outputs}, [each["outputs"] for each in _of(name)], "outputs."
    )


@cache
def _of(name: str) -> list[dict[str, Any]]:
    """The type in each version that has it, with the properties that all of its kind have."""
    found = []
    for facts in FACTS.values():
        if name in facts["types"]:
            each = facts["types"][name]
            found.append({**each, "properties": {**facts["common"].get(each["kind"], {}), **each["properties"]}})
    return found


def _compared(ours: dict[str, PropertyDoc], versions: list[dict[str, Any]], prefix: str) -> Iterator[tuple[str, Any]]:
    theirs = {
        name: [each[name] for each in versions if name in each] for name in {n for each in versions for n in each}
    }
    for name in sorted(ours.keys() | theirs.keys()):
        place = prefix + name
        if name not in theirs:
            yield place, "only ours"
        elif name not in ours:
            yield place, "missing"
        else:
            wrong = list(_property(ours[name], theirs[name], is_output=bool(prefix)))
            if wrong:
                yield place, wrong


def _property(ours: PropertyDoc, theirs: list[dict[str, Any]], *, is_output: bool) -> Iterator[str]:
    types = [each["type"] for each in theirs]
    mine = f"{ours.type} or text" if ours.dynamic else ours.type
    if not any(_covers(mine, kind) for kind in types):
        yield f"type is {ours.type}, theirs {types}"
    if is_output:
        return
    if ours.required not in {bool(each.get("required")) for each in theirs}:
        yield f"required is {ours.required}"
    if not ours.dynamic and all(each.get("dynamic") for each in theirs):
        yield "it may not be an expression"
    defaults = [each.get("default") for each in theirs]
    if _plain(ours.default) not in map(_plain, defaults):
        yield f"default is {ours.default!r}, theirs {defaults}"
    choices = [set(each.get("choices", ())) for each in theirs]
    if set(ours.choices) not in (*choices, set().union(*choices)):
        yield f"choices are {sorted(ours.choices)}, theirs {sorted(set().union(*choices))}"


def _plain(default: Any) -> Any:
    """False is as good as nothing; numbers and texts of the same are the same; a map may be its JSON text."""
    if isinstance(default, str) and default.startswith('{"'):
        default = json.loads(default)
    if isinstance(default, dict):
        return {name: plain for name, each in default.items() if (plain := _plain(each)) is not None} or None
    return None if default in (False, None, "", [], "false") else str(default).lower()


def _covers(ours: str, theirs: str) -> bool:
    """Whether all that Kestra takes is taken, and nothing of another kind."""
    mine, wanted = {_coarse(each) for each in _parts(ours)}, {_coarse(each) for each in _parts(theirs)}
    if "anything" in mine or "anything" in wanted:
        return True
    return all(_taken(each, mine) for each in wanted) and {each.partition("[")[0] for each in mine - wanted} <= {
        *_WIDER,
        *(each.partition("[")[0] for each in wanted),
    }


def _taken(wanted: str, mine: set[str]) -> bool:
    outer, _, inner = wanted.partition("[")
    same = [each.partition("[")[2].removesuffix("]") for each in mine if each.partition("[")[0] == outer]
    return any(not inner or not each or _covers(each, inner.removesuffix("]")) for each in same)


def _parts(words: str) -> list[str]:
    """The alternatives, but for those in brackets."""
    parts, depth = [""], 0
    for word in words.split(" "):
        if word == "or" and depth == 0:
            parts.append("")
            continue
        depth += word.count("[") - word.count("]")
        parts[-1] = f"{parts[-1]} {word}".strip()
    return parts


def _coarse(word: str) -> str:
    """A class of the engine stands for a map; families are families."""
    outer, bracket, inner = word.partition("[")
    if bracket:
        return f"{outer}[{' or '.join(dict.fromkeys(map(_coarse, _parts(inner[:-1]))))}]"
    return _FAMILIES.get(word) or ("map" if word[:1].isupper() else word)


_FAMILIES = {
    **dict.fromkeys(("Constant", "Exponential", "Random", "retry"), "map"),
    **dict.fromkeys(("input", "condition", "trigger", "task", "task runner", "SLA"), "map"),
    "Path": "text",
}
