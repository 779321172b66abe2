"""One attempt of a task run, from rendering its properties to its result."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from typing import NamedTuple

from pauta.errors import PautaError, TaskFailed
from pauta.runtime.context import Stop, TaskRunContext
from pauta.sdk.states import Level, State
from pauta.sdk.tasks import Result, RunnableTask

KILL = "killed"
"""Somebody asked for the end of the task run: it ends KILLED."""
TIMEOUT = "timeout"
"""It took longer than it may: it ends FAILED."""

_STOPPED = {KILL: State.KILLED, TIMEOUT: State.FAILED}


class Outcome(NamedTuple):
    """How an attempt ended."""

    state: State
    outputs: Mapping[str, object] | None = None


def rendered(task: RunnableTask, context: TaskRunContext) -> RunnableTask:
    """The task with its expressions rendered and converted.

    Raises ExpressionError, or TaskFailed when a value does not fit its property.
    """
    templated = task.templated()
    if not templated:
        return task
    values = {name: context.render(value) for name, value in templated.items()}
    return _converted(task, values)


def run(task: RunnableTask, context: TaskRunContext, stop: Stop) -> Outcome:
    """Run a rendered task to its end, whatever happens in it."""
    outcome = Outcome(State.KILLED) if stop.reason is not None else _run(task, context)
    return outcome if stop.reason is None else Outcome(_STOPPED[stop.reason], outcome.outputs)


def failed(error: Exception, context: TaskRunContext) -> Outcome:
    """The outcome of an error: its sentence is logged; what nobody foresaw leaves its traceback at DEBUG."""
    context.log(Level.ERROR, sentence(error))
    if not isinstance(error, PautaError):
        from traceback import format_exception

        context.log(Level.DEBUG, "".join(format_exception(error)).rstrip())
    return Outcome(State.FAILED, error.outputs if isinstance(error, TaskFailed) and error.outputs else None)


def sentence(error: BaseException) -> str:
    """What to tell the user about an error."""
    if isinstance(error, PautaError):
        return str(error)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return f"there is no space left for {error.filename or 'the working directory'}: free some space"
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _run(task: RunnableTask, context: TaskRunContext) -> Outcome:
    try:
        result = task.run(context) or Result()
        _check_plain(result.outputs)
        return Outcome(result.state, result.outputs or None)
    except Exception as error:  # noqa: BLE001 -- a task may raise anything; it fails alone
        return failed(error, context)


def _check_plain(outputs: Mapping[str, object]) -> None:
    import orjson

    try:
        orjson.dumps(outputs, option=orjson.OPT_NON_STR_KEYS)
    except TypeError as error:
        raise TaskFailed(f"the outputs cannot be kept, because they are no plain data: {error}") from None


def _converted(task: RunnableTask, values: Mapping[str, object]) -> RunnableTask:
    from pydantic import ValidationError

    try:
        return task.rendered(values)
    except ValidationError as error:
        from pauta.flow.sentences import sentence

        name = "".join(getattr(error, "__notes__", ()))
        raise TaskFailed(f"the property '{name}' of the task '{task.id}' does not fit: {sentence(error)}") from None
