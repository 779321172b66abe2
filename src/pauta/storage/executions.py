"""Executions: one row each, their labels beside it."""

from __future__ import annotations

from collections.abc import Iterable

from pauta.engine.execution import Caller, Execution
from pauta.storage.columns import dump, dump_optional, load_history, load_optional
from pauta.storage.columns import load as load_json
from pauta.storage.connection import Row, Session
from pauta.storage.filters import Condition, where
from pauta.storage.statements import load


def insert(session: Session, execution: Execution) -> None:
    """A new execution with its labels."""
    session.run(
        load("executions")["insert"],
        (
            execution.id,
            execution.namespace,
            execution.flow_id,
            execution.flow_revision,
            execution.state,
            execution.shard,
            execution.generation,
            execution.history[0].at,
            dump(execution.history),
            dump(execution.inputs),
            dump(execution.variables),
            dump_optional(execution.outputs),
            dump_optional(execution.trigger),
            execution.parent_id,
            execution.original_id,
            execution.kind,
            execution.attempt_number,
            execution.schedule_at,
            execution.numbered,
            *(execution.caller or (None, None)),
        ),
    )
    _insert_labels(session, execution.id, execution.labels)


def update(session: Session, execution: Execution) -> None:
    """Save what a decision can change in the execution's own row."""
    session.run(
        load("executions")["update"],
        (
            execution.state,
            execution.generation,
            dump(execution.history),
            dump(execution.variables),
            dump_optional(execution.outputs),
            execution.attempt_number,
            execution.numbered,
            execution.id,
        ),
    )


def replace_labels(session: Session, execution: Execution) -> None:
    """Save the labels anew."""
    session.run(load("executions")["delete_labels"], (execution.id,))
    _insert_labels(session, execution.id, execution.labels)


def close(session: Session, execution_id: str, at: int) -> None:
    """Its generation reached its final state."""
    session.run(load("executions")["close"], (at, execution_id))


def reopen(session: Session, execution_ids: Iterable[str]) -> None:
    """They had ended, and go on in another generation."""
    session.run_many(load("executions")["reopen"], [(execution_id,) for execution_id in execution_ids])


def settle(session: Session, execution_id: str, at: int) -> None:
    """Nothing follows any more."""
    session.run(load("executions")["settle"], (at, execution_id))


def get(session: Session, execution_id: str) -> Execution | None:
    """An execution without its task runs and requests."""
    row = session.one(load("executions")["get"], (execution_id,))
    return _execution(row, _labels(session, execution_id)) if row else None


def shard_of(session: Session, execution_id: str) -> int | None:
    """The shard of an execution; None when there is no such execution."""
    row = session.one(load("executions")["shard"], (execution_id,))
    return row[0] if row else None


def is_settled(session: Session, execution_id: str) -> bool:
    """Whether nothing follows any more in an execution."""
    return session.one(load("executions")["settled"], (execution_id,)) is not None


def unsettled(session: Session, shard: int) -> list[str]:
    """The ids of executions of a shard that are not over, oldest first."""
    return [row[0] for row in session.all(load("executions")["unsettled"], (shard,))]


def queued(session: Session, namespace: str, flow_id: str, limit: int) -> list[tuple[str, int, int]]:
    """Executions of a flow that wait for a place and have none, oldest first: id, shard, generation."""
    rows = session.all(load("executions")["queued"], (namespace, flow_id, limit))
    return [(execution_id, shard, generation) for execution_id, shard, generation in rows]


def page(
    session: Session, conditions: Iterable[Condition] = (), *, before: str | None = None, limit: int = 25
) -> list[Execution]:
    """Executions that fit the conditions, newest first, created before ``before`` (an id): own rows only.

    Labels are there; inputs, variables and outputs are left out.
    """
    keyset = () if before is None else (Condition("id", "<", before),)
    clause, values = where((*conditions, *keyset))
    statement = f"{load('executions')['list']} {clause} ORDER BY e.id DESC LIMIT ?"
    return [_listed(session, row) for row in session.all(statement, (*values, limit))]


def _insert_labels(session: Session, execution_id: str, labels: Iterable[tuple[str, str]]) -> None:
    session.run_many(load("executions")["insert_label"], [(execution_id, key, value) for key, value in labels])


def _labels(session: Session, execution_id: str) -> tuple[tuple[str, str], ...]:
    return tuple((key, value) for key, value in session.all(load("executions")["labels"], (execution_id,)))


def _listed(session: Session, row: Row) -> Execution:
    identity, namespace, flow_id, revision, _state, history = row
    return Execution(
        identity,
        namespace,
        flow_id,
        revision,
        load_history(load_json(history)),
        labels=_labels(session, identity),
    )


def _execution(row: Row, labels: tuple[tuple[str, str], ...]) -> Execution:
    identity, namespace, flow_id, revision, history, inputs, variables, outputs, trigger, *rest = row
    parent_id, original_id, kind, shard, generation, attempt_number, schedule_at, numbered, *caller = rest
    return Execution(
        id=identity,
        namespace=namespace,
        flow_id=flow_id,
        flow_revision=revision,
        history=load_history(load_json(history)),
        inputs=load_json(inputs),
        labels=labels,
        variables=load_json(variables),
        outputs=load_optional(outputs),
        trigger=load_optional(trigger),
        parent_id=parent_id,
        original_id=original_id,
        kind=kind,
        shard=shard,
        generation=generation,
        attempt_number=attempt_number,
        schedule_at=schedule_at,
        numbered=numbered,
        caller=Caller(*caller) if caller[0] is not None else None,
    )
