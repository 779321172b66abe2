"""Tasks that start executions of other flows.

What the task says is rendered here. Then the outside is asked for the flow that is called, with its inputs checked: the
answer is what the new execution begins with. It is created in the commit of that answer, and its end comes back as an
event, from the commit in which it ends.

Kestra: a task whose call is refused never runs, and has one attempt that is FAILED from its beginning.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

import orjson

from pauta import clock, ids
from pauta.engine import progress
from pauta.engine.effects import StartExecution, Tell
from pauta.engine.events import ChildEnded, RestartRequested
from pauta.engine.execution import CALL, Caller, Change, Execution, TaskRun
from pauta.engine.work import Work
from pauta.sdk.executables import Call, ExecutableTask, Labels
from pauta.sdk.states import Level, State

TEMPLATE, CHILD = "template", "child"
CORRELATION = "system.correlationId"
_NOT_WELL = frozenset({State.FAILED, State.KILLED, State.CANCELLED, State.WARNING})


def start(work: Work, run: TaskRun) -> None:
    """Render the call, ask for the flow, start its execution: one after the other."""
    if run.state is State.RESTARTED and _restarts(work, run):
        _restart(work, run)
        return
    answers = work.live.answers.get(run.id, {})
    if TEMPLATE not in answers:
        progress.ask(work, run, TEMPLATE, _task(work, run).template())
        return
    try:
        call = _task(work, run).call(answers[TEMPLATE].value)
        due = None if call.scheduled is None else _instant(call.scheduled)
    except ValueError as error:
        progress.refuse(work, run, str(error))
        return
    if CHILD in answers:
        _begin(work, run, call, cast("Mapping[str, Any]", answers[CHILD].value), due)
    else:
        wanted = {"id": _child_id(run), "namespace": call.namespace, "flowId": call.flow_id, "revision": call.revision}
        text = orjson.dumps({**wanted, "inputs": call.inputs}, option=orjson.OPT_NON_STR_KEYS).decode()
        work.ask(run, CHILD, CALL, text)


def _restarts(work: Work, run: TaskRun) -> bool:
    outputs = run.outputs or {}
    return _task(work, run).restarts_in_place and outputs.get("state") == State.FAILED and _task(work, run).waits


def _restart(work: Work, run: TaskRun) -> None:
    """Kestra: a restart goes on with the execution that failed."""
    child = str((run.outputs or {})["executionId"])
    work.do(Tell(child, RestartRequested()))
    work.log(run, Level.INFO, f"restarted the execution {child}")
    work.begin_attempt(run)
    work.enter(run, State.RUNNING)
    work.give(run, {"executionId": child, "state": str(State.RESTARTED)})


def ended(work: Work, event: ChildEnded) -> None:
    """The execution that a task run started has ended."""
    run = work.execution.task_runs.get(event.task_run_id)
    if run is None or run.state is not State.RUNNING or (run.outputs or {}).get("executionId") != event.execution_id:
        return
    outputs = {} if event.outputs is None else {"outputs": event.outputs}
    work.give(run, {"executionId": event.execution_id, "state": str(event.state), **outputs})
    work.changed(run)
    if event.state in _NOT_WELL:
        level = Level.WARN if event.state is State.WARNING else Level.ERROR
        work.log(run, level, f"the execution {event.execution_id} ended {event.state}")
    progress.called(work, run, event.state, transmits=_task(work, run).transmits)


def _begin(work: Work, run: TaskRun, call: Call, found: Mapping[str, Any], due: int | None) -> None:
    task = _task(work, run)
    child = _execution(work, run, call, found)
    child.schedule_at = due
    run.fence += 1
    for warning in found.get("warnings", ()):
        work.log(run, Level.WARN, warning)
    work.do(StartExecution(child))
    work.log(run, Level.INFO, f"started the execution {child.id} of {child.namespace}.{child.flow_id}")
    work.begin_attempt(run)
    work.enter(run, State.RUNNING)
    work.give(run, {"executionId": child.id, "state": str(State.CREATED)})
    if not task.waits:
        work.end_attempt(run, State.SUCCESS)
        progress.end(work, run, State.SUCCESS)


def _execution(work: Work, run: TaskRun, call: Call, found: Mapping[str, Any]) -> Execution:
    execution, task = work.execution, _task(work, run)
    return Execution(
        id=_child_id(run),
        namespace=found["namespace"],
        flow_id=found["flowId"],
        flow_revision=found["revision"],
        history=[Change(State.CREATED, work.now)],
        inputs=found["inputs"],
        labels=_labels(execution, call, found["labels"]),
        variables=found["variables"],
        trigger={"id": task.id, "type": task.type, "variables": _trigger(execution, run)},
        kind=execution.kind,
        shard=execution.shard,
        caller=Caller(execution.id, run.id) if task.waits else None,
    )


def _child_id(run: TaskRun) -> str:
    return ids.derived(run.id, run.fence + 1)


def _labels(execution: Execution, call: Call, own: list[list[str]]) -> Labels:
    """Those of the flow that is called, those that are passed on, those of the call; the first execution of all."""
    flows = {str(key): str(value) for key, value in own}
    present = dict(execution.labels)
    passed = {key: value for key, value in present.items() if key not in flows and not key.startswith("system.")}
    correlation = {CORRELATION: present.get(CORRELATION, execution.id)}
    return tuple({**flows, **(passed if call.inherits else {}), **dict(call.labels), **correlation}.items())


def _trigger(execution: Execution, run: TaskRun) -> dict[str, object]:
    known: dict[str, object] = {
        "executionId": execution.id,
        "namespace": execution.namespace,
        "flowId": execution.flow_id,
        "flowRevision": execution.flow_revision,
        "taskRunId": run.id,
        "taskId": run.task_id,
        "taskRunOutputs": run.outputs,
        "taskRunValue": run.value,
        "taskRunIteration": run.iteration,
    }
    return {name: value for name, value in known.items() if value is not None}


def _task(work: Work, run: TaskRun) -> ExecutableTask:
    return cast("ExecutableTask", work.task(run))


def _instant(date: str) -> int:
    try:
        moment = datetime.fromisoformat(date)
    except ValueError:
        raise ValueError(f"'scheduleDate' must be an ISO 8601 date with a time zone, not '{date}'") from None
    if moment.tzinfo is None:
        raise ValueError(f"'scheduleDate' must have a time zone: '{date}' has none")
    return clock.from_datetime(moment)
