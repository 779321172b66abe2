"""Record what the published engine makes of our golden flows.

    record.py --engine 'COMMAND' [--flows FOLDER] [--only TEXT] [--again]

COMMAND starts an engine that reads requests as JSON lines (``flow``, ``start``, ``wait``, ``get``, ``kill``, ``logs`` …) and
answers each with one line; ``{port}`` and ``{storage}`` in it become a free port and an empty folder. Every flow is asked
twice; its outcome is written beside it (``<name>.json``) when both answers agree, and reported when they do not. Where we
differ on purpose, what we make of it (``ours``) and why (``differs``) are added to the outcome by hand, and stay. A file
with several documents has the flows that its last one needs before it.

Comments at the top of a flow are steps, done in their order after the start:

    # await: TASK STATE     wait until the task has a run in that state
    # until: STATE          wait until the execution is in that state
    # kill: TASK            the same as "await: TASK RUNNING" and "kill"
    # kill                  and: pause, force, restart
    # resume: {INPUTS}      inputs as JSON, or none
    # replay: TASK          from the run of that task, or without one from the start; the outcome is the new execution's
    # state: TASK STATE     change the state of the task's run
"""

from __future__ import annotations

import argparse
import json
import re
import shlex
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

FLOWS = Path(__file__).parent / "flows"
_KEPT = ("ERROR", "WARN", "INFO")
"""Levels of log lines that are recorded: what is below talks about the inside of an engine."""
_STEP = re.compile(r"^# (\w+)(?:: (.+))?$", re.MULTILINE)
_PATIENCE = 25
"""Seconds."""


