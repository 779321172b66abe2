"""The hot statements find their rows by an index: none reads a whole table."""

import pytest

from pauta.storage import statements
from pauta.storage.connection import Database
from pauta.storage.filters import Condition, where

HOT = [
    ("executions", "get"),
    ("executions", "settled"),
    ("executions", "unsettled"),
    ("executions", "labels"),
    ("executions", "update"),
    ("flows", "latest"),
    ("flows", "revision"),
    ("key_values", "newest"),
    ("key_values", "versions"),
    ("logs", "page"),
    ("messages", "consume"),
    ("messages", "waiting"),
    ("metrics", "of_execution"),
    ("requests", "of_execution"),
    ("shards", "get"),
    ("slots", "taken"),
    ("slots", "holds"),
    ("executions", "queued"),
    ("timers", "of_execution"),
    ("task_runs", "of_execution"),
    ("task_runs", "page"),
]


def plan(database: Database, statement: str, values: list[object]) -> str:
    with database.reading() as session:
        return "\n".join(row[-1] for row in session.all(f"EXPLAIN QUERY PLAN {statement}", values))


@pytest.mark.parametrize(("aggregate", "name"), HOT)
def test_a_hot_statement_reads_no_whole_table(database: Database, aggregate: str, name: str):
    statement = statements.load(aggregate)[name]
    assert "SCAN" not in plan(database, statement, [None] * statement.count("?"))


@pytest.mark.parametrize(("aggregate", "name"), [("logs", "page"), ("task_runs", "page"), ("messages", "waiting")])
def test_a_page_is_read_in_the_order_of_its_index(database: Database, aggregate: str, name: str):
    statement = statements.load(aggregate)[name]
    assert "TEMP B-TREE" not in plan(database, statement, [None] * statement.count("?"))


@pytest.mark.parametrize(
    "conditions",
    [
        [],
        [Condition("id", "<", "x")],
        [Condition("state", "=", "FAILED")],
        [Condition("state", "=", "FAILED"), Condition("id", "<", "x")],
        [Condition("namespace", "below", "a")],
        [Condition("flow_id", "=", "f")],
    ],
)
def test_a_page_of_executions_is_never_sorted(database: Database, conditions: list[Condition]):
    clause, values = where(conditions)
    statement = f"{statements.load('executions')['list']} {clause} ORDER BY e.id DESC LIMIT ?"
    assert "TEMP B-TREE" not in plan(database, statement, [*values, 25])
