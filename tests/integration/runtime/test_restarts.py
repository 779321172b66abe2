"""Retries, pauses, loops and calls of other flows on the whole runtime."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from runtime_kit import Runtime

from pauta.engine.events import PauseRequested, ResumeRequested
from pauta.errors import InvalidInputs
from pauta.operations.reopening import Refused
from pauta.runtime.listeners import ExecutionChanged, Notice
from pauta.sdk.states import State

CORE = "io.kestra.plugin.core."
FLAKY = (
    f"type: {CORE}execution.Fail, condition: '{{{{ taskrun.attemptsCount < 2 }}}}', "
    "retry: {type: constant, interval: PT0.05S, maxAttempts: 3}"
)
PAUSE = f"type: {CORE}flow.Pause"
CHILD = f"""
id: child
namespace: a.b
inputs: [{{id: n, type: INT}}]
labels: {{own: mine}}
tasks:
  - {{id: inner, type: {CORE}debug.Return, format: "{{{{ inputs.n }}}}"}}
  - {{id: bad, type: {CORE}execution.Fail, condition: "{{{{ inputs.n == 13 }}}}"}}
outputs: [{{id: n, type: STRING, value: "{{{{ outputs.inner.value }}}}"}}]
"""


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    with Runtime(tmp_path) as runtime:
        yield runtime


def run_of(document: dict[str, Any], task: str) -> dict[str, Any]:
    return next(run for run in document["taskRunList"] if run["taskId"] == task)


def history(thing: dict[str, Any]) -> list[str]:
    return [change["state"] for change in thing["state"]["histories"]]


def call(n: str, more: str = "") -> str:
    return f"type: {CORE}flow.Subflow, namespace: a.b, flowId: child, inputs: {{n: '{n}'}}{more}"


def when(runtime: Runtime, state: State) -> Any:
    """An event that is set when an execution enters a state."""
    import threading

    entered = threading.Event()

    def listen(notice: Notice) -> None:
        if isinstance(notice, ExecutionChanged) and notice.state is state:
            entered.set()

    runtime.listeners.subscribe(listen)
    return entered


def test_a_task_is_tried_again_until_it_succeeds(runtime: Runtime):
    document = runtime.run(FLAKY)
    assert document["state"]["current"] == "SUCCESS"
    assert len(document["taskRunList"][0]["attempts"]) == 3


def test_a_pause_goes_on_when_its_time_is_over(runtime: Runtime):
    document = runtime.run(f"{PAUSE}, pauseDuration: PT0.05S")
    assert history(document) == ["CREATED", "RUNNING", "PAUSED", "RESTARTED", "RUNNING", "SUCCESS"]


def test_a_pause_goes_on_when_it_is_resumed(runtime: Runtime):
    paused = when(runtime, State.PAUSED)
    execution_id = runtime.begin(f"{PAUSE}, onResume: [{{id: why, type: STRING}}, {{id: n, type: INT, defaults: 5}}]")
    assert paused.wait(10)
    with pytest.raises(InvalidInputs, match="why"):
        runtime.reopening.resume(execution_id, {"n": "3"})
    runtime.reopening.resume(execution_id, {"why": "because", "n": "3"}, by="me")
    outputs = runtime.end_of(execution_id)["taskRunList"][0]["outputs"]
    assert outputs["onResume"] == {"why": "because", "n": 3}
    assert outputs["resumed"]["by"] == "me"


def test_what_is_not_paused_is_not_resumed(runtime: Runtime):
    document = runtime.run(f"type: {CORE}log.Log, message: x")
    with pytest.raises(Refused, match="is not paused"):
        runtime.reopening.resume(document["id"])


def test_a_paused_execution_begins_nothing_until_it_is_resumed(runtime: Runtime):
    running, paused = when(runtime, State.RUNNING), when(runtime, State.PAUSED)
    execution_id = runtime.begin(f"type: {CORE}flow.Sleep, duration: PT0.3S", f"type: {CORE}log.Log, message: x")
    assert running.wait(10)
    runtime.executions.pause(execution_id)
    assert paused.wait(10)
    assert not runtime.executor.wait(execution_id, 0.6)
    assert len(runtime.queries.execution(execution_id)["taskRunList"]) == 1
    runtime.reopening.resume(execution_id)
    assert history(runtime.end_of(execution_id)) == ["CREATED", "RUNNING", "PAUSED", "RUNNING", "SUCCESS"]


def test_a_retry_survives_its_process(tmp_path: Path):
    retry = "{type: constant, interval: PT1S, maxAttempts: 2}"
    slow = f"type: {CORE}execution.Fail, condition: '{{{{ taskrun.attemptsCount < 1 }}}}', retry: {retry}"
    with Runtime(tmp_path) as first:
        retrying = when(first, State.RETRYING)
        execution_id = first.begin(slow)
        assert retrying.wait(10)
    with Runtime(tmp_path) as second:
        document = second.end_of(execution_id)
    assert document["state"]["current"] == "SUCCESS"
    assert len(document["taskRunList"][0]["attempts"]) == 2


def test_another_flow_is_called_and_its_outputs_come_back(runtime: Runtime):
    runtime.flows.deploy(CHILD)
    document = runtime.run(call("7"), f"type: {CORE}debug.Return, format: '{{{{ outputs.t0.outputs.n }}}}'")
    assert run_of(document, "t1")["outputs"] == {"value": "7"}
    child = runtime.queries.execution(run_of(document, "t0")["outputs"]["executionId"])
    assert {"key": "own", "value": "mine"} in child["labels"]
    assert child["trigger"]["variables"]["executionId"] == document["id"]


@pytest.mark.parametrize(("n", "more", "state"), [("13", "", "FAILED"), ("13", ", transmitFailed: false", "SUCCESS")])
def test_a_failure_of_a_called_flow_is_transmitted(runtime: Runtime, n: str, more: str, state: str):
    runtime.flows.deploy(CHILD)
    assert runtime.run(call(n, more))["state"]["current"] == state


@pytest.mark.parametrize("task", [call("seven"), call("7").replace("child", "none")])
def test_a_call_that_is_refused_fails_its_task(runtime: Runtime, task: str):
    runtime.flows.deploy(CHILD)
    document = runtime.run(task)
    assert history(document["taskRunList"][0]) == ["CREATED", "FAILED"]


def test_a_kill_reaches_the_executions_that_were_called(runtime: Runtime):
    runtime.flows.deploy(
        f"id: child\nnamespace: a.b\ntasks:\n  - {{id: long, type: {CORE}flow.Sleep, duration: PT60S}}"
    )
    sleeping = runtime.when_running()
    execution_id = runtime.begin(f"type: {CORE}flow.Subflow, namespace: a.b, flowId: child")
    assert sleeping.wait(10)
    runtime.executor.kill(execution_id)
    document = runtime.end_of(execution_id)
    assert document["state"]["current"] == "KILLED"
    child = runtime.queries.execution(document["taskRunList"][0]["outputs"]["executionId"])
    assert child["state"]["current"] == "KILLED"


def test_no_more_executions_run_at_a_time_than_the_flow_allows(runtime: Runtime):
    head = "concurrency: {limit: 2, behavior: QUEUE}\n"
    ids = [runtime.begin(f"type: {CORE}flow.Sleep, duration: PT0.1S", head=head) for _ in range(5)]
    documents = [runtime.end_of(each) for each in ids]
    assert {document["state"]["current"] for document in documents} == {"SUCCESS"}
    lines = sorted(line for document in documents for line in running(document))
    assert max(sum(step for _, step in lines[:place]) for place in range(1, len(lines) + 1)) <= 2


def running(document: dict[str, Any]) -> list[tuple[str, int]]:
    """When it began to run and when it ended, as steps up and down; at the same instant the end counts first."""
    dates = {change["state"]: change["date"] for change in document["state"]["histories"]}
    return [(dates["RUNNING"], 1), (dates["SUCCESS"], -1)]


def test_an_execution_that_is_killed_gives_its_place_to_the_next_one(runtime: Runtime):
    head = "concurrency: {limit: 1}\n"
    running, queued = runtime.when_running(), when(runtime, State.QUEUED)
    first = runtime.begin(f"type: {CORE}flow.Sleep, duration: PT60S", head=head)
    assert running.wait(10)
    second = runtime.begin(f"type: {CORE}log.Log, message: x", head=head)
    assert queued.wait(10)
    runtime.executor.kill(first)
    assert runtime.end_of(first)["state"]["current"] == "KILLED"
    assert history(runtime.end_of(second)) == ["CREATED", "QUEUED", "RUNNING", "SUCCESS"]


def test_a_disabled_flow_is_not_started(runtime: Runtime):
    with pytest.raises(InvalidInputs, match="is disabled"):
        runtime.begin(f"type: {CORE}log.Log, message: x", head="disabled: true\n")


CHECK = "inputs: [{id: n, type: INT, defaults: 1}]\nchecks: [{condition: '{{ inputs.n > 3 }}', message: too small"


@pytest.mark.parametrize(
    ("behavior", "n", "state"),
    [
        ("BLOCK_EXECUTION", 5, "SUCCESS"),
        ("FAIL_EXECUTION", 1, "FAILED"),
        ("CREATE_EXECUTION", 1, "SUCCESS"),
    ],
)
def test_a_check_that_does_not_hold_decides_about_the_execution(runtime: Runtime, behavior: str, n: int, state: str):
    head = f"{CHECK}, behavior: {behavior}}}]\n"
    document = runtime.run(f"type: {CORE}log.Log, message: x", head=head, n=n)
    assert document["state"]["current"] == state


@pytest.mark.parametrize("check", [CHECK, CHECK.replace("inputs.n > 3", "nothing.here")])
def test_a_check_that_does_not_hold_or_cannot_be_rendered_refuses_the_execution(runtime: Runtime, check: str):
    with pytest.raises(InvalidInputs, match="too small"):
        runtime.begin(f"type: {CORE}log.Log, message: x", head=f"{check}}}]\n")


DIRECTORY = f"""type: {CORE}flow.WorkingDirectory
    inputFiles: {{in.txt: "{{{{ flow.id }}}}"}}
    outputFiles: ["out/*.txt"]
    tasks:
      - {{id: one, type: io.kestra.plugin.scripts.shell.Commands, taskRunner: {{type: {CORE}runner.Process}}, commands: [
          "mkdir out", "cat in.txt > out/a.txt"]}}
      - {{id: two, type: io.kestra.plugin.scripts.shell.Commands, taskRunner: {{type: {CORE}runner.Process}}, commands: [
          "grep -c . out/a.txt"]}}"""


def test_tasks_share_a_working_directory_that_is_removed_after_them(runtime: Runtime, tmp_path: Path):
    flow = runtime.flows.deploy(f"id: f\nnamespace: a.b\ntasks:\n  - id: dir\n    {DIRECTORY}\n")
    document = runtime.end_of(runtime.executions.start(flow, {}))
    assert document["state"]["current"] == "SUCCESS", [*runtime.messages(document["id"])]
    stored = run_of(document, "dir")["outputs"]["outputFiles"]["out/a.txt"]
    assert runtime.blobs.open(stored.removeprefix("kestra:///")).read() == b"f"
    runtime.executor.stop()
    assert not [*(tmp_path / "temporary").glob("*")]


def test_a_file_that_is_not_there_fails_the_directory(runtime: Runtime):
    tasks = f"[{{id: one, type: {CORE}log.Log, message: x}}]"
    document = runtime.run(f"type: {CORE}flow.WorkingDirectory, tasks: {tasks}, outputFiles: ['../x']")
    assert run_of(document, "t0")["state"]["current"] == "FAILED"


def test_the_events_of_pausing_can_be_stored():
    from pauta.engine.events import decode, encode

    for event in (PauseRequested(), ResumeRequested("t", {"a": 1}, "me")):
        assert decode(*encode(event)) == event
