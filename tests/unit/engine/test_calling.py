"""Executions that call others, and what comes late."""

import pytest
from engine_kit import CORE, Loop, flow

from pauta.engine.decide import decide
from pauta.engine.effects import StartExecution, Tell
from pauta.engine.events import (
    ChildEnded,
    ForceRunRequested,
    PauseRequested,
    RestartRequested,
    ResumeRequested,
    StateChangeRequested,
    TimerRang,
    decode,
    encode,
)
from pauta.engine.execution import Timer
from pauta.sdk.states import State

CHILD = f"id: child\nnamespace: test\ntasks:\n  - {{id: inner, type: {CORE}execution.Fail, condition: '{{{{ taskrun.attemptsCount < 1 }}}}'}}"


def calling(more: str = "") -> str:
    return f"{CHILD}\n---\n" + flow(f"  - {{id: call, type: $flow.Subflow, namespace: test, flowId: child{more}}}")


def history(loop: Loop) -> list[str]:
    return [str(change.state) for change in loop.execution.history]


def started(loop: Loop) -> list[StartExecution]:
    return [effect for effect in loop.effects if isinstance(effect, StartExecution)]


def test_a_restart_goes_on_with_the_execution_that_failed():
    loop = Loop(calling()).run()
    assert loop.state is State.FAILED
    loop.happen(RestartRequested())
    assert loop.go_on().state is State.SUCCESS
    assert len(started(loop)) == 1
    assert history(loop.children[0]) == ["CREATED", "RUNNING", "FAILED", "RESTARTED", "RUNNING", "SUCCESS"]


def test_a_restart_starts_another_execution_where_the_flow_says_so():
    loop = Loop(calling(", restartBehavior: NEW_EXECUTION")).run()
    loop.happen(RestartRequested())
    assert loop.go_on().state is State.FAILED
    assert len(started(loop)) == 2


def test_who_waits_is_told_again_when_nothing_can_be_restarted():
    loop = Loop(calling()).run()
    child = loop.children[0]
    child.execution.history.append(child.execution.history[-1]._replace(state=State.KILLED))
    decision = decide(child.execution, child.flow, RestartRequested(), loop.now)
    assert [effect.event.state for effect in decision.effects if isinstance(effect, Tell)] == [State.KILLED]


def test_the_end_of_another_execution_than_that_which_is_waited_for_changes_nothing():
    loop = Loop(calling(), held={"inner"})
    loop.run()
    for event in (ChildEnded("nothing", "x", State.SUCCESS), ChildEnded(loop.runs["call"].id, "x", State.SUCCESS)):
        loop.happen(event)
    assert loop.states == {"call": "RUNNING"}


def test_an_execution_that_is_called_for_later_is_made_at_once():
    loop = Loop(calling(", wait: false, scheduleDate: '2030-01-01T00:00:00Z'")).run()
    (start,) = started(loop)
    assert start.execution.schedule_at == 1_893_456_000_000_000
    assert loop.state is State.SUCCESS


@pytest.mark.parametrize("date", ["tomorrow", "2030-01-01T00:00:00"])
def test_a_date_that_cannot_be_read_refuses_the_call(date: str):
    loop = Loop(calling(f", scheduleDate: '{date}'")).run()
    assert [str(change.state) for change in loop.runs["call"].history] == ["CREATED", "FAILED"]
    assert "scheduleDate" in loop.logs[0][2]


def test_labels_that_are_none_refuse_the_call():
    loop = Loop(calling(", labels: '{{ 1 }}'")).run()
    assert loop.states == {"call": "FAILED"}


def test_what_a_call_says_is_asked_of_the_outside():
    loop = Loop(
        calling(", labels: {a: \"{{ kv('a') }}\"}"), answer=lambda text: text.replace("{{ kv('a') }}", "outside")
    )
    loop.run()
    assert ("a", "outside") in started(loop)[0].execution.labels


def test_a_call_that_runs_is_not_made_again_after_a_crash():
    loop = Loop(calling(), held={"inner"})
    loop.run()
    loop.crash()
    assert len(started(loop)) == 1
    assert loop.states == {"call": "RUNNING"}


def test_pauses_and_changes_that_come_at_the_wrong_time_change_nothing():
    loop = Loop(flow(f"  - {{id: one, type: {CORE}log.Log, message: x}}")).run()
    before = history(loop)
    run = loop.runs["one"].id
    for event in (
        PauseRequested(),
        ResumeRequested(),
        ForceRunRequested(),
        RestartRequested(),
        TimerRang("nothing"),
        StateChangeRequested("nothing", State.FAILED),
        StateChangeRequested(run, State.RUNNING),
    ):
        loop.happen(event)
    assert history(loop.go_on()) == before


def test_a_paused_execution_is_forced_to_go_on():
    loop = Loop(flow("  - {id: wait, type: $flow.Pause}\n  - {id: after, type: $log.Log, message: x}")).run()
    assert loop.state is State.PAUSED
    loop.happen(ForceRunRequested())
    assert loop.go_on().state is State.SUCCESS


def test_a_timer_of_an_earlier_generation_does_nothing():
    loop = Loop(flow("  - {id: wait, type: $flow.Pause}")).run()
    loop.execution.timers["old"] = Timer("old", loop.runs["wait"].id, "hold:", 5, 0)
    loop.execution.live = None
    loop.happen(TimerRang("old"))
    assert loop.state is State.PAUSED


def test_two_pauses_at_the_same_time_are_resumed_one_after_the_other():
    tasks = """
  - id: all
    type: $flow.Parallel
    tasks:
      - {id: one, type: $flow.Pause}
      - {id: two, type: $flow.Pause}"""
    loop = Loop(flow(tasks)).run()
    loop.happen(ResumeRequested())
    assert loop.go_on().state is State.PAUSED
    loop.happen(ResumeRequested(loop.runs["two"].id, {"a": 1}, "me"))
    assert loop.go_on().state is State.SUCCESS
    assert (loop.runs["two"].outputs or {})["onResume"] == {"a": 1}


def test_every_event_can_be_stored_and_read_back():
    for event in (
        ChildEnded("t", "e", State.FAILED, {"a": 1}),
        StateChangeRequested("t", State.SUCCESS),
        PauseRequested(),
        ResumeRequested("t", {"a": 1}, "me"),
        TimerRang("t"),
        RestartRequested(),
        ForceRunRequested(),
    ):
        assert decode(*encode(event)) == event