class Engine:
    """The published engine, answering one request at a time."""

    def __init__(self, command: str, storage: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self._process = subprocess.Popen(
            shlex.split(command.replace("{port}", str(port)).replace("{storage}", storage)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._answer()

    def ask(self, **request: object) -> Any:
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = self._answer()
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["ok"]

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(30)

    def _answer(self) -> Any:
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the engine ended")
        return json.loads(line)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", required=True)
    parser.add_argument("--flows", type=Path, default=FLOWS, help="the folder of the flows")
    parser.add_argument("--only", default="", help="flows whose path matches this regular expression")
    parser.add_argument("--again", action="store_true", help="also those that have an outcome")
    wanted = parser.parse_args()
    files = [file for file in sorted(wanted.flows.rglob("*.yaml")) if re.search(wanted.only, str(file))]
    files = [file for file in files if wanted.again or not file.with_suffix(".json").exists()]
    with tempfile.TemporaryDirectory() as storage:
        engine = Engine(wanted.engine, storage)
        for file in files:
            sys.stdout.write(f"{file.relative_to(wanted.flows)} {record(engine, file)}\n")
            sys.stdout.flush()
        engine.close()


def record(engine: Engine, file: Path) -> str:
    """Ask twice and keep what both answers say."""
    try:
        first, second = outcome(engine, file.read_text()), outcome(engine, file.read_text())
    except RuntimeError as error:
        return f"refused: {error}"
    if unordered(first) != unordered(second):
        return f"is different every time:\n{json.dumps(first)}\n{json.dumps(second)}"
    target = file.with_suffix(".json")
    if target.exists():
        before = json.loads(target.read_text())
        first |= {name: before[name] for name in ("differs", "ours") if name in before}
    target.write_text(json.dumps(first, indent=1, ensure_ascii=False) + "\n")
    return first["state"]


def unordered(outcome: dict[str, Any]) -> dict[str, Any]:
    """The same, whichever of parallel tasks was faster."""
    return {**outcome, "taskRuns": sorted(outcome["taskRuns"], key=json.dumps)}


def outcome(engine: Engine, source: str) -> dict[str, Any]:
    """Run a flow once; what happened, without what is different every time."""
    for document in source.split("\n---\n"):
        stored = engine.ask(op="flow", source=document)
    execution_id = engine.ask(op="start", namespace=stored["namespace"], flow=stored["id"])["id"]
    for step, argument in _STEP.findall(source):
        execution_id = _STEPS[step](engine, execution_id, argument) or execution_id
    unfinished = engine.ask(op="wait", id=execution_id, timeout=_PATIENCE).get("unfinished")
    logs = all_logs(engine, execution_id)
    execution = engine.ask(op="get", id=execution_id)  # killed task runs end after their execution
    children = engine.ask(op="children", id=execution_id)
    return normalised({**execution, "unfinished": unfinished}, logs, children)


def _await(engine: Engine, execution_id: str, argument: str) -> None:
    task, state = argument.split()
    await_task(engine, execution_id, task, state)


def _until(engine: Engine, execution_id: str, argument: str) -> None:
    await_condition(lambda: engine.ask(op="get", id=execution_id)["state"]["current"] == argument, argument)


def _kill(engine: Engine, execution_id: str, argument: str) -> None:
    if argument:
        await_task(engine, execution_id, argument, "RUNNING")
    engine.ask(op="kill", id=execution_id)


def _resume(engine: Engine, execution_id: str, argument: str) -> None:
    engine.ask(op="resume", id=execution_id, inputs=json.loads(argument or "{}"))


def _pause(engine: Engine, execution_id: str, argument: str) -> None:
    del argument
    engine.ask(op="pause", id=execution_id)


def _force(engine: Engine, execution_id: str, argument: str) -> None:
    del argument
    engine.ask(op="force", id=execution_id)


def _restart(engine: Engine, execution_id: str, argument: str) -> str:
    del argument
    ended(engine, execution_id)
    return engine.ask(op="restart", id=execution_id)["id"]


def _replay(engine: Engine, execution_id: str, argument: str) -> str:
    ended(engine, execution_id)
    run = task_run_id(engine, execution_id, argument) if argument else None
    return engine.ask(op="replay", id=execution_id, taskRun=run)["id"]


def _change(engine: Engine, execution_id: str, argument: str) -> str:
    task, state = argument.split()
    ended(engine, execution_id)
    return engine.ask(op="state", id=execution_id, taskRun=task_run_id(engine, execution_id, task), state=state)["id"]


_STEPS: dict[str, Callable[[Engine, str, str], str | None]] = {
    "await": _await,
    "until": _until,
    "kill": _kill,
    "resume": _resume,
    "pause": _pause,
    "force": _force,
    "restart": _restart,
    "replay": _replay,
    "state": _change,
}


def ended(engine: Engine, execution_id: str) -> None:
    engine.ask(op="wait", id=execution_id, timeout=_PATIENCE)
    time.sleep(0.5)


def task_run_id(engine: Engine, execution_id: str, task: str) -> str:
    runs = engine.ask(op="get", id=execution_id)["taskRunList"]
    return [run["id"] for run in runs if run["taskId"] == task][-1]


def all_logs(engine: Engine, execution_id: str) -> list[dict[str, Any]]:
    """The log lines, as soon as no new ones arrive: the engine writes them behind the execution."""
    lines: list[dict[str, Any]] = []
    for _ in range(6):
        time.sleep(0.4)
        before, lines = lines, engine.ask(op="logs", id=execution_id)
        if len(before) == len(lines) > 0:
            break
    return lines


def await_task(engine: Engine, execution_id: str, task: str, state: str) -> None:
    def holds() -> bool:
        runs = engine.ask(op="get", id=execution_id).get("taskRunList") or []
        return any(run["taskId"] == task and run["state"]["current"] == state for run in runs)

    await_condition(holds, f"{task} {state}")


def await_condition(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        with suppress(RuntimeError):
            if holds():
                return
        time.sleep(0.05)
    raise RuntimeError(f"it never came to {what}")


def normalised(execution: dict[str, Any], logs: list[dict[str, Any]], children: list[dict[str, Any]]) -> dict[str, Any]:
    """An execution without ids, dates and places; log lines sorted."""
    runs = execution.get("taskRunList") or []
    names = {run["id"]: run["taskId"] for run in runs}
    names[execution["id"]] = "EXECUTION"
    names |= {child["id"]: "CHILD" for child in children}
    plain = {
        "state": execution["state"]["current"],
        "history": _history(execution),
        "outputs": execution.get("outputs"),
        "taskRuns": [_task_run(run, names) for run in runs],
        "logs": sorted(
            [line["level"], line.get("taskId") or "", line.get("message") or ""]
            for line in logs
            if line["level"] in _KEPT
        ),
    }
    known = {
        "unfinished": execution.get("unfinished"),
        "labels": _labels(execution),
        "attempt": (execution.get("metadata") or {}).get("attemptNumber", 1),
        "children": sorted((_child(child) for child in children), key=json.dumps),
    }
    plain |= {name: value for name, value in known.items() if value and value != 1}
    text = json.dumps(plain, ensure_ascii=False)
    for identity, name in names.items():
        text = text.replace(identity, f"<{name}>")
    return json.loads(re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z?", "<date>", text))


def _labels(execution: dict[str, Any]) -> dict[str, str]:
    labels = {label["key"]: label["value"] for label in execution.get("labels") or []}
    return {key: value for key, value in labels.items() if key != "system.correlationId"}


def _child(child: dict[str, Any]) -> dict[str, Any]:
    known = {
        "flow": child["flowId"],
        "history": _history(child),
        "inputs": child.get("inputs"),
        "labels": _labels(child),
        "trigger": child["trigger"]["variables"],
        "kind": child.get("kind"),
    }
    return {name: value for name, value in known.items() if value}


def _task_run(run: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    known = {
        "task": run["taskId"],
        "parent": names.get(run.get("parentTaskRunId") or ""),
        "value": run.get("value"),
        "iteration": run.get("iteration"),
        "history": _history(run),
        "attempts": [_history(attempt) for attempt in run.get("attempts") or []],
        "outputs": run.get("outputs") or None,
        "force": run.get("forceExecution") or None,
    }
    return {name: value for name, value in known.items() if value is not None}


def _history(thing: dict[str, Any]) -> list[str]:
    return [change["state"] for change in thing["state"]["histories"]]


if __name__ == "__main__":
    main()
