"""An execution that the engine cannot decide ends FAILED, alone.

Kestra: when the executor itself throws, the last task run that has not ended and the execution are FAILED. Here all
task runs that have not ended are: nothing of the execution may go on.
"""

from __future__ import annotations

from traceback import format_exception

from pauta.engine.effects import Decision, Effect, EndGeneration, Tell, WriteLog
from pauta.engine.events import ChildEnded
from pauta.engine.execution import Change, Execution, TaskRun
from pauta.sdk.states import Level, State


def quarantine(execution: Execution, error: Exception, now: int) -> Decision:
    """End the execution and its open task runs, and say why in its log."""
    ended = [run for run in execution.task_runs.values() if not run.state.terminal]
    for run in ended:
        _fail(run, now)
    if not execution.state.terminal:
        execution.history.append(Change(State.FAILED, now))
    answered = list(execution.requests)
    execution.requests.clear()
    dropped = list(execution.timers)
    execution.timers.clear()
    return Decision(
        execution=True,
        task_runs={run.id: run for run in ended},
        answered=answered,
        dropped=dropped,
        effects=[
            WriteLog(None, Level.ERROR, f"the execution cannot go on: {type(error).__name__}: {error}"),
            WriteLog(None, Level.DEBUG, "".join(format_exception(error)).rstrip()),
            EndGeneration(execution.generation, execution.state),
            *_news(execution),
        ],
    )


def _news(execution: Execution) -> list[Effect]:
    """Who waits for the execution is told."""
    if execution.caller is None:
        return []
    caller, run_id = execution.caller
    return [Tell(caller, ChildEnded(run_id, execution.id, execution.state))]


def _fail(run: TaskRun, now: int) -> None:
    run.history.append(Change(State.FAILED, now))
    for attempt in run.attempts:
        if not attempt.state.terminal:
            attempt.history.append(Change(State.FAILED, now))
