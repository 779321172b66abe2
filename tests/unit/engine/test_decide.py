import pytest
from engine_kit import CORE, Loop, flow, histories

from pauta.engine.effects import AskOutside, EndGeneration, StopTaskRun, SubmitTaskRun
from pauta.engine.events import ExecutionCreated, KillRequested, RequestAnswered, TaskRunEnded, TaskRunStarted
from pauta.errors import ExpressionError
from pauta.sdk.states import State

SAY = f"type: {CORE}log.Log, message: x"
ONE = flow("  - {id: a, type: $log.Log, message: x}")
TWO = flow("  - {id: a, type: $log.Log, message: x}\n  - {id: b, type: $log.Log, message: x}")
THREE_AT_ONCE = flow(
    "  - id: all\n    type: $flow.Parallel\n    tasks:\n"
    + "".join(f"      - {{id: {name}, type: $log.Log, message: x}}\n" for name in "abc")
)


def begun(source: str = ONE, **options) -> Loop:
    """Created, and nothing else yet."""
    loop = Loop(source, **options)
    loop.happen(ExecutionCreated())
    return loop


def submitted(loop: Loop) -> list[tuple[str, int]]:
    return [(each.task_run.task_id, each.fence) for each in loop.effects if isinstance(each, SubmitTaskRun)]


# the way of a task run


def test_a_task_run_goes_through_its_states_and_has_one_attempt():
    loop = Loop(ONE).run()
    (run,) = loop.execution.task_runs.values()
    assert histories(loop.execution) == [("a", ["CREATED", "SUBMITTED", "RUNNING", "SUCCESS"])]
    (attempt,) = run.attempts
    assert [change.state for change in attempt.history] == ["CREATED", "RUNNING", "SUCCESS"]
    assert attempt.worker_id == "worker"


def test_the_instants_of_a_history_are_those_of_the_events():
    loop = Loop(ONE).run()
    at = {type(event).__name__: instant for event, instant in loop.history}
    (run,) = loop.execution.task_runs.values()
    assert [change.at for change in run.history] == [
        at["ExecutionCreated"],
        at["ExecutionCreated"],
        at["TaskRunStarted"],
        at["TaskRunEnded"],
    ]


def test_ids_of_task_runs_follow_from_the_execution_alone():
    first, second = Loop(TWO).run(), Loop(TWO).run()
    assert list(first.execution.task_runs) == list(second.execution.task_runs)
    assert len(set(first.execution.task_runs)) == 2


def test_a_result_without_a_start_counts_as_one_attempt():
    loop = begun()
    run = loop.runs["a"]
    loop.happen(TaskRunEnded(run.id, run.fence, State.SUCCESS))
    assert histories(loop.execution) == [("a", ["CREATED", "SUBMITTED", "RUNNING", "SUCCESS"])]
    assert len(run.attempts) == 1


def test_only_rows_that_changed_are_saved():
    loop = begun(TWO)
    run = loop.runs["a"]
    started = loop.happen(TaskRunStarted(run.id, 1))
    ended = loop.happen(TaskRunEnded(run.id, 1, State.SUCCESS))
    assert (started.execution, [each.task_id for each in started.task_runs.values()]) == (False, ["a"])
    assert (ended.execution, [each.task_id for each in ended.task_runs.values()]) == (False, ["a", "b"])


# what comes too late, or twice


def test_a_result_with_an_old_fence_changes_nothing():
    loop = begun(held={"a"}).go_on().crash()
    before = histories(loop.execution)
    assert loop.happen(TaskRunEnded(loop.runs["a"].id, 1, State.SUCCESS)).task_runs == {}
    assert histories(loop.execution) == before
    loop.go_on()
    loop.happen(TaskRunEnded(loop.runs["a"].id, 2, State.SUCCESS))
    assert loop.state is State.SUCCESS


def test_a_start_with_an_old_fence_changes_nothing():
    loop = begun().crash()
    assert loop.happen(TaskRunStarted(loop.runs["a"].id, 1)).task_runs == {}


@pytest.mark.parametrize(
    "event",
    [
        ExecutionCreated(),
        KillRequested(),
        RequestAnswered("nobody asked", "x"),
        TaskRunStarted("unknown", 1),
        TaskRunEnded("unknown", 1, State.SUCCESS),
    ],
    ids=lambda event: type(event).__name__,
)
def test_an_event_for_what_has_ended_or_does_not_exist_changes_nothing(event):
    loop = Loop(ONE).run()
    decision = loop.happen(event)
    assert (decision.execution, decision.task_runs, decision.effects) == (False, {}, [])


