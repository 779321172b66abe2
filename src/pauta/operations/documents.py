"""Kestra-shaped documents, assembled from rows: what its REST API answers, as plain data.

Absent values are left out. Dates are ISO 8601 with ``Z``, durations ISO 8601.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from pauta import clock
from pauta.engine.execution import Attempt, Change, Execution, TaskRun
from pauta.storage.columns import load
from pauta.storage.flows import FlowRow
from pauta.storage.logs import LogRow
from pauta.storage.metrics import MetricRow

Document = dict[str, Any]


def execution(execution: Execution, runs: Iterable[TaskRun], now: int) -> Document:
    """An execution with its task runs."""
    return _without_absent(
        {
            **_head(execution, now),
            "parentId": execution.parent_id,
            "inputs": execution.inputs or None,
            "outputs": execution.outputs,
            "variables": execution.variables or None,
            "trigger": execution.trigger,
            "kind": execution.kind,
            "scheduleDate": _date(execution.schedule_at),
            "metadata": {
                "attemptNumber": execution.attempt_number,
                "originalCreatedDate": clock.to_iso(execution.history[0].at),
            },
            "taskRunList": [task_run(execution, run, now) for run in runs],
        }
    )


def listed_execution(execution: Execution, now: int) -> Document:
    """An execution as lists show it: without inputs, outputs and task runs."""
    return _head(execution, now)


def task_run(execution: Execution, run: TaskRun, now: int) -> Document:
    """A task run of an execution."""
    return _without_absent(
        {
            "id": run.id,
            "executionId": run.execution_id,
            "namespace": execution.namespace,
            "flowId": execution.flow_id,
            "taskId": run.task_id,
            "parentTaskRunId": run.parent_id,
            "value": run.value,
            "iteration": run.iteration,
            "attempts": [_attempt(attempt, now) for attempt in run.attempts] or None,
            "outputs": run.outputs,
            "state": state(run.history, now),
            "dynamic": run.dynamic or None,
            "forceExecution": run.force or None,
        }
    )


def state(history: Sequence[Change], now: int) -> Document:
    """A state with its history; the duration of what has not ended counts to ``now``."""
    first, last = history[0], history[-1]
    ended = last.state.terminal
    return _without_absent(
        {
            "current": str(last.state),
            "duration": duration((last.at if ended else now) - first.at),
            "startDate": clock.to_iso(first.at),
            "endDate": clock.to_iso(last.at) if ended else None,
            "histories": [{"state": str(change.state), "date": clock.to_iso(change.at)} for change in history],
        }
    )


def log_line(execution: Execution, row: LogRow) -> Document:
    """A log line; ``at`` is its instant."""
    return _without_absent(
        {
            "namespace": execution.namespace,
            "flowId": execution.flow_id,
            "taskId": row.task_id,
            "executionId": row.execution_id,
            "taskRunId": row.task_run_id or None,
            "attemptNumber": row.attempt if row.task_run_id else None,
            "timestamp": clock.to_iso(row.at),
            "at": row.at,
            "level": str(row.level),
            "message": row.message,
        }
    )


def metric(execution: Execution, row: MetricRow) -> Document:
    """A metric; a timer's value is in seconds."""
    return {
        "namespace": execution.namespace,
        "flowId": execution.flow_id,
        "taskId": row.task_id,
        "executionId": row.execution_id,
        "taskRunId": row.task_run_id,
        "type": row.kind,
        "name": row.name,
        "value": row.value,
        "timestamp": clock.to_iso(row.at),
        "tags": load(row.tags),
    }


def flow(row: FlowRow) -> Document:
    """A stored revision of a flow: what identifies it, and its source."""
    return {
        "namespace": row.namespace,
        "id": row.id,
        "revision": row.revision,
        "updated": clock.to_iso(row.created_at),
        "source": row.source,
    }


def duration(microseconds: int) -> str:
    """An ISO 8601 duration: ``PT1.234S``, ``PT2M5S``."""
    seconds, fraction = divmod(max(0, microseconds), 1_000_000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    tail = f".{fraction:06d}".rstrip("0") if fraction else ""
    parts = (
        f"{hours}H" if hours else "",
        f"{minutes}M" if minutes else "",
        f"{seconds}{tail}S" if seconds or tail else "",
    )
    return "PT" + ("".join(parts) or "0S")


def file_uris(execution: Document) -> list[str]:
    """The URIs of all files in the outputs of the execution and its task runs."""
    runs: list[Document] = execution.get("taskRunList") or []
    return [uri for each in (execution, *runs) for _, uri in uris(each.get("outputs"))]


def uris(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """All file URIs in outputs, each with the last name on its path."""
    if isinstance(value, Mapping):
        for key, inner in cast("Mapping[str, Any]", value).items():
            yield from uris(inner, key)
    elif isinstance(value, list):
        for inner in cast("list[object]", value):
            yield from uris(inner, name)
    elif is_file(value):
        yield name, str(value)


def is_file(value: object) -> bool:
    """Whether an output is the URI of a file."""
    return isinstance(value, str) and value.startswith("kestra:///")


def _head(execution: Execution, now: int) -> Document:
    return {
        "id": execution.id,
        "namespace": execution.namespace,
        "flowId": execution.flow_id,
        "flowRevision": execution.flow_revision,
        "originalId": execution.original_id or execution.id,
        "deleted": False,
        "labels": [{"key": key, "value": value} for key, value in execution.labels],
        "state": state(execution.history, now),
    }


def _attempt(attempt: Attempt, now: int) -> Document:
    return _without_absent(
        {"state": state(attempt.history, now), "workerId": attempt.worker_id, "logFile": attempt.log_file}
    )


def _date(instant: int | None) -> str | None:
    return None if instant is None else clock.to_iso(instant)


def _without_absent(document: Document) -> Document:
    return {name: value for name, value in document.items() if value is not None}
