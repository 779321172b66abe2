"""What the published engine makes of values for inputs and outputs, and what we make of them (see ``record_inputs.py``).

A case says where we differ: ``differs`` is a list of ``because`` with the ``values`` and ``versions`` that it is about
(without them: all), and what we make of them (``ours``: ``refused``, ``invalid`` or what is kept). ``varies`` means that
the value is a different one every time.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from record_inputs import cases, source

from pauta.errors import ExpressionError, InvalidInputs
from pauta.expression import Dialect, MapScope, render_value
from pauta.flow.inputs import output_value, resolve_inputs
from pauta.flow.load import examine
from pauta.flow.model import Flow

HERE = Path(__file__).parent
DIALECTS = {"1.3": Dialect.V1, "2.0": Dialect.V2}
_OF_ONE_VERSION = re.compile(
    r"Unrecognized field|Invalid type: (?!null)|Cannot deserialize value of type|must not be null"
)
_TOLD = re.compile(
    r"it must (?:be \w+ \w+|be \w+|match the \w+) `[^`]*`|value `[^`]*` doesn't match the values `[^`]*`|Invalid URI format"
    r"|Unable to parse array element as `\w+` on `[^`]*`|The input must be a valid email|Missing required input:[\w.]+"
    r"|Cannot convert value '[^']*' to \w+|Invalid default for input '[^']*'|`itemType` cannot be \w+"
    r"|Inputs with a default value (?:must be required|cannot also have a prefill)|Duplicate input"
    r"|Cycle dependency detected for input with id '\w+': \[[^\]]*\]|depends on a non-existent input '[^']*'"
    r"|Unable to find `\w+` used in the expression|it must match the json schema|invalid pattern \[",
    re.IGNORECASE,
)
"""What people search for: it stands in our messages too."""


class Around(MapScope):
    """What the recorded flow has around its inputs: variables, no secret, an empty key-value store."""

    def __init__(self) -> None:
        super().__init__({"vars": {"v": 1}, "labels": {}, "execution": {"id": "e1"}})

    def outside(self, function, arguments):
        if function in _OUTSIDE:
            return _OUTSIDE[function]
        raise ExpressionError(f"{function}({arguments}) gives nothing here")


_OUTSIDE = {"kv": None, "now": 0}


@dataclass
class Question:
    topic: str
    number: int
    case: dict[str, Any]
    asked: dict[str, Any]
    value: Any
    theirs: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.topic}-{self.number}"


@cache
def questions() -> list[Question]:
    found = []
    for file in sorted(HERE.glob("*.yaml")):
        recorded = json.loads(file.with_suffix(".json").read_text("utf-8"))
        for number, (case, asked, value) in enumerate(cases(file)):
            theirs = {version: outcomes[number] for version, outcomes in recorded.items()}
            found.append(Question(file.stem, number, case, asked, value, theirs))
    return found


@pytest.mark.parametrize("version", DIALECTS)
@pytest.mark.parametrize("question", questions(), ids=str)
def test_a_value_is_taken_as_kestra_takes_it(question, version):
    theirs = question.theirs[version]
    if _is_of_the_other_version(question, version):
        pytest.skip("a flow with these words is one of the other version")
    ours = _ours(question.asked, DIALECTS[version])
    difference = _difference(question, version)
    if difference is not None:
        assert _kind(ours) == _kind(difference["ours"]), ours
        assert _kind(ours) in ("refused", "invalid") or ours == difference["ours"]
        assert not _agree(question, ours, theirs), "there is no difference any more"
    else:
        assert _agree(question, ours, theirs), {"theirs": theirs, "ours": ours}


def test_what_is_recorded_fits_the_questions():
    for question in questions():
        assert set(question.theirs) == set(DIALECTS), question
    for file in HERE.glob("*.yaml"):
        recorded = json.loads(file.with_suffix(".json").read_text("utf-8"))
        assert {len(outcomes) for outcomes in recorded.values()} == {len([*cases(file)])}, file


def _is_of_the_other_version(question: Question, version: str) -> bool:
    (other,) = set(DIALECTS) - {version}
    here = question.theirs[version].get("invalid", "")
    there = question.theirs[other].get("invalid")
    return bool(_OF_ONE_VERSION.search(here)) and (there is None or not _OF_ONE_VERSION.search(there))


def _difference(question: Question, version: str) -> dict[str, Any] | None:
    for each in question.case.get("differs", []):
        values = [repr(value) for value in each.get("values", [question.value])]
        if repr(question.value) in values and version in each.get("versions", DIALECTS):
            assert each["because"]
            return each
    return None


def _ours(asked: dict[str, Any], dialect: Dialect) -> dict[str, Any]:
    examination = examine(f"# dialect: {dialect}\n{source(asked)}")
    if examination.flow is None:
        return {"invalid": "\n".join(each.message for each in examination.problems if each.severity == "error")}
    return _outputs(examination.flow) if "outputs" in asked else _inputs(examination.flow, asked["given"])


def _inputs(flow: Flow, given: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"inputs": _without_nulls(resolve_inputs(flow, given, Around()))}
    except InvalidInputs as error:
        return {"refused": str(error)}


def _outputs(flow: Flow) -> dict[str, Any]:
    values = {}
    for each in flow.outputs:
        try:
            rendered = render_value(each.value, Around(), flow.dialect)
            values[each.id] = output_value(each.type, rendered, flow.dialect)
        except ExpressionError as error:
            if each.required:
                return {"refused": str(error)}
        except ValueError as error:
            return {"refused": str(error)}
    return {"outputs": values}


def _agree(question: Question, ours: dict[str, Any], theirs: dict[str, Any]) -> bool:
    if _kind(ours) != _kind(theirs):
        return False
    (kind,) = theirs
    if kind in ("inputs", "outputs"):
        return bool(question.case.get("varies")) or _same(ours[kind], theirs[kind] or {})
    return all(told.group().lower() in ours[kind].lower() for told in _TOLD.finditer(theirs[kind]))


def _kind(outcome: dict[str, Any]) -> str:
    (kind,) = outcome
    return kind


def _same(ours: Any, theirs: Any) -> bool:
    if isinstance(theirs, dict) and theirs.get("value") == "<encrypted>":
        return isinstance(ours, str)
    if isinstance(theirs, dict) and isinstance(ours, dict):
        return ours.keys() == theirs.keys() and all(_same(ours[name], theirs[name]) for name in theirs)
    if isinstance(theirs, list) and isinstance(ours, list):
        return len(ours) == len(theirs) and all(map(_same, ours, theirs))
    return ours == theirs and isinstance(ours, bool) is isinstance(theirs, bool)


def _without_nulls(value: Any) -> Any:
    """Kestra's writer leaves out entries of maps that are null."""
    if isinstance(value, dict):
        return {name: _without_nulls(each) for name, each in value.items() if each is not None}
    return [_without_nulls(each) for each in value] if isinstance(value, list) else value