def test_a_result_that_arrives_twice_counts_once():
    loop = Loop(TWO).run()
    for event, _ in list(loop.history):
        loop.happen(event)
    assert [names for _, names in histories(loop.execution)] == [["CREATED", "SUBMITTED", "RUNNING", "SUCCESS"]] * 2


# the end


def test_the_generation_ends_once_with_the_final_state():
    assert Loop(ONE).run().ends == [EndGeneration(1, State.SUCCESS)]
    assert Loop(flow("  - {id: a, type: $execution.Fail}")).run().ends == [EndGeneration(1, State.FAILED)]


def test_what_runs_afterwards_does_not_end_it_again():
    loop = Loop(flow("  - {id: a, type: $log.Log, message: x}", f"afterExecution: [{{id: z, {SAY}}}]")).run()
    assert len(loop.ends) == 1
    assert loop.runs["z"].force
    assert loop.runs["z"].history[0].at >= loop.execution.history[-1].at


# kill


def test_a_kill_stops_what_runs_and_ends_when_that_has_ended():
    loop = begun(TWO, held={"a"}).go_on()
    loop.happen(KillRequested())
    assert loop.state is State.KILLING
    assert [each.fence for each in loop.effects if isinstance(each, StopTaskRun)] == [1]
    loop.go_on()
    assert loop.states == {"a": "KILLED"}
    assert [change.state for change in loop.execution.history] == ["CREATED", "RUNNING", "KILLING", "KILLED"]


def test_a_kill_of_what_no_worker_has_begun_needs_no_worker():
    loop = begun(THREE_AT_ONCE)
    loop.events.clear()
    loop.happen(KillRequested())
    assert loop.state is State.KILLED
    assert set(loop.states.values()) == {"KILLED"}
    assert [run.attempts for run in loop.runs.values() if run.task_id != "all"] == [[], [], []]


def test_a_worker_that_begins_after_the_kill_is_not_heard():
    loop = begun(ONE)
    loop.happen(KillRequested())
    loop.go_on()
    assert histories(loop.execution) == [("a", ["CREATED", "SUBMITTED", "KILLED"])]


def test_a_task_that_was_faster_than_the_kill_keeps_its_state():
    loop = begun(TWO, held={"a"}).go_on()
    loop.happen(KillRequested())
    loop.events.clear()
    loop.happen(TaskRunEnded(loop.runs["a"].id, 1, State.SUCCESS))
    assert (loop.state, loop.states) == ("KILLED", {"a": "SUCCESS"})


def test_a_second_kill_asks_again_for_the_stop():
    loop = begun(ONE, held={"a"}).go_on()
    loop.happen(KillRequested())
    again = loop.happen(KillRequested())
    assert [type(effect) for effect in again.effects] == [StopTaskRun]
    assert not again.execution


def test_an_execution_that_has_not_begun_can_be_killed():
    loop = Loop(ONE)
    loop.happen(KillRequested())
    loop.happen(ExecutionCreated())
    assert [change.state for change in loop.execution.history] == ["CREATED", "KILLING", "KILLED"]
    assert loop.runs == {}


def test_a_kill_after_the_end_stops_what_runs_afterwards():
    loop = begun(flow(f"  - {{id: a, {SAY}}}", f"afterExecution: [{{id: y, {SAY}}}, {{id: z, {SAY}}}]"), held={"y"})
    loop.go_on().kill()
    assert (loop.state, loop.states) == ("SUCCESS", {"a": "SUCCESS", "y": "KILLED", "z": "SUCCESS"})


# questions to the outside

ASKS = flow(
    "  - {id: a, type: $log.Log, message: x, runIf: \"{{ kv('go') }}\"}\n  - {id: b, type: $log.Log, message: x}"
)
CHOOSES = flow(
    "  - {id: a, type: $flow.If, condition: \"{{ kv('go') }}\", then: [{id: b, type: $log.Log, message: x}]}"
)


def test_an_expression_that_needs_the_outside_is_asked_and_waited_for():
    loop = begun(ASKS)
    (asked,) = [each for each in loop.effects if isinstance(each, AskOutside)]
    assert (asked.request.template, asked.request.task_run_id) == ("{{ kv('go') }}", loop.runs["a"].id)
    assert loop.decisions[-1].asked == [asked.request]
    assert loop.execution.requests == {asked.request.id: asked.request}
    assert loop.states == {"a": "CREATED"}


