"""When the next attempt is, for every kind of retry."""

from datetime import timedelta
from typing import Any

import pytest
from engine_kit import CORE, Loop, flow

from pauta.engine.events import ExecutionCreated
from pauta.engine.execution import Attempt, Change, TaskRun
from pauta.engine.retries import delay, next_attempt
from pauta.expression import Dialect
from pauta.sdk.retries import ConstantRetry, ExponentialRetry, RandomRetry
from pauta.sdk.states import State

SECOND = 1_000_000


def exponential(**more: Any) -> ExponentialRetry:
    given = {"type": "exponential", "interval": "PT10S", "maxInterval": "PT60S", **more}
    return ExponentialRetry.model_validate(given)


def seconds(retry: Any, dialect: Dialect, attempts: int = 6) -> list[float]:
    return [delay(retry, done, "seed", dialect).total_seconds() for done in range(1, attempts + 1)]


def run(*lengths: int) -> TaskRun:
    """A task run whose attempts took so many seconds, one right after the other."""
    attempts, at = [], 0
    for length in lengths:
        begin, at = at, at + length * SECOND
        attempts.append(Attempt([Change(State.CREATED, begin), Change(State.RUNNING, begin), Change(State.FAILED, at)]))
    return TaskRun("t", "e", 0, "task", [Change(State.CREATED, 0)], attempts=attempts)


def constant(**more: Any) -> ConstantRetry:
    return ConstantRetry.model_validate({"type": "constant", "interval": "PT10S", **more})


def test_an_exponential_delay_of_the_first_dialect_is_zero_and_then_grows_by_a_step():
    assert seconds(exponential(), Dialect.V1) == [0, 20, 40, 60, 60, 60]
    assert seconds(exponential(delayFactor=1.9), Dialect.V1) == [0, 10, 20, 30, 40, 50]


def test_an_exponential_delay_of_the_second_dialect_is_a_power():
    assert seconds(exponential(), Dialect.V2) == [10, 20, 40, 60, 60, 60]
    assert seconds(exponential(delayFactor=1.5), Dialect.V2, 3) == [10, 15, 22.5]


def test_a_power_beyond_all_numbers_is_the_longest_delay():
    assert delay(exponential(delayFactor=9.0), 5000, "seed", Dialect.V2) == timedelta(minutes=1)


def test_a_random_delay_lies_between_its_bounds_and_is_the_same_every_time():
    retry = RandomRetry.model_validate({"type": "random", "minInterval": "PT1S", "maxInterval": "PT3S"})
    delays = [delay(retry, done, f"seed {seed}", Dialect.V1).total_seconds() for done in (1, 2) for seed in range(50)]
    assert all(1 <= each <= 3 for each in delays)
    assert len(set(delays)) == 100
    assert delay(retry, 1, "a", Dialect.V1) == delay(retry, 1, "a", Dialect.V1)


def test_the_next_attempt_is_so_long_after_the_end_of_the_last_one():
    assert next_attempt(constant(), run(3, 4), Dialect.V1) == 17 * SECOND


@pytest.mark.parametrize(("most", "expected"), [(3, 17 * SECOND), (2, None), (1, None)])
def test_there_are_as_many_attempts_as_are_allowed_in_all(most: int, expected: int | None):
    assert next_attempt(constant(maxAttempts=most), run(3, 4), Dialect.V1) == expected


@pytest.mark.parametrize(("longest", "expected"), [("PT17S", 17 * SECOND), ("PT16S", None)])
def test_no_attempt_starts_later_than_is_allowed_after_the_first_one(longest: str, expected: int | None):
    assert next_attempt(constant(maxDuration=longest), run(3, 4), Dialect.V1) == expected


def test_an_attempt_that_was_lost_does_not_count():
    lost = run(3, 4)
    lost.attempts[0].history[-1] = Change(State.RESUBMITTED, 3 * SECOND)
    assert next_attempt(constant(maxAttempts=2), lost, Dialect.V1) == 17 * SECOND


def test_a_retry_that_waits_survives_a_crash():
    retry = "retry: {type: constant, interval: PT10S, maxAttempts: 2}"
    loop = Loop(flow(f"  - {{id: bad, type: {CORE}execution.Fail, {retry}}}"))
    loop.happen(ExecutionCreated())
    loop.go_on(lambda: loop.state is State.RETRYING)
    loop.crash().go_on()
    assert [str(change.state) for change in loop.runs["bad"].history[-4:]] == [
        "CREATED",
        "SUBMITTED",
        "RUNNING",
        "FAILED",
    ]
    assert loop.state is State.FAILED
