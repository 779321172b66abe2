"""Our flows, run by the engine in memory, against what the published engine made of them."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from engine_kit import ID, Loop

from pauta import ids
from pauta.engine import again
from pauta.engine.events import (
    ExecutionCreated,
    KillRequested,
    PauseRequested,
    RestartRequested,
    ResumeRequested,
    StateChangeRequested,
)
from pauta.engine.execution import Execution, TaskRun
from pauta.sdk.flow_control import FlowControl
from pauta.sdk.states import State

FLOWS = Path(__file__).parents[2] / "acceptance" / "flows"
FILES = sorted(FLOWS.rglob("*.json"))
_STEP = re.compile(r"^# (\w+)(?:: (.+))?$", re.MULTILINE)


def test_there_are_golden_flows_and_all_are_recorded():
    assert len(FILES) >= 40
    assert {file.with_suffix("") for file in FILES} == {file.with_suffix("") for file in FLOWS.rglob("*.yaml")}


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_the_outcome_is_that_of_the_published_engine(file: Path):
    recorded = json.loads(file.read_text())
    expected = recorded.get("ours", recorded)
    loop = played(file.with_suffix(".yaml").read_text())
    ours = outcome(loop)
    expected["taskRuns"] = by_place(expected["taskRuns"])
    assert {**ours, "logs": None} == {**{name: expected.get(name) for name in ours}, "logs": None}
    assert engine_lines(loop, ours["logs"]) == engine_lines(loop, expected["logs"])


def test_a_deviation_has_a_reason():
    for file in FILES:
        recorded = json.loads(file.read_text())
        assert bool(recorded.get("differs")) == ("ours" in recorded), file


def played(source: str) -> Loop:
    """Run a flow, with the defaults of its inputs, and do the steps that stand at its top."""
    loop = Loop(source)
    loop.inputs = {each.id: each.defaults for each in loop.flow.inputs}
    loop.execution.inputs = loop.inputs
    loop.happen(ExecutionCreated())
    for step, argument in _STEP.findall(source):
        _STEPS[step](loop, argument)
    return loop.go_on()


def _await(loop: Loop, argument: str) -> None:
    task, state = argument.split()
    loop.go_on(lambda: task in loop.runs and loop.runs[task].state == state)


def _until(loop: Loop, argument: str) -> None:
    loop.go_on(lambda: loop.state == argument)


def _kill(loop: Loop, argument: str) -> None:
    if argument:
        _await(loop, f"{argument} RUNNING")
    loop.happen(KillRequested())


def _pause(loop: Loop, argument: str) -> None:
    del argument
    loop.happen(PauseRequested())


def _resume(loop: Loop, argument: str) -> None:
    loop.happen(ResumeRequested(inputs=json.loads(argument or "{}")))


def _restart(loop: Loop, argument: str) -> None:
    del argument
    loop.go_on()
    loop.happen(RestartRequested())


def _replay(loop: Loop, argument: str) -> None:
    loop.go_on()
    run = loop.runs[argument].id if argument else None
    loop.execution = again.replayed(loop.execution, loop.flow, ids.derived(ID, 1 << 50), loop.now, run)
    loop.effects.clear()
    loop.happen(ExecutionCreated())


def _change(loop: Loop, argument: str) -> None:
    task, state = argument.split()
    loop.go_on()
    loop.happen(StateChangeRequested(loop.runs[task].id, State(state)))


_STEPS: dict[str, Callable[[Loop, str], None]] = {
    "await": _await,
    "until": _until,
    "kill": _kill,
    "pause": _pause,
    "resume": _resume,
    "restart": _restart,
    "replay": _replay,
    "state": _change,
}


def outcome(loop: Loop) -> dict[str, Any]:
    """The execution in the form of a recorded outcome."""
    execution = loop.execution
    runs = [task_run(loop, run) for run in execution.task_runs.values()]
    plain = {
        "attempt": execution.attempt_number if execution.attempt_number > 1 else None,
        "labels": labels(execution) or None,
        "children": sorted((child(each) for each in loop.children), key=json.dumps) or None,
        "state": str(execution.state),
        "history": [str(change.state) for change in execution.history],
        "outputs": execution.outputs,
        "taskRuns": by_place(runs),
        "logs": sorted([level, task or "", message] for level, task, message in loop.logs),
    }
    return named(plain, loop)


def named(plain: dict[str, Any], loop: Loop) -> dict[str, Any]:
    """Ids as the recording names them."""
    execution = loop.execution
    names = {run.id: run.task_id for run in execution.task_runs.values()}
    names |= {execution.id: "EXECUTION", **{each.execution.id: "CHILD" for each in loop.children}}
    text = json.dumps(plain)
    for identity, name in names.items():
        text = text.replace(identity, f"<{name}>")
    return json.loads(text)


def labels(execution: Execution) -> dict[str, str]:
    return {key: value for key, value in execution.labels if key != "system.correlationId"}


def child(loop: Loop) -> dict[str, Any]:
    execution = loop.execution
    known = {
        "flow": execution.flow_id,
        "history": [str(change.state) for change in execution.history],
        "inputs": execution.inputs,
        "labels": labels(execution),
        "trigger": (execution.trigger or {})["variables"],
        "kind": execution.kind,
    }
    return {name: value for name, value in known.items() if value}


def task_run(loop: Loop, run: TaskRun) -> dict[str, Any]:
    parent = loop.execution.task_runs[run.parent_id].task_id if run.parent_id else None
    known = {
        "task": run.task_id,
        "parent": parent,
        "value": run.value,
        "iteration": run.iteration,
        "history": [str(change.state) for change in run.history],
        "attempts": [[str(change.state) for change in attempt.history] for attempt in run.attempts],
        "outputs": without_dates(run.outputs) or None,
        "force": run.force or None,
    }
    return {name: value for name, value in known.items() if value is not None}


def without_dates(outputs: Any) -> Any:
    """As the recording leaves them out."""
    return json.loads(re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z?", "<date>", json.dumps(outputs)))


def by_place(runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Task runs in an order that does not depend on which parallel task was faster."""
    return sorted(
        runs,
        key=lambda run: (run["task"], run.get("parent", ""), run.get("value", ""), json.dumps(run, sort_keys=True)),
    )


def engine_lines(loop: Loop, lines: list[list[str]]) -> set[tuple[str, str, str]]:
    """The errors of expressions that the engine itself evaluates: of which task, and the words of the error."""
    found: set[tuple[str, str, str]] = set()
    for level, task, message in lines:
        if (
            level == "ERROR"
            and is_the_engines(loop, task)
            and (error := re.search(r"Unable to find `.*? at line \d+", message))
        ):
            found.add((level, task, error[0]))
    return found


def is_the_engines(loop: Loop, task: str) -> bool:
    if not task or isinstance(loop.flow.task(task), FlowControl):
        return True
    return task in loop.runs and State.RUNNING not in [change.state for change in loop.runs[task].history]
