"""What is printed about an execution when it is over, from its Kestra-shaped document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from pauta.cli.text import Paint, columns, on_one_line, printable, seconds
from pauta.operations.documents import is_file, uris
from pauta.sdk.states import State

_LONGEST_VALUE = 120
_MOST_ROWS = 200

Document = Mapping[str, Any]


def report(execution: Document, metrics: Sequence[Document], files: Mapping[str, str], paint: Paint) -> Iterator[str]:
    """Blocks of text: state, task runs, outputs, metrics, files.

    ``execution`` and ``metrics`` have the shapes of Kestra's API; ``files`` maps the URIs of the execution's files to
    local paths.
    """
    yield headline(execution, paint)
    yield from _block("Task runs", _task_runs(execution, paint), paint)
    yield from _block("Outputs", _outputs(execution), paint)
    yield from _block("Metrics", _metrics(metrics), paint)
    yield from _block(
        "Files", [[on_one_line(name), on_one_line(path)] for name, path in _files(execution, files)], paint
    )


def headline(execution: Document, paint: Paint) -> str:
    """State, flow, duration and id in one line."""
    state = State(execution["state"]["current"])
    took = seconds(_microseconds(execution["state"]))
    flow = f"{execution['namespace']}.{execution['flowId']}"
    return f"{paint.mark(state)} {paint.state(state)}  {paint.bold(flow)}  {took}  {paint.dim(execution['id'])}"


def _block(title: str, rows: Sequence[Sequence[str]], paint: Paint) -> Iterator[str]:
    if rows:
        yield "\n" + paint.bold(title)
        yield columns(rows[:_MOST_ROWS])
        if len(rows) > _MOST_ROWS:
            yield f"  … and {len(rows) - _MOST_ROWS} more"


def _task_runs(execution: Document, paint: Paint) -> list[list[str]]:
    depths: dict[str, int] = {}
    return [_task_run(run, depths, paint) for run in _runs(execution)]


def _task_run(run: Document, depths: dict[str, int], paint: Paint) -> list[str]:
    depths[run["id"]] = depth = depths.get(run.get("parentTaskRunId") or "", -1) + 1
    value = f" [{on_one_line(run['value'])}]" if run.get("value") is not None else ""
    state = State(run["state"]["current"])
    attempts = len(run.get("attempts") or ())
    return [
        f"{'  ' * depth}{run['taskId']}{value}",
        paint.state(state),
        seconds(_microseconds(run["state"])),
        f"{attempts} attempt{'' if attempts == 1 else 's'}",
    ]


def _outputs(execution: Document) -> list[list[str]]:
    if execution.get("outputs"):
        return [[on_one_line(name), _short(value)] for name, value in execution["outputs"].items()]
    return [
        [on_one_line(f"{run['taskId']}.{name}"), _short(value)]
        for run in _runs(execution)
        for name, value in _leaves(run.get("outputs") or {})
    ]


def _leaves(outputs: Document) -> Iterator[tuple[str, Any]]:
    """Outputs worth a line: the values a script handed back stand for the map around them."""
    for name, value in outputs.items():
        if name == "vars" and isinstance(value, Mapping):
            yield from ((f"vars.{key}", inner) for key, inner in cast("Document", value).items())
        elif (
            value not in (None, {}, []) and not is_file(value) and name not in ("exitCode", "taskRunner", "outputFiles")
        ):
            yield name, value


def _metrics(metrics: Sequence[Document]) -> list[list[str]]:
    return [_metric(metric) for metric in metrics]


def _metric(metric: Document) -> list[str]:
    tags = ", ".join(f"{key}={value}" for key, value in cast("Document", metric.get("tags") or {}).items())
    unit = " s" if metric["type"] == "timer" else ""
    return [
        metric.get("taskId") or "-",
        on_one_line(metric["name"]),
        metric["type"],
        f"{metric['value']:g}{unit}",
        on_one_line(tags),
    ]


def _files(execution: Document, files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for run in _runs(execution):
        for name, value in uris(run.get("outputs") or {}):
            if value in files:
                yield f"{run['taskId']}.{name}", files[value]


def _runs(execution: Document) -> Sequence[Document]:
    return execution.get("taskRunList") or []


def _short(value: object) -> str:
    import orjson

    text = printable(value if isinstance(value, str) else orjson.dumps(value, default=str).decode())
    first, _, more = text.partition("\n")
    cut = first if len(first) <= _LONGEST_VALUE else first[:_LONGEST_VALUE]
    return cut + (" …" if more or cut != first else "")


def _microseconds(state: Document) -> int:
    dates = [datetime.fromisoformat(entry["date"]) for entry in state["histories"]]
    return int((dates[-1] - dates[0]).total_seconds() * 1_000_000)
