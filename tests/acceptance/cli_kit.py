"""The real command, in a process of its own, in a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parents[2] / "examples"
COMMAND = [sys.executable, "-m", "pauta"]


def clean_environment(**more: str) -> dict[str, str]:
    """The environment of a user, without settings of pauta and of Python."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PAUTA_", "SECRET_", "PYTHON"))}
    return {**kept, "NO_COLOR": "1", **more}


def pauta(*arguments: object, cwd: Path, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=cwd,
        env=clean_environment(**(env or {})),
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


def run_flow(flow: Path, *arguments: object, cwd: Path, code: int = 0, env: Mapping[str, str] | None = None) -> Run:
    """Run a flow with ``--json``."""
    done = pauta("run", flow, "--json", *arguments, cwd=cwd, env=env)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return Run(json.loads(done.stdout))


def run_source(source: str, *arguments: object, cwd: Path, code: int = 0, env: Mapping[str, str] | None = None) -> Run:
    """Run a flow that is given as text."""
    flow = cwd / "flow.yaml"
    flow.write_text(source)
    return run_flow(flow, *arguments, cwd=cwd, code=code, env=env)


class Run:
    """What ``pauta run --json`` printed."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.execution: dict[str, Any] = document["execution"]
        self.state: str = self.execution["state"]["current"]
        self.outputs: dict[str, Any] = self.execution.get("outputs") or {}
        self.task_runs: dict[str, dict[str, Any]] = {run["taskId"]: run for run in self.execution["taskRunList"]}
        self.states = {task: run["state"]["current"] for task, run in self.task_runs.items()}

    def output(self, task: str) -> dict[str, Any]:
        return self.task_runs[task]["outputs"]

    def lines(self, task: str | None = None, level: str | None = None) -> list[str]:
        return [
            line["message"]
            for line in self.document["logs"]
            if task in (None, line.get("taskId")) and level in (None, line["level"])
        ]

    def file(self, uri: str) -> Path:
        return Path(self.document["files"][uri])


@contextmanager
def serving(answers: Mapping[str, object]) -> Generator[str]:
    """A real HTTP server on loopback that answers JSON by path; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(answers.get(self.path)).encode()
            self.send_response(200 if self.path in answers else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- a method of the base class
            """Be quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