def test_the_answer_is_used_and_the_question_deleted():
    loop = begun(ASKS, answer=lambda _: "true")
    (asked,) = loop.execution.requests
    decision = loop.happen(loop.events.popleft())
    assert decision.answered == [asked]
    assert loop.execution.requests == {}
    loop.go_on()
    assert loop.states == {"a": "SUCCESS", "b": "SUCCESS"}
    assert Loop(ASKS, answer=lambda _: "0").run().states == {"a": "SKIPPED", "b": "SUCCESS"}


def refuse(_: str) -> str:
    raise ExpressionError("the store is closed")


def test_an_answer_that_is_an_error_fails_the_task_run():
    loop = Loop(ASKS, answer=refuse).run()
    assert loop.states == {"a": "FAILED"}
    assert loop.logs == [("ERROR", "a", "the store is closed")]
    assert histories(loop.execution) == [("a", ["CREATED", "FAILED"])]


def test_flow_control_waits_for_an_answer_before_it_starts():
    loop = begun(CHOOSES, answer=lambda _: "yes")
    assert loop.states == {"a": "CREATED"}
    loop.go_on()
    assert loop.runs["a"].outputs == {"evaluationResult": True}
    assert loop.states == {"a": "SUCCESS", "b": "SUCCESS"}


def test_flow_control_with_an_answer_that_is_an_error_fails_as_one_that_ran():
    loop = Loop(CHOOSES, answer=refuse).run()
    assert histories(loop.execution) == [("a", ["CREATED", "RUNNING", "FAILED"])]
    assert [str(attempt.state) for attempt in loop.runs["a"].attempts] == ["FAILED"]


def test_a_kill_forgets_the_questions():
    loop = begun(ASKS)
    (asked,) = loop.execution.requests
    decision = loop.happen(KillRequested())
    assert decision.answered == [asked]
    assert (loop.state, loop.states) == ("KILLED", {"a": "KILLED"})
    assert loop.go_on().states == {"a": "KILLED"}


SEALED = {"type": "io.kestra.datatype:aes_encrypted", "value": "Zm9v"}


def test_an_expression_that_reads_an_encrypted_value_is_asked_outside():
    source = flow("  - {id: a, type: $log.Log, message: x, runIf: \"{{ inputs.password == 'x' }}\"}")
    loop = begun(source, inputs={"password": SEALED})
    assert [each.request.template for each in loop.effects if isinstance(each, AskOutside)] == [
        "{{ inputs.password == 'x' }}"
    ]


# outputs of the flow


def with_output(value: str, kind: str = "STRING", *, required: bool = True) -> str:
    output = f"{{id: out, type: {kind}, required: {str(required).lower()}, value: {value}}}"
    return flow("  - {id: a, type: $debug.Return, format: '7'}", f"outputs: [{output}]")


@pytest.mark.parametrize(
    ("kind", "written", "kept"),
    [
        ("STRING", "'{{ outputs.a.value }}'", "7"),
        ("INT", "'{{ outputs.a.value }}'", 7),
        ("FLOAT", "'{{ outputs.a.value }}.5'", 7.5),
        ("BOOL", "'{{ 1 == 1 }}'", True),
        ("BOOLEAN", "'no'", False),
        ("JSON", "{a: ['{{ outputs.a.value }}', 1]}", {"a": ["7", 1]}),
        ("JSON", "'[1, 2]'", [1, 2]),
        ("ARRAY", "'[1, 2]'", [1, 2]),
        ("DATE", "'2026-01-02'", "2026-01-02"),
        ("DATETIME", "'2026-01-02T03:04:05Z'", "2026-01-02T03:04:05Z"),
        ("URI", "'https://example.org/'", "https://example.org/"),
    ],
)
def test_an_output_has_the_value_of_its_type(kind: str, written: str, kept: object):
    assert Loop(with_output(written, kind)).run().execution.outputs == {"out": kept}


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("INT", "seven"),
        ("FLOAT", "x"),
        ("JSON", "'{'"),
        ("ARRAY", "'1'"),
        ("DATE", "tomorrow"),
        ("TIME", "noon"),
        ("DATETIME", "now"),
        ("URI", "nowhere"),
        ("SECRET", "x"),
    ],
)
def test_an_output_that_does_not_fit_its_type_fails_the_execution(kind: str, written: str):
    loop = Loop(with_output(written, kind)).run()
    assert [change.state for change in loop.execution.history] == ["CREATED", "RUNNING", "SUCCESS", "FAILED"]
    assert loop.execution.outputs is None
    ((level, task, message),) = loop.logs
    assert (level, task) == ("ERROR", None)
    assert message.startswith("the output 'out' of the flow has no value: ")
    assert len(message) > len("the output 'out' of the flow has no value: ")


