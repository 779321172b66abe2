"""Record what the published engine makes of our golden flows.

    record.py --engine 'COMMAND' [--only TEXT] [--again]

COMMAND starts an engine that reads requests as JSON lines (``flow``, ``start``, ``wait``, ``get``, ``kill``, ``logs``) and
answers each with one line. Every flow is asked twice; its outcome is written beside it (``<name>.json``) when both
answers agree, and reported when they do not. A line ``# kill: TASK`` at the top of a flow asks for a kill as soon as
that task runs. Where we differ on purpose, what we make of it (``ours``) and why (``differs``) are added to the outcome
by hand, and stay.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

FLOWS = Path(__file__).parent / "flows"
_KEPT = ("ERROR", "WARN", "INFO")
"""Levels of log lines that are recorded: what is below talks about the inside of an engine."""
_KILL = re.compile(r"^# kill: (\S+)$", re.MULTILINE)


class Engine:
    """The published engine, answering one request at a time."""

    def __init__(self, command: str, storage: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        surroundings = {**os.environ, "ORACLE_PORT": str(port), "ORACLE_STORAGE": storage}
        self._process = subprocess.Popen(
            shlex.split(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=surroundings,
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
    parser.add_argument("--only", default="", help="flows whose path contains this text")
    parser.add_argument("--again", action="store_true", help="also those that have an outcome")
    wanted = parser.parse_args()
    files = [file for file in sorted(FLOWS.rglob("*.yaml")) if wanted.only in str(file)]
    files = [file for file in files if wanted.again or not file.with_suffix(".json").exists()]
    with tempfile.TemporaryDirectory() as storage:
        engine = Engine(wanted.engine, storage)
        for file in files:
            sys.stdout.write(f"{file.relative_to(FLOWS)} {record(engine, file)}\n")
        engine.close()


def record(engine: Engine, file: Path) -> str:
    """Ask twice and keep what both answers say."""
    try:
        first, second = outcome(engine, file.read_text()), outcome(engine, file.read_text())
    except RuntimeError as error:
        return f"refused: {error}"
    if first != second:
        return f"is different every time:\n{json.dumps(first)}\n{json.dumps(second)}"
    target = file.with_suffix(".json")
    if target.exists():
        before = json.loads(target.read_text())
        first |= {name: before[name] for name in ("differs", "ours") if name in before}
    target.write_text(json.dumps(first, indent=1, ensure_ascii=False) + "\n")
    return first["state"]


def outcome(engine: Engine, source: str) -> dict[str, Any]:
    """Run a flow once; what happened, without what is different every time."""
    stored = engine.ask(op="flow", source=source)
    started = engine.ask(op="start", namespace=stored["namespace"], flow=stored["id"])
    if kill := _KILL.search(source):
        await_running(engine, started["id"], kill[1])
        engine.ask(op="kill", id=started["id"])
    unfinished = engine.ask(op="wait", id=started["id"], timeout=25).get("unfinished")
    logs = all_logs(engine, started["id"])
    execution = engine.ask(op="get", id=started["id"])  # killed task runs end after their execution
    return normalised({**execution, "unfinished": unfinished}, logs)


def all_logs(engine: Engine, execution_id: str) -> list[dict[str, Any]]:
    """The log lines, as soon as no new ones arrive: the engine writes them behind the execution."""
    lines: list[dict[str, Any]] = []
    for _ in range(6):
        time.sleep(0.4)
        before, lines = lines, engine.ask(op="logs", id=execution_id)
        if len(before) == len(lines) > 0:
            break
    return lines


def await_running(engine: Engine, execution_id: str, task: str) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            runs = engine.ask(op="get", id=execution_id).get("taskRunList") or []
        except RuntimeError:
            runs = []
        if any(run["taskId"] == task and run["state"]["current"] == "RUNNING" for run in runs):
            return
        time.sleep(0.05)
    sys.exit(f"{task} does not run")


def normalised(execution: dict[str, Any], logs: list[dict[str, Any]]) -> dict[str, Any]:
    """An execution without ids, dates and places; log lines sorted."""
    runs = execution.get("taskRunList") or []
    names = {run["id"]: run["taskId"] for run in runs}
    names[execution["id"]] = "EXECUTION"
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
    if execution.get("unfinished"):
        plain["unfinished"] = True
    text = json.dumps(plain, ensure_ascii=False)
    for identity, name in names.items():
        text = text.replace(identity, f"<{name}>")
    return json.loads(re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "<date>", text))


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
