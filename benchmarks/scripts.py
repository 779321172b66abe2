"""What a script task costs over running the same script directly with the interpreter of its environment.

    python benchmarks/scripts.py [--rounds 40]

All cases take turns, so that a noisy machine is noisy for all of them; medians. A task run is measured from rendering
its properties to the removal of its working directory; an execution from its acceptance to its durable end.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pauta import registry, wiring
from pauta.blobs.store import Blobs
from pauta.clock import SystemClock
from pauta.runners.interpreters import own_interpreter
from pauta.runtime import attempt
from pauta.runtime.context import Stop, Surroundings, TaskRunContext
from pauta.runtime.logs import LogSink, TaskLog
from pauta.runtime.runners import ByDeclaration
from pauta.sdk.context import TaskRunInfo
from pauta.sdk.states import State
from pauta.secrets.masking import Masker

SCRIPT = "print('hello')"
DEPENDENCIES = ["requests", "kestra"]
PYTHON = "io.kestra.plugin.scripts.python.Script"
SHELL = "io.kestra.plugin.scripts.shell.Commands"
PROCESS = "io.kestra.plugin.core.runner.Process"
ALLOWED = 50.0
"""Milliseconds for a script with cached dependencies."""


class Bench:
    """Runs task runs one after the other in a folder."""

    def __init__(self, folder: Path) -> None:
        self._sink = LogSink(SystemClock())
        parts: Any = dict.fromkeys(Surroundings._fields)  # what scripts do not need is not there
        own = {"blobs": Blobs(folder / "files"), "runners": ByDeclaration(), "temporary": folder / "tmp"}
        self._surroundings = Surroundings(**{**parts, **own})
        self._count = 0

    def run(self, task: Any) -> None:
        self._count += 1
        info = TaskRunInfo("bench", "flow", "execution", task.id, f"run{self._count}")
        log, stop, rendering = TaskLog(self._sink, info, Masker()), Stop(), Plain()
        context = TaskRunContext(info, rendering=rendering, log=log, stop=stop, surroundings=self._surroundings)
        outcome = attempt.run(attempt.rendered(task, context), context, stop)
        context.close()
        self._sink.take()
        if outcome.state is not State.SUCCESS:
            sys.exit(f"a task run ended {outcome.state}")


class Plain:
    """Renders nothing: the templates have no expressions."""

    def render(self, value: object, variables: object = None) -> object:
        del variables
        return value


class Silent:
    """Watches nothing."""

    def log(self, *_: object) -> None: ...

    def task_run(self, *_: object) -> None: ...


def task(type_name: str, **properties: Any) -> Any:
    runner = {"type": PROCESS}
    return registry.find(type_name).model_validate(  # type: ignore[union-attr]
        {"id": "script", "type": type_name, "taskRunner": runner, **properties}
    )


def directly(*arguments: str) -> Callable[[], object]:
    return lambda: subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL)


def executions_of(local: wiring.Local) -> Callable[[], None]:
    flow = local.deploy(
        f"{{id: flow, namespace: bench, tasks: [{{id: script, type: {PYTHON}, taskRunner: {{type: {PROCESS}}}, "
        f'dependencies: [{", ".join(DEPENDENCIES)}], script: "{SCRIPT}"}}]}}'
    )
    local.run(local.start(flow, {}, {}), Silent())  # from here on its executor works
    return lambda: local._executor.wait(local.start(flow, {}, {}), timeout=60)  # noqa: SLF001 -- one executor for all


def kept_interpreter(cache: Path) -> str:
    return str(next((cache / "environments").glob("*/bin/python")))


def measure(cases: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Milliseconds of each."""
    times: dict[str, list[float]] = {name: [] for name in cases}
    for turn in range(rounds + 2):
        for name, run in cases.items():
            begin = time.perf_counter()
            run()
            if turn > 1:  # the first turns warm the caches
                times[name].append((time.perf_counter() - begin) * 1000)
    return {name: statistics.median(each) for name, each in times.items()}


def print_table(times: dict[str, float], beside: dict[str, str]) -> None:
    print(f"{'':44}{'median ms':>12}{'over direct':>14}{'ratio':>8}")
    for name, median in times.items():
        base = times.get(beside.get(name, ""))
        more = f"{median - base:>+14.1f}{median / base:>8.2f}" if base else ""
        print(f"{name:44}{median:>12.1f}{more}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name, wiring.open_local(Path(name) / "data", secrets={}) as local:
        folder = Path(name)
        os.environ["PAUTA_CACHE_DIR"] = name
        bench, script = Bench(folder), folder / "script.py"
        script.write_text(SCRIPT)
        begin = time.perf_counter()
        bench.run(task(PYTHON, script=SCRIPT, dependencies=DEPENDENCIES))
        first = (time.perf_counter() - begin) * 1000
        tasks = {
            "task: shell": task(SHELL, commands=["true"]),
            "task: python, no dependencies": task(PYTHON, script=SCRIPT),
            "task: python, cached dependencies": task(PYTHON, script=SCRIPT, dependencies=DEPENDENCIES),
        }
        times = measure(
            {
                "direct: sh": directly("/bin/sh", "-c", "true"),
                "direct: python of pauta": directly(sys.executable, str(script)),
                "direct: python of the environment": directly(kept_interpreter(folder), str(script)),
                **{name: lambda each=each: bench.run(each) for name, each in tasks.items()},
                "execution: python, cached dependencies": executions_of(local),
            },
            rounds,
        )
    print(f"Python {own_interpreter().version}; {', '.join(DEPENDENCIES)}; {rounds} rounds")
    print_table(
        times,
        {
            "task: shell": "direct: sh",
            "task: python, no dependencies": "direct: python of pauta",
            "task: python, cached dependencies": "direct: python of the environment",
            "execution: python, cached dependencies": "direct: python of the environment",
        },
    )
    print(f"{'first run, which builds the environment':44}{first:>12.1f}")
    if times["task: python, cached dependencies"] - times["direct: python of the environment"] > ALLOWED:
        sys.exit(f"a script with cached dependencies costs more than {ALLOWED:.0f} ms over running it directly")


if __name__ == "__main__":
    main()
