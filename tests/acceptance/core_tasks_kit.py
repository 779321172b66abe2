"""Flows of core tasks: what happened in one, without what is different every time; and the recorder.

    core_tasks_kit.py --engine 'COMMAND' [--only TEXT] [--again]

COMMAND starts an engine as for ``record.py``. What the published engine makes of a flow is written beside it
(``<name>.json``). ``files`` of an outcome are the contents of the files that its outputs name. Where we differ on
purpose, what we make of it (``ours``) and why (``differs``) are added by hand, and stay. ``http://server`` in a flow
stands for a server of our own.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from echo_server import serving
from record import Engine

FLOWS = Path(__file__).parent / "core_tasks"
SERVER = "http://server"
_URI = re.compile(r"kestra:///[^\s\"\\,\]}]+")
_RANDOM = re.compile(r"/[0-9A-Za-z_-]{12,}(\.\w+)?$")
_SERVER = re.compile(r"http://127\.0\.0\.1:\d+")
_THREAD = re.compile(r'thread:\\"[^"\\]*\\"')
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def outcome(execution: dict[str, Any], logs: list[dict[str, Any]], read: Callable[[str], str]) -> dict[str, Any]:
    """The form of an outcome that is recorded. ``read`` gives the content of a file of the internal storage."""
    runs = execution.get("taskRunList") or []
    names = {run["id"]: run["taskId"] for run in runs} | {execution["id"]: "EXECUTION"}
    told = {run["taskId"] for run in runs if run["taskId"].startswith("log")}
    uris = dict.fromkeys(uri for run in runs for uri in _URI.findall(json.dumps(run.get("outputs"))))
    plain = {
        "state": execution["state"]["current"],
        "outputs": execution.get("outputs"),
        "taskRuns": [_task_run(run, names) for run in runs],
        "logs": sorted([line["level"], line["taskId"], line["message"]] for line in logs if line.get("taskId") in told),
        "files": {uri: read(uri) for uri in uris if "/_files/" not in uri},
    }
    return json.loads(_without_names(json.dumps(plain, ensure_ascii=False), names))


def _without_names(text: str, names: dict[str, str]) -> str:
    for identity, name in names.items():
        text = text.replace(identity, f"<{name}>")
    text = _URI.sub(lambda found: _RANDOM.sub(r"/<random>\1", found[0]), text)
    text = _THREAD.sub("thread:null", _SERVER.sub(SERVER, text))
    now = time.strftime("%Y-%m-%dT", time.gmtime())
    return _DATE.sub(lambda found: "<now>" if found[0].startswith(now) else found[0], text)


def _task_run(run: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    known = {
        "task": run["taskId"],
        "parent": names.get(run.get("parentTaskRunId") or ""),
        "value": run.get("value"),
        "state": run["state"]["current"],
        "outputs": run.get("outputs") or None,
    }
    return {name: value for name, value in known.items() if value is not None}


def record(engine: Engine, file: Path, server: str) -> str:
    source = file.read_text().replace(SERVER, server)
    stored = engine.ask(op="flow", source=source)
    started = engine.ask(op="start", namespace=stored["namespace"], flow=stored["id"])
    unfinished = engine.ask(op="wait", id=started["id"], timeout=120).get("unfinished")
    time.sleep(1)
    execution = engine.ask(op="get", id=started["id"])

    def read(uri: str) -> str:
        try:
            return engine.ask(op="read", uri=uri)["content"]
        except (RuntimeError, KeyError, TypeError):
            return "(gone)"

    found = outcome(execution, engine.ask(op="logs", id=started["id"]), read)
    target = file.with_suffix(".json")
    if target.exists():
        before = json.loads(target.read_text())
        found |= {name: before[name] for name in ("differs", "ours") if name in before}
    target.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    return f"{found['state']}{' (unfinished)' if unfinished else ''}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", required=True)
    parser.add_argument("--only", default="", help="flows whose path contains this text")
    parser.add_argument("--again", action="store_true", help="also those that have an outcome")
    wanted = parser.parse_args()
    files = [file for file in sorted(FLOWS.rglob("*.yaml")) if wanted.only in str(file)]
    files = [file for file in files if wanted.again or not file.with_suffix(".json").exists()]
    with tempfile.TemporaryDirectory() as storage, serving() as server:
        engine = Engine(wanted.engine, storage)
        for file in files:
            try:
                said = record(engine, file, server)
            except RuntimeError as error:
                said = f"refused: {error}"
            sys.stdout.write(f"{file.relative_to(FLOWS)} {said}\n")
            sys.stdout.flush()
        engine.close()


if __name__ == "__main__":
    main()
