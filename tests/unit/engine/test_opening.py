"""How executions begin: at their time, when there is a place; and what they have to keep to."""

import pytest
from engine_kit import CORE, Loop, flow, stored

from pauta.engine.decide import recover
from pauta.engine.events import ExecutionCreated, ForceRunRequested, RequestAnswered, SlotGranted
from pauta.sdk.states import State

LOG = f"  - {{id: one, type: {CORE}log.Log, message: x}}"
SLEEP = f"  - {{id: long, type: {CORE}flow.Sleep, duration: PT10S}}"


def limited(behavior: str = "QUEUE") -> str:
    return flow(LOG, f"concurrency: {{limit: 1, behavior: {behavior}}}")


def history(loop: Loop) -> list[str]:
    return [str(change.state) for change in loop.execution.history]


def test_an_execution_that_is_scheduled_begins_at_its_instant():
    loop = Loop(flow(LOG))
    loop.execution.schedule_at = 50_000_000
    loop.run()
    assert loop.state is State.SUCCESS
    assert loop.execution.history[1].at >= 50_000_000


def test_an_execution_that_has_a_place_begins_at_once():
    assert history(Loop(limited()).run()) == ["CREATED", "RUNNING", "SUCCESS"]


def test_an_execution_without_a_place_is_queued_until_it_gets_one():
    loop = Loop(limited(), place=False).run()
    assert history(loop) == ["CREATED", "QUEUED"]
    loop.happen(SlotGranted())
    assert history(loop.go_on()) == ["CREATED", "QUEUED", "RUNNING", "SUCCESS"]


@pytest.mark.parametrize(("behavior", "state"), [("CANCEL", "CANCELLED"), ("FAIL", "FAILED")])
def test_an_execution_without_a_place_ends_at_once_when_its_flow_says_so(behavior: str, state: str):
    loop = Loop(limited(behavior), place=False).run()
    assert history(loop) == ["CREATED", state]
    assert not loop.execution.task_runs
    assert len(loop.ends) == 1


def test_a_place_that_comes_twice_begins_nothing_twice():
    loop = Loop(limited(), place=False).run()
    for _ in range(2):
        loop.happen(SlotGranted())
        loop.go_on()
    assert len(loop.execution.task_runs) == 1


def test_a_queued_execution_is_killed():
    loop = Loop(limited(), place=False).run().kill()
    assert history(loop) == ["CREATED", "QUEUED", "KILLING", "KILLED"]
    loop.happen(SlotGranted())
    assert loop.state is State.KILLED


def test_a_queued_execution_is_forced_to_run():
    loop = Loop(limited(), place=False).run()
    loop.happen(ForceRunRequested())
    assert history(loop.go_on()) == ["CREATED", "QUEUED", "RUNNING", "SUCCESS"]


def test_a_forced_execution_waits_neither_for_its_time_nor_for_an_answer():
    loop = Loop(limited())
    loop.execution.schedule_at = 50_000_000
    loop.happen(ExecutionCreated())
    loop.happen(ForceRunRequested())
    assert loop.go_on().state is State.SUCCESS
    assert loop.now < 50_000_000


def test_a_crash_while_a_place_is_asked_for_asks_again():
    loop = Loop(limited(), place=False)
    loop.happen(ExecutionCreated())
    loop.crash()
    assert history(loop.go_on()) == ["CREATED", "QUEUED"]


def test_a_queued_execution_stays_queued_over_a_crash():
    loop = Loop(limited(), place=False).run()
    recover(copied := stored(loop.execution), loop.flow, loop.now)
    assert copied.state is State.QUEUED
    assert not copied.task_runs


def test_an_answer_that_comes_after_the_end_changes_nothing():
    loop = Loop(limited())
    loop.happen(ExecutionCreated())
    (request,) = loop.execution.requests
    loop.kill()
    loop.happen(RequestAnswered(request, "true"))
    assert loop.state is State.KILLED


def sla(more: str) -> str:
    return f"sla: [{{id: level, {more}}}]"


@pytest.mark.parametrize(("behavior", "state"), [("FAIL", "FAILED"), ("CANCEL", "CANCELLED")])
def test_an_execution_that_takes_too_long_ends_at_once(behavior: str, state: str):
    head = sla(f"type: MAX_DURATION, duration: PT1S, behavior: {behavior}, labels: {{late: 'yes'}}")
    loop = Loop(
        flow(SLEEP + "\n" + LOG, head + f"\nerrors:\n  - {{id: handled, type: {CORE}log.Log, message: x}}")
    ).run()
    assert history(loop) == ["CREATED", "RUNNING", state]
    assert loop.states == {"long": "KILLED"}
    assert ("late", "yes") in loop.execution.labels


def test_an_execution_that_takes_too_long_can_go_on_with_a_label():
    head = sla("type: MAX_DURATION, duration: PT1S, behavior: NONE, labels: {late: 'yes'}")
    loop = Loop(flow(SLEEP, head)).run()
    assert history(loop) == ["CREATED", "RUNNING", "SUCCESS"]
    assert ("late", "yes") in loop.execution.labels


def test_an_execution_that_is_quick_enough_is_left_alone():
    head = sla("type: MAX_DURATION, duration: PT1M, behavior: FAIL")
    loop = Loop(flow(SLEEP, head)).run()
    assert loop.state is State.SUCCESS
    assert not loop.execution.timers


def test_an_assertion_that_does_not_hold_any_more_ends_the_execution():
    head = sla("type: EXECUTION_ASSERTION, assert: \"{{ outputs.one.value == 'y' }}\", behavior: FAIL")
    tasks = f"  - {{id: one, type: {CORE}debug.Return, format: x}}\n{SLEEP}"
    loop = Loop(flow(tasks, head)).run()
    assert history(loop) == ["CREATED", "RUNNING", "FAILED"]
    assert [message for level, _, message in loop.logs if level == "WARN"] == [
        "the service level 'level' is violated: this does not hold: {{ outputs.one.value == 'y' }}"
    ]
