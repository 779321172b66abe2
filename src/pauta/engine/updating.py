"""Tasks that change their own execution run here, in the engine.

Kestra: one that fails never runs, and has one attempt that is FAILED from its beginning.
"""

from __future__ import annotations

from typing import cast

from pauta.engine import progress
from pauta.engine.execution import TaskRun
from pauta.engine.work import Work
from pauta.sdk.executables import Update, UpdatingTask
from pauta.sdk.states import State

TEMPLATE = "template"


def start(work: Work, run: TaskRun) -> None:
    """Render what the task needs, then change the execution."""
    task = cast("UpdatingTask", work.task(run))
    known = work.live.answers.get(run.id, {}).get(TEMPLATE)
    if known is None:
        progress.ask(work, run, TEMPLATE, task.template())
        return
    try:
        update = task.update(known.value, work.execution.variables, work.execution.labels)
    except ValueError as error:
        progress.refuse(work, run, str(error))
        return
    work.begin_attempt(run)
    work.enter(run, State.RUNNING)
    _change(work, update)
    if update.end is None:
        work.end_attempt(run, State.SUCCESS)
        progress.end(work, run, State.SUCCESS)
    else:
        _leave(work, run, update.end)


def _change(work: Work, update: Update) -> None:
    execution = work.execution
    if update.variables is not None:
        execution.variables = update.variables
        work.decision.execution = True
    if update.labels is not None:
        execution.labels = update.labels
        work.decision.labels = True


def _leave(work: Work, run: TaskRun, state: State) -> None:
    """The task run, all around it and the execution end; what still runs beside them is stopped."""
    for each in (run, *work.parents(run)):
        _end_alone(work, each, state)
    progress.stop_all(work, State.KILLED, state)


def _end_alone(work: Work, run: TaskRun, state: State) -> None:
    for child in [each for each in work.live.children.get(run.id, {}).values() if not each.state.terminal]:
        progress.give_up(work, child, State.KILLED)
    work.end_attempt(run, state)
    work.enter(run, state)
