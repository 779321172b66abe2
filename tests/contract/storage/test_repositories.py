"""Every repository, on every database: what was written is read back."""

import pytest

from pauta.engine.events import ExecutionCreated, KillRequested, TaskRunEnded
from pauta.engine.execution import Attempt, Caller, Change, Execution, Request, TaskRun, Timer
from pauta.sdk.states import Level, State
from pauta.storage import (
    executions,
    flows,
    key_values,
    logs,
    messages,
    metrics,
    requests,
    shards,
    slots,
    statements,
    task_runs,
    timers,
)
from pauta.storage.connection import Database
from pauta.storage.filters import Condition
from pauta.storage.key_values import KeyValueRow
from pauta.storage.logs import LogRow, Wanted
from pauta.storage.metrics import MetricRow
from pauta.storage.spill import Spill


def an_execution(identity: str = "e1", *, namespace: str = "a.b", flow: str = "f", state: State = State.CREATED):
    return Execution(
        identity,
        namespace,
        flow,
        3,
        [Change(State.CREATED, 10)] if state is State.CREATED else [Change(State.CREATED, 10), Change(state, 20)],
        inputs={"x": 1},
        labels=(("env", "test"), ("team", "data")),
        variables={"v": [1, 2]},
        trigger={"id": "t"},
        parent_id="p",
        original_id="o",
        kind="TEST",
        shard=7,
        schedule_at=99,
    )


def a_task_run(number: int = 0, **fields: object) -> TaskRun:
    return TaskRun(f"t{number}", "e1", number, "task", [Change(State.CREATED, 10)], **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("aggregate", "name"), [(each, name) for each in statements.aggregates() for name in statements.load(each)]
)
def test_every_statement_fits_the_tables(database: Database, aggregate: str, name: str):
    statement = statements.load(aggregate)[name]
    with database.transaction() as session:
        session.run(f"EXPLAIN {statement}", [None] * statement.count("?"))


def test_an_execution_is_read_back_with_its_labels(database: Database):
    execution = an_execution()
    with database.transaction() as session:
        executions.insert(session, execution)
        assert executions.get(session, "e1") == execution
        assert executions.shard_of(session, "e1") == 7
        assert executions.get(session, "other") is None


def test_an_execution_that_changed_is_read_back(database: Database):
    execution = an_execution()
    with database.transaction() as session:
        executions.insert(session, execution)
        execution.history.append(Change(State.SUCCESS, 30))
        execution.outputs = {"y": 2}
        execution.variables = {"v": 3}
        execution.labels = (("env", "live"),)
        executions.update(session, execution)
        executions.replace_labels(session, execution)
        assert executions.get(session, "e1") == execution


def test_an_execution_is_unsettled_until_nothing_follows(database: Database):
    with database.transaction() as session:
        executions.insert(session, an_execution())
        executions.close(session, "e1", 20)
        assert executions.unsettled(session, 7) == ["e1"]
        assert not executions.is_settled(session, "e1")
        executions.settle(session, "e1", 30)
        assert executions.unsettled(session, 7) == []
        assert executions.is_settled(session, "e1")


def test_executions_are_listed_newest_first_page_by_page(database: Database):
    with database.transaction() as session:
        for number in range(5):
            executions.insert(session, an_execution(f"e{number}"))
        first = executions.page(session, limit=2)
        second = executions.page(session, before=first[-1].id, limit=2)
    assert [each.id for each in (*first, *second)] == ["e4", "e3", "e2", "e1"]


def test_executions_are_listed_by_namespace_flow_and_state(database: Database):
    with database.transaction() as session:
        executions.insert(session, an_execution("e1", namespace="a"))
        executions.insert(session, an_execution("e2", namespace="a.b"))
        executions.insert(session, an_execution("e3", namespace="ab", flow="g"))
        executions.insert(session, an_execution("e4", namespace="a.b", state=State.FAILED))

        def listed(*conditions: Condition) -> list[str]:
            return [each.id for each in executions.page(session, conditions)]

        assert listed(Condition("namespace", "below", "a")) == ["e4", "e2", "e1"]
        assert listed(Condition("flow_id", "=", "g")) == ["e3"]
        assert listed(Condition("namespace", "below", "a"), Condition("state", "=", State.FAILED)) == ["e4"]


def test_a_task_run_is_read_back_in_its_latest_form(database: Database, spill: Spill):
    execution, run = an_execution(), a_task_run(parent_id="t", value="v", iteration=2, dynamic=True, force=True)
    with database.transaction() as session:
        task_runs.save(session, [task_runs.row_of(execution, run, spill)])
        run.history.append(Change(State.RUNNING, 11))
        run.attempts.append(Attempt([Change(State.RUNNING, 11)], "w", "kestra:///log"))
        run.outputs, run.fence, run.value = {"a": [1, None, "ü"]}, 3, "other"
        task_runs.save(session, [task_runs.row_of(execution, run, spill)])
        assert task_runs.of_execution(session, "e1", spill) == [run]


