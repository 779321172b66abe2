"""Another attempt of a task run that failed: whether, and when.

From Kestra: the task's own ``retry`` counts, else that of the nearest flow control around it that has one, else the
flow's. Only tasks that do something are tried again, flow control never is. ``maxAttempts`` counts all attempts, the
first one included; no attempt starts later than ``maxDuration`` after the start of the first one. A delay begins at the
end of the last attempt.

An exponential delay has two forms. 1.x: the interval times the whole part of the factor times the number of attempts
less one, so that the first delay is zero and the others grow by the same step. 2.x: the interval times the factor to the
power of the number of attempts less one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from pauta.engine.execution import TaskRun
from pauta.expression import Dialect
from pauta.sdk.retries import ConstantRetry, ExponentialRetry, RandomRetry, Retry
from pauta.sdk.states import State

if TYPE_CHECKING:
    from pauta.flow.model import Flow
    from pauta.sdk.tasks import Task

_MICROSECOND = timedelta(microseconds=1)


def retry_of(flow: Flow, task: Task) -> Retry | None:
    """What is to happen when a task fails."""
    around: Task | None = task
    while around is not None:
        if around.retry is not None:
            return around.retry
        around = flow.parent(around.id)
    return flow.retry


def next_attempt(retry: Retry, run: TaskRun, dialect: Dialect) -> int | None:
    """The instant of the next attempt of a task run; None when there is none."""
    attempts = [attempt for attempt in run.attempts if attempt.state is not State.RESUBMITTED]
    due = attempts[-1].history[-1].at + delay(retry, len(attempts), run.id, dialect) // _MICROSECOND
    return due if _is_allowed(retry, len(attempts), attempts[0].history[0].at, due) else None


def next_execution(retry: Retry, attempt: int, began: int, run: TaskRun, dialect: Dialect) -> int | None:
    """The instant at which the execution is made anew, after so many of its attempts; None when it is not."""
    due = run.attempts[-1].history[-1].at + delay(retry, attempt, run.id, dialect) // _MICROSECOND
    return due if _is_allowed(retry, attempt, began, due) else None


def _is_allowed(retry: Retry, done: int, began: int, due: int) -> bool:
    if retry.max_attempts is not None and done >= retry.max_attempts:
        return False
    return retry.max_duration is None or due <= began + retry.max_duration // _MICROSECOND


def delay(retry: Retry, done: int, seed: str, dialect: Dialect) -> timedelta:
    """How long to wait after so many attempts. Where chance decides, the same seed gives the same delay."""
    return _DELAYS[type(retry)](retry, done, seed, dialect)


def _constant(retry: Retry, done: int, seed: str, dialect: Dialect) -> timedelta:
    del done, seed, dialect
    return cast("ConstantRetry", retry).interval


def _exponential(retry: Retry, done: int, seed: str, dialect: Dialect) -> timedelta:
    del seed
    kind = cast("ExponentialRetry", retry)
    most = kind.max_interval / kind.interval if kind.interval else 0.0
    if dialect is Dialect.V1:
        return kind.interval * min(most, int(kind.delay_factor) * (done - 1))
    return kind.interval * min(most, _power(kind.delay_factor, done - 1, most))


def _power(factor: float, exponent: int, most: float) -> float:
    try:
        return factor**exponent
    except OverflowError:
        return most


def _random(retry: Retry, done: int, seed: str, dialect: Dialect) -> timedelta:
    del dialect
    kind = cast("RandomRetry", retry)
    digest = hashlib.blake2b(f"{seed}/{done}".encode(), digest_size=7).digest()
    share = int.from_bytes(digest) / (1 << 56)
    return kind.min_interval + (kind.max_interval - kind.min_interval) * share


_DELAYS: dict[type[Retry], Callable[[Retry, int, str, Dialect], timedelta]] = {
    ConstantRetry: _constant,
    ExponentialRetry: _exponential,
    RandomRetry: _random,
}
