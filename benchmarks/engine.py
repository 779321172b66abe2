"""What one task-run transition costs, from small executions to large ones: it must not grow.

    python benchmarks/engine.py [--sizes 10,100,1000,10000] [--repeat 5]

Sequential: each task run reads the output of the one before, in its ``runIf`` (rendered by the engine) and in its
property (rendered as a worker would). Parallel: all at the same time. Three transitions each: submitted, started,
ended. Flows are read outside the measured time; their templates differ in every repetition, so that all of them are
compiled within it, whatever the size. The best of the repetitions counts.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from pauta.engine.decide import decide
from pauta.engine.effects import SubmitTaskRun
from pauta.engine.events import Event, ExecutionCreated, TaskRunEnded, TaskRunStarted
from pauta.engine.execution import Change, Execution
from pauta.engine.scope import Variables
from pauta.expression import compile as compile_template
from pauta.flow.load import parse
from pauta.sdk.states import State

_ID = "01J5ZXk3Vq8yT2mN4pR7sW"
_RETURN = "type: io.kestra.plugin.core.debug.Return"
_PARALLEL = "type: io.kestra.plugin.core.flow.Parallel"
_ALLOWED = 1.3


def sequential(size: int, salt: int) -> str:
    lines = [f"  - {{id: t0, {_RETURN}, format: '1'}}"]
    for number in range(1, size):
        before = f"'{{{{ outputs.t{number - 1}.value }}}}{{# {salt} #}}'"
        lines.append(f"  - {{id: t{number}, {_RETURN}, format: {before}, runIf: {before}}}")
    return "id: sequential\nnamespace: bench\ntasks:\n" + "\n".join(lines) + "\n"


def parallel(size: int, salt: int) -> str:
    text = f"'{{{{ flow.id }}}}{{# {salt} #}}'"
    lines = [f"      - {{id: t{number}, {_RETURN}, format: {text}}}" for number in range(size)]
    return (
        f"id: parallel\nnamespace: bench\ntasks:\n  - id: all\n    {_PARALLEL}\n    tasks:\n" + "\n".join(lines) + "\n"
    )


def measure(kind: Callable[[int, int], str], size: int, *, repeat: int) -> float:
    """Microseconds for one transition of a task run."""
    return min(once(parse(kind(size, salt))) for salt in range(repeat)) / (3 * size) * 1e6


def once(flow: Any) -> float:
    execution = Execution(_ID, flow.namespace, flow.id, 1, [Change(State.CREATED, 1)])
    events: deque[Event] = deque([ExecutionCreated()])
    now = 1
    gc.collect()
    gc.disable()
    begin = time.perf_counter()
    while events:
        now += 1
        for effect in decide(execution, flow, events.popleft(), now).effects:
            if isinstance(effect, SubmitTaskRun):
                run = effect.task_run
                text = compile_template(flow.task(run.task_id).format, flow.dialect)
                value = text.render(Variables(execution, flow, run))
                events.append(TaskRunStarted(run.id, effect.fence))
                events.append(TaskRunEnded(run.id, effect.fence, State.SUCCESS, {"value": value}))
    spent = time.perf_counter() - begin
    gc.enable()
    if execution.state is not State.SUCCESS:
        sys.exit(f"the execution ended {execution.state}")
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10,100,1000,10000")
    parser.add_argument("--repeat", type=int, default=5)
    wanted = parser.parse_args()
    sizes = [int(size) for size in wanted.sizes.split(",")]
    grown = [table(kind, sizes, wanted.repeat) for kind in (sequential, parallel)]
    sys.exit(0 if max(grown) <= _ALLOWED else f"the cost grows by more than {_ALLOWED}")


def table(kind: Callable[[int, int], str], sizes: list[int], repeat: int) -> float:
    """Print a table; gives the cost at the largest size over the smallest cost at a size of at least 100."""
    print(f"{kind.__name__:12} {'task runs':>10} {'µs/transition':>14}")
    costs: dict[int, float] = {}
    for size in sizes:
        costs[size] = measure(kind, size, repeat=repeat)
        print(f"{'':12} {size:>10} {costs[size]:>14.2f}")
    ratio = costs[sizes[-1]] / min(cost for size, cost in costs.items() if size >= 100 or size == sizes[0])
    print(f"{'':12} {'ratio':>10} {ratio:>14.2f}\n")
    return ratio


if __name__ == "__main__":
    main()
