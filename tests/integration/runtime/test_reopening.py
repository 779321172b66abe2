"""Restart, replay and change of state on the whole runtime."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from runtime_kit import Runtime

from pauta.errors import NotFound
from pauta.operations.reopening import Refused
from pauta.sdk.states import State

CORE = "io.kestra.plugin.core."
GOOD = f"type: {CORE}debug.Return, format: '{{{{ inputs.n ?? 1 }}}}'"
FLAKY = f"type: {CORE}execution.Fail, condition: '{{{{ taskrun.attemptsCount < 1 }}}}'"
BAD = f"type: {CORE}execution.Fail"


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    with Runtime(tmp_path) as runtime:
        yield runtime


def history(thing: dict[str, Any]) -> list[str]:
    return [change["state"] for change in thing["state"]["histories"]]


def labels(document: dict[str, Any]) -> dict[str, str]:
    return {label["key"]: label["value"] for label in document["labels"]}


def test_a_restart_does_again_what_failed_and_nothing_else(runtime: Runtime):
    failed = runtime.run(GOOD, FLAKY, GOOD)
    assert failed["state"]["current"] == "FAILED"
    runtime.reopening.restart(failed["id"])
    document = runtime.end_of(failed["id"])
    assert history(document) == ["CREATED", "RUNNING", "FAILED", "RESTARTED", "RUNNING", "SUCCESS"]
    assert [len(run["attempts"]) for run in document["taskRunList"]] == [1, 2, 1]
    assert labels(document)["system.restarted"] == "true"


def test_a_task_run_that_is_given_another_state_lets_the_execution_go_on(runtime: Runtime):
    failed = runtime.run(BAD, GOOD)
    runtime.reopening.change_state(failed["id"], failed["taskRunList"][0]["id"], State.SUCCESS)
    document = runtime.end_of(failed["id"])
    assert document["state"]["current"] == "SUCCESS"
    assert [history(run)[-1] for run in document["taskRunList"]] == ["SUCCESS", "SUCCESS"]


def test_a_replay_is_a_new_execution(runtime: Runtime):
    head = "inputs: [{id: n, type: INT, defaults: 1}]\n"
    first = runtime.run(GOOD, GOOD, head=head)
    again = runtime.end_of(runtime.reopening.replay(first["id"], inputs={"n": 5}))
    assert again["id"] != first["id"]
    assert [run["outputs"]["value"] for run in again["taskRunList"]] == ["5", "5"]
    assert (labels(again)["system.replay"], again["originalId"]) == ("true", first["id"])
    assert labels(runtime.queries.execution(first["id"]))["system.replayed"] == "true"


def test_a_replay_from_a_task_run_keeps_what_was_before(runtime: Runtime):
    first = runtime.run(GOOD, GOOD, GOOD)
    again = runtime.end_of(runtime.reopening.replay(first["id"], task_run_id=first["taskRunList"][1]["id"]))
    assert [len(run["attempts"]) for run in again["taskRunList"]] == [1, 2, 1]
    assert not {run["id"] for run in again["taskRunList"]} & {run["id"] for run in first["taskRunList"]}


CHILD = f"id: child\nnamespace: a.b\ntasks:\n  - {{id: inner, {FLAKY}}}\n"


@pytest.mark.parametrize(("behavior", "same"), [("RETRY_FAILED", True), ("NEW_EXECUTION", False)])
def test_a_restart_goes_on_with_the_execution_that_failed_or_starts_another_one(
    runtime: Runtime, behavior: str, *, same: bool
):
    runtime.flows.deploy(CHILD)
    failed = runtime.run(
        f"type: {CORE}flow.Subflow, namespace: a.b, flowId: child, restartBehavior: {behavior}",
        f"type: {CORE}log.Log, message: x",
    )
    first = failed["taskRunList"][0]["outputs"]["executionId"]
    runtime.reopening.restart(failed["id"])
    document = runtime.end_of(failed["id"])
    second = document["taskRunList"][0]["outputs"]["executionId"]
    assert (first == second) is same
    assert document["state"]["current"] == ("SUCCESS" if same else "FAILED")


def test_what_cannot_be_opened_again_is_refused(runtime: Runtime):
    good = runtime.run(GOOD)
    with pytest.raises(Refused, match="nothing failed"):
        runtime.reopening.restart(good["id"])
    with pytest.raises(Refused, match="final state only"):
        runtime.reopening.change_state(good["id"], good["taskRunList"][0]["id"], State.RUNNING)
    with pytest.raises(NotFound):
        runtime.reopening.change_state(good["id"], "nothing", State.FAILED)
    with pytest.raises(NotFound):
        runtime.reopening.replay(good["id"], task_run_id="nothing")
    with pytest.raises(NotFound):
        runtime.reopening.restart("nothing")


def test_an_execution_that_was_killed_or_still_runs_is_not_opened_again(runtime: Runtime):
    running = runtime.when_running()
    execution_id = runtime.begin(f"type: {CORE}flow.Sleep, duration: PT60S")
    assert running.wait(10)
    with pytest.raises(Refused, match="is not over"):
        runtime.reopening.restart(execution_id)
    runtime.executor.kill(execution_id)
    runtime.end_of(execution_id)
    with pytest.raises(Refused, match="was KILLED"):
        runtime.reopening.replay(execution_id)


EXIT = f"""type: {CORE}flow.Parallel, tasks: [
    {{id: slow, type: {CORE}flow.Sleep, duration: PT60S}}, {{id: quick, type: {CORE}execution.Exit, state: FAILED}}]"""


def test_nothing_begins_again_at_a_task_run_that_was_killed(runtime: Runtime):
    failed = runtime.run(EXIT)
    killed = next(run["id"] for run in failed["taskRunList"] if run["taskId"] == "slow")
    assert failed["state"]["current"] == "FAILED"
    with pytest.raises(Refused, match="was KILLED: the execution can only be replayed from the start"):
        runtime.reopening.replay(failed["id"], task_run_id=killed)
    with pytest.raises(Refused, match="was KILLED: no other state can follow"):
        runtime.reopening.change_state(failed["id"], killed, State.SUCCESS)
    assert runtime.end_of(runtime.reopening.replay(failed["id"]))["state"]["current"] == "FAILED"