def test_task_runs_come_in_the_order_of_their_creation(database: Database, spill: Spill):
    with database.transaction() as session:
        rows = [task_runs.row_of(an_execution(), a_task_run(number), spill) for number in (2, 0, 1)]
        task_runs.save(session, rows)
        assert [each.number for each in task_runs.of_execution(session, "e1", spill)] == [0, 1, 2]
        assert [each.number for each in task_runs.page(session, "e1", spill, after=0, limit=1)] == [1]


def test_large_outputs_lie_in_a_file_and_are_read_back(database: Database, spill: Spill):
    run = a_task_run(outputs={"text": "x" * 300})
    row = task_runs.row_of(an_execution(), run, spill)
    assert row[-3] is None
    assert str(row[-2]).startswith("kestra:///a/b/f/executions/e1/tasks/task/t0/")
    with database.transaction() as session:
        task_runs.save(session, [row])
        assert task_runs.of_execution(session, "e1", spill)[0].outputs == {"text": "x" * 300}


def test_a_task_run_that_was_taken_away_is_not_read_back(database: Database, spill: Spill):
    runs = [a_task_run(number) for number in range(3)]
    with database.transaction() as session:
        task_runs.save(session, [task_runs.row_of(an_execution(), run, spill) for run in runs])
        task_runs.delete(session, runs[1:2])
        assert task_runs.of_execution(session, "e1", spill) == [runs[0], runs[2]]


def test_executions_that_wait_for_a_place_come_in_the_order_of_their_creation(database: Database):
    with database.transaction() as session:
        for identity in ("e3", "e1", "e2"):
            execution = an_execution(identity)
            execution.history.append(Change(State.QUEUED, 11))
            executions.insert(session, execution)
        slots.take(session, "e1", 1, ("a.b", "f"), 5)
        assert [row[0] for row in executions.queued(session, "a.b", "f", 5)] == ["e2", "e3"]


def test_an_execution_that_is_opened_again_is_not_settled(database: Database):
    with database.transaction() as session:
        executions.insert(session, an_execution())
        executions.settle(session, "e1", 5)
        executions.reopen(session, ["e1"])
        assert not executions.is_settled(session, "e1")


def test_what_flow_control_remembers_is_read_back(database: Database, spill: Spill):
    run = a_task_run(memory={"values": ["a", "b"]})
    with database.transaction() as session:
        task_runs.save(session, [task_runs.row_of(an_execution(), run, spill)])
        assert task_runs.of_execution(session, "e1", spill)[0].memory == {"values": ["a", "b"]}


def test_timers_wait_until_they_come_the_next_one_first(database: Database):
    late, soon = Timer("t2", None, "begin", 20, 1), Timer("t1", "r", "retry", 10, 2)
    with database.transaction() as session:
        timers.insert(session, [("e1", late), ("e1", soon), ("e2", Timer("t3", None, "begin", 1, 1))])
        timers.insert(session, [("e1", late)])
        assert timers.of_execution(session, "e1") == [soon, late]
        timers.delete(session, ["t1"])
        assert timers.of_execution(session, "e1") == [late]


def test_who_waits_for_an_execution_and_its_numbers_are_read_back(database: Database):
    execution = an_execution()
    execution.caller, execution.numbered = Caller("e0", "r0"), 3
    with database.transaction() as session:
        executions.insert(session, execution)
        execution.numbered = 5
        executions.update(session, execution)
        read = executions.get(session, execution.id)
        assert read is not None
        assert (read.caller, read.numbered) == (Caller("e0", "r0"), 5)


def test_requests_wait_until_they_are_answered(database: Database):
    asked = [Request("r1", None, "{{ kv('a') }}", 1), Request("r2", "t", "{{ b }}", 2, "value")]
    with database.transaction() as session:
        requests.insert(session, "e1", asked)
        assert requests.of_execution(session, "e1") == asked
        requests.delete(session, ["r1"])
        assert requests.of_execution(session, "e1") == asked[1:]


def test_a_flow_gets_a_new_revision_only_when_its_source_changed(database: Database):
    with database.transaction() as session:
        assert flows.save(session, "n", "f", "id: f\n", 1).revision == 1
        assert flows.save(session, "n", "f", "id: f\n", 2).created_at == 1
        assert flows.save(session, "n", "f", "id: f \r\n", 3).revision == 2
        newest, oldest = flows.latest(session, "n", "f"), flows.revision(session, "n", "f", 1)
        assert flows.latest(session, "n", "g") is None
        assert flows.revision(session, "n", "f", 9) is None
        assert flows.all_latest(session) == [newest]
    assert newest is not None
    assert oldest is not None
    assert (newest.source, oldest.source) == ("id: f \r\n", "id: f\n")


def a_line(at: int, attempt: int, line: int, **fields: object) -> LogRow:
    return LogRow("e1", at, "t", attempt, line, "task", Level.INFO.severity, f"{attempt}/{line}")._replace(**fields)  # type: ignore[arg-type]


