"""How long commands take from start to end, as multiples of ``python -c "import pydantic"``.

Whole processes, in turn, so that a noisy machine is noisy for all of them; medians of several rounds.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 15
FLOW = """\
id: two_logs
namespace: benchmark
tasks:
  - id: one
    type: io.kestra.plugin.core.log.Log
    message: one
  - id: two
    type: io.kestra.plugin.core.log.Log
    message: two
"""
PAUTA = str(Path(sys.executable).with_name("pauta"))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        flow = Path(folder) / "flow.yaml"
        flow.write_text(FLOW)
        times = measure(commands(flow), Path(folder))
    print_table(times)


def commands(flow: Path) -> dict[str, list[str]]:
    return {
        "python -c 'import pydantic'": [sys.executable, "-c", "import pydantic; pydantic.BaseModel"],
        "pauta --help": [PAUTA, "--help"],
        "pauta flow validate": [PAUTA, "flow", "validate", str(flow)],
        "pauta run (two Log tasks)": [PAUTA, "run", str(flow)],
    }


def measure(of: dict[str, list[str]], folder: Path) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in of}
    for turn in range(ROUNDS + 1):
        for name, command in of.items():
            begin = time.perf_counter()
            subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)
            if turn > 0:  # the first turn warms the caches
                times[name].append(time.perf_counter() - begin)
    return times


def print_table(times: dict[str, list[float]]) -> None:
    base = statistics.median(next(iter(times.values())))
    print(f"{'command':32}{'median':>10}{'ratio':>8}")
    for name, measured in times.items():
        median = statistics.median(measured)
        print(f"{name:32}{median * 1000:7.0f} ms{median / base:8.2f}")


if __name__ == "__main__":
    main()
