"""What one task-run transition costs, from small executions to large ones: it must not grow.

    python benchmarks/engine.py [--sizes 10,100,1000,10000] [--repeat 5] [--kinds for_each,dag]

Sequential: each task run reads the output of the one before, in its ``runIf`` (rendered by the engine) and in its
property (rendered as a worker would). Parallel: all at the same time. Loops over so many values, graphs of so many tasks.
Three transitions each: submitted, started, ended. Flows are read outside the measured time; their templates differ in every repetition, so that all of them are
compiled within it, whatever the size. The best of the repetitions counts.
"""

from __future__ import annotations

import argparse
import gc
import json
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
_ALLOWED = 1.5
"""How much more a transition may cost in an execution a hundred times as large."""
_STRICT = {"sequential": 1.3}


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


def loop(size: int, salt: int, more: str) -> str:
    values = json.dumps([f"v{number}" for number in range(size)])
    text = f"'{{{{ taskrun.value }}}}{{# {salt} #}}'"
    return (
        f"id: loop\nnamespace: bench\ntasks:\n  - id: each\n    {more}: '{values}'\n    tasks:\n"
        f"      - {{id: t, {_RETURN}, format: {text}}}\n"
    )


def for_each(size: int, salt: int) -> str:
    return loop(size, salt, "type: io.kestra.plugin.core.flow.ForEach\n    values")


def for_each_at_once(size: int, salt: int) -> str:
    return loop(size, salt, "type: io.kestra.plugin.core.flow.ForEach\n    concurrencyLimit: 0\n    values")


def for_each_by_ten(size: int, salt: int) -> str:
    return loop(size, salt, "type: io.kestra.plugin.core.flow.ForEach\n    concurrencyLimit: 10\n    values")


def each_parallel(size: int, salt: int) -> str:
    return loop(size, salt, "type: io.kestra.plugin.core.flow.EachParallel\n    concurrent: 10\n    value")


def dag(size: int, salt: int) -> str:
    text = f"'{{{{ flow.id }}}}{{# {salt} #}}'"
    lines = [
        f"      - {{task: {{id: t{number}, {_RETURN}, format: {text}}}, dependsOn: [{needs(number)}]}}"
        for number in range(size)
    ]
    kind = "type: io.kestra.plugin.core.flow.Dag\n    concurrent: 10"
    return f"id: dag\nnamespace: bench\ntasks:\n  - id: all\n    {kind}\n    tasks:\n" + "\n".join(lines) + "\n"


def needs(number: int) -> str:
    """Each task of a graph waits for two of those before it."""
    return ", ".join(f"t{other}" for other in sorted({number // 2, max(0, number - 7)} - {number}))


KINDS = (sequential, parallel, for_each, for_each_at_once, for_each_by_ten, each_parallel, dag)


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
    parser.add_argument("--kinds", default=",".join(kind.__name__ for kind in KINDS))
    wanted = parser.parse_args()
    sizes = [int(size) for size in wanted.sizes.split(",")]
    kinds = [kind for kind in KINDS if kind.__name__ in wanted.kinds.split(",")]
    grown = {kind.__name__: table(kind, sizes, wanted.repeat) for kind in kinds}
    wrong = [name for name, ratio in grown.items() if ratio > _STRICT.get(name, _ALLOWED)]
    sys.exit(f"the cost grows too much: {', '.join(wrong)}" if wrong else 0)


def table(kind: Callable[[int, int], str], sizes: list[int], repeat: int) -> float:
    """Print a table; gives the cost at the largest size over the smallest cost at a size of at least 100."""
    print(f"{kind.__name__:16} {'task runs':>10} {'µs/transition':>14}")
    costs: dict[int, float] = {}
    for size in sizes:
        costs[size] = measure(kind, size, repeat=repeat)
        print(f"{'':16} {size:>10} {costs[size]:>14.2f}")
    ratio = costs[sizes[-1]] / min(cost for size, cost in costs.items() if size >= 100 or size == sizes[0])
    print(f"{'':16} {'ratio':>10} {ratio:>14.2f}\n")
    return ratio


if __name__ == "__main__":
    main()