def test_log_lines_of_a_task_run_come_by_attempt_and_number(database: Database):
    lines = [a_line(5, 0, 1), a_line(5, 0, 2), a_line(6, 0, 3), a_line(6, 1, 1)]
    with database.transaction() as session:
        logs.append(session, reversed(lines))
        assert logs.page(session, "e1") == lines
        assert logs.page(session, "e1", after=(5, "t", 0, 2), limit=1) == [lines[2]]


def test_log_lines_are_limited_by_level_and_task(database: Database):
    engine = a_line(7, 0, 1, task_run_id="", task_id=None, severity=Level.ERROR.severity)
    with database.transaction() as session:
        logs.append(session, [a_line(5, 0, 1), engine])
    assert list(logs.stream(database, "e1", Wanted(Level.WARN))) == [engine]
    assert [each.task_id for each in logs.stream(database, "e1", Wanted(task_id="task"))] == ["task"]
    assert engine.level is Level.ERROR


def test_a_log_line_that_arrives_twice_is_kept_once(database: Database):
    with database.transaction() as session:
        logs.append(session, [a_line(5, 0, 1)])
        logs.append(session, [a_line(5, 0, 1, message="other")])
        assert logs.page(session, "e1") == [a_line(5, 0, 1)]


def test_metrics_are_read_back_once(database: Database):
    row = MetricRow("e1", "t", 0, 1, "task", 5, "rows", "counter", 2.5, '{"a":"b"}')
    with database.transaction() as session:
        metrics.append(session, [row])
        metrics.append(session, [row])
        assert metrics.of_execution(session, "e1") == [row]


def test_events_wait_in_the_inbox_of_their_shard_in_the_order_of_posting(database: Database):
    with database.transaction() as session:
        first = messages.post(session, 7, "e1", ExecutionCreated(), 1)
        messages.post(session, 7, "e1", TaskRunEnded("t", 2, State.SUCCESS, {"a": 1}), 2)
        messages.post(session, 8, "e2", KillRequested(), 3)
        assert [each.event for each in messages.waiting(session, 7, 10)] == [
            ExecutionCreated(),
            TaskRunEnded("t", 2, State.SUCCESS, {"a": 1}),
        ]
        messages.consume(session, [first])
        assert len(messages.waiting(session, 7, 10)) == 1


def test_messages_wait_in_the_outbox_until_they_are_delivered(database: Database):
    with database.transaction() as session:
        messages.send(session, an_execution(), "SubflowEnded", {"state": "SUCCESS"}, 1)
        (message,) = messages.unsent(session, 10)
        assert message[1:] == ("e1", 1, "SubflowEnded", {"state": "SUCCESS"})
        messages.delivered(session, [message.id])
        assert messages.unsent(session, 10) == []


def test_the_epoch_of_a_shard_grows_with_every_owner(database: Database):
    with database.transaction() as session:
        assert shards.get(session, 3) is None
        assert shards.take(session, 3, "one") == ("one", 1)
        assert shards.take(session, 3, "two") == ("two", 2)
        assert shards.get(session, 3) == ("two", 2)


def test_a_slot_is_taken_once_and_given_back_once(database: Database):
    with database.transaction() as session:
        slots.take(session, "e1", 1, ("a.b", "f"), 5)
        slots.take(session, "e1", 1, ("a.b", "f"), 6)
        assert slots.holds(session, "e1", 1)
        assert not slots.holds(session, "e1", 2)
        assert slots.taken(session, "a.b", "f") == 1
        slots.release(session, "e1")
        slots.release(session, "e1")
        assert slots.taken(session, "a.b", "f") == 0


def test_the_newest_version_of_a_value_counts(database: Database):
    with database.transaction() as session:
        for version in (1, 2):
            key_values.insert(session, a_value(version=version, content=f'"v{version}"'))
        found = key_values.newest(session, "a.b", "k")
        assert found == a_value(version=2, content='"v2"')
        assert [row.version for row in key_values.versions(session, "a.b")] == [2, 1]
        assert key_values.listed(session, "a.b", 10) == [found]
        key_values.purge(session, "a.b", "k", 2)
        assert key_values.newest(session, "a.b", "k") == a_value(content='"v1"')


def test_a_value_is_listed_until_it_expires_or_is_removed(database: Database):
    with database.transaction() as session:
        key_values.insert(session, a_value(key="late", expires_at=10))
        key_values.insert(session, a_value(key="gone"))
        key_values.remove(session, a_value(key="gone"), 7)
        assert [row.key for row in key_values.listed(session, "a.b", 9)] == ["late"]
        assert key_values.listed(session, "a.b", 10) == []
        removed = key_values.newest(session, "a.b", "gone")
        assert removed is not None
        assert (removed.removed, removed.updated_at) == (True, 7)


def test_the_namespaces_that_have_flows_are_listed_once(database: Database):
    with database.transaction() as session:
        for namespace, flow_id in (("b", "x"), ("a", "x"), ("a", "y")):
            flows.save(session, namespace, flow_id, "source", 1)
        assert flows.namespaces(session) == ["a", "b"]


def a_value(**fields: object) -> KeyValueRow:
    row = KeyValueRow("a.b", "k", 1, "STRING", '"v"', "about it", 5, 5, None)
    return row._replace(**fields)