def test_an_optional_output_that_fails_is_left_out():
    loop = Loop(with_output("'{{ nothing }}'", required=False)).run()
    assert (loop.state, loop.execution.outputs) == ("SUCCESS", None)
    assert loop.logs[0][0] == "WARN"


def test_outputs_from_outside_are_asked_one_after_the_other():
    both = "outputs: [{id: x, type: JSON, value: [\"{{ kv('1') }}\", \"{{ kv('2') }}\"]}]"
    loop = begun(flow(f"  - {{id: a, {SAY}}}", both), answer=lambda template: template[7])
    loop.go_on()
    assert loop.execution.outputs == {"x": ["1", "2"]}
    assert [type(effect) for decision in loop.decisions for effect in decision.effects].count(AskOutside) == 2
    assert loop.state is State.SUCCESS


def test_the_execution_runs_until_its_outputs_are_there():
    loop = begun(with_output("\"{{ kv('x') }}\""))
    while not loop.execution.requests:
        loop.happen(loop.events.popleft())
    assert loop.state is State.RUNNING
    assert loop.go_on().state is State.SUCCESS


def test_an_output_that_the_outside_refuses_fails_the_execution():
    loop = Loop(with_output("\"{{ kv('x') }}\""), answer=refuse).run()
    assert loop.state is State.FAILED
    assert loop.logs == [("ERROR", None, "the output 'out' of the flow has no value: the store is closed")]


def test_a_kill_does_not_wait_for_outputs_from_outside():
    loop = begun(with_output("\"{{ kv('x') }}\""))
    while not loop.execution.requests:
        loop.happen(loop.events.popleft())
    loop.happen(KillRequested())
    assert (loop.state, loop.execution.outputs, loop.execution.requests) == ("KILLED", None, {})


# recovery


def test_what_was_submitted_is_submitted_again_with_a_higher_fence():
    loop = begun(ONE).crash()
    assert submitted(loop) == [("a", 1), ("a", 2)]
    assert histories(loop.go_on().execution) == [("a", ["CREATED", "SUBMITTED", "RUNNING", "SUCCESS"])]


def test_a_lost_attempt_ends_resubmitted_and_another_one_follows():
    loop = begun(ONE, held={"a"}).go_on().crash()
    loop.held.clear()
    loop.events.append(TaskRunEnded(loop.runs["a"].id, 2, State.SUCCESS))
    loop.go_on()
    run = loop.runs["a"]
    assert [str(attempt.state) for attempt in run.attempts] == ["RESUBMITTED", "SUCCESS"]
    assert [str(change.state) for change in run.history] == [
        "CREATED",
        "SUBMITTED",
        "RUNNING",
        "SUBMITTED",
        "RUNNING",
        "SUCCESS",
    ]


def test_three_lost_attempts_fail_a_task_run():
    loop = begun(ONE, held={"a"})
    for _ in range(3):
        loop.go_on().crash()
    assert loop.states == {"a": "FAILED"}
    assert loop.logs == [("ERROR", "a", "the worker that ran this task was lost 3 times")]
    assert loop.state is State.FAILED


def test_unanswered_questions_are_asked_again_without_another_row():
    loop = begun(ASKS, answer=lambda _: "yes").crash()
    assert loop.decisions[-1].asked == []
    assert len([each for each in loop.effects if isinstance(each, AskOutside)]) == 2
    assert loop.go_on().states == {"a": "SUCCESS", "b": "SUCCESS"}


def test_a_kill_that_was_under_way_is_finished():
    loop = begun(THREE_AT_ONCE, held={"a", "b", "c"}).go_on()
    loop.happen(KillRequested())
    loop.crash()
    assert (loop.state, set(loop.states.values())) == ("KILLED", {"KILLED"})


def test_an_execution_that_has_ended_is_left_alone():
    loop = Loop(ONE).run()
    before = len(loop.effects)
    loop.crash()
    assert (len(loop.effects), loop.state) == (before, "SUCCESS")


def test_an_execution_that_was_not_begun_waits_for_its_event():
    loop = Loop(ONE).crash()
    assert (loop.state, loop.runs) == ("CREATED", {})
