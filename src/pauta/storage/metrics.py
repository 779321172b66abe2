"""Metrics that task runs reported."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pauta.storage.connection import Session
from pauta.storage.statements import load


class MetricRow(NamedTuple):
    """A metric; ``number`` counts those of an attempt from 1, ``tags`` is a JSON map, a timer's value is in seconds."""

    execution_id: str
    task_run_id: str
    attempt: int
    number: int
    task_id: str
    at: int
    name: str
    kind: str
    value: float
    tags: str


def append(session: Session, rows: Iterable[MetricRow]) -> None:
    """Keep metrics; one that is there already stays as it is."""
    session.run_many(load("metrics")["insert"], rows)


def of_execution(session: Session, execution_id: str) -> list[MetricRow]:
    """The metrics of an execution, in the order of time."""
    return [MetricRow(*row) for row in session.all(load("metrics")["of_execution"], (execution_id,))]
