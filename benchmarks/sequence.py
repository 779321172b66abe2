"""What one task costs in ``pauta run``, from 100 to 10 000 sequential tasks, each reading the one before.

    python benchmarks/sequence.py [--sizes 100,1000,10000] [--rounds 3]

The whole line, durable on SQLite: rendering, transitions, rows, log lines. The time is the execution's own, from
CREATED to its end; processor time is that of the whole process, reading and checking the flow included. The best of
the rounds counts.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

PAUTA = str(Path(sys.executable).with_name("pauta"))
_RETURN = "type: io.kestra.plugin.core.debug.Return"


def flow(size: int) -> str:
    lines = [f"  - {{id: t0, {_RETURN}, format: '1'}}"]
    lines += [
        f"  - {{id: t{each}, {_RETURN}, format: '{{{{ outputs.t{each - 1}.value }}}}'}}" for each in range(1, size)
    ]
    return "id: sequence\nnamespace: benchmark\ntasks:\n" + "\n".join(lines) + "\n"


def once(size: int, folder: Path) -> tuple[float, float]:
    """Milliseconds for each task: of the execution, and of the processor."""
    path = folder / f"sequence{size}.yaml"
    path.write_text(flow(size))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([PAUTA, "run", str(path), "--json"], check=True, cwd=folder, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    state = json.loads(done.stdout)["execution"]["state"]
    begin, end = (datetime.fromisoformat(state[name]) for name in ("startDate", "endDate"))
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return (end - begin).total_seconds() * 1000 / size, processor * 1000 / size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="100,1000,10000")
    parser.add_argument("--rounds", type=int, default=3)
    wanted = parser.parse_args()
    print(f"{'sequential tasks':>16}{'ms/task':>10}{'processor ms/task':>20}")
    costs: list[float] = []
    for size in map(int, wanted.sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            measured = [once(size, Path(folder)) for _ in range(wanted.rounds)]
        costs.append(min(cost for cost, _ in measured))
        print(f"{size:>16}{costs[-1]:>10.2f}{min(processor for _, processor in measured):>20.2f}")
    print(f"{'ratio':>16}{costs[-1] / costs[0]:>10.2f}")


if __name__ == "__main__":
    main()
