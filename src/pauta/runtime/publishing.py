"""Tells listeners what a commit made durable, in the order in which it happened."""

from __future__ import annotations

from collections.abc import Iterator

from pauta.engine.effects import Decision
from pauta.engine.execution import Execution
from pauta.runtime.listeners import (
    ExecutionChanged,
    Listeners,
    LogWritten,
    MetricReported,
    Notice,
    TaskRunChanged,
    snapshot,
)
from pauta.runtime.logs import Entry
from pauta.sdk.context import Metric
from pauta.sdk.states import MetricKind, State
from pauta.storage.columns import load
from pauta.storage.logs import LogRow
from pauta.storage.metrics import MetricRow

_BEFORE = frozenset({State.CREATED, State.SUBMITTED})
"""States of a task run that has not begun to work."""


class Publisher:
    """Collects notices during a turn and publishes them after its commit; costs nothing while nobody listens."""

    def __init__(self, listeners: Listeners) -> None:
        self._listeners = listeners
        self._notices: list[tuple[int, Notice]] = []
        self._early: list[Entry] = []
        self._begun: set[str] = set()

    def decided(self, execution: Execution, decision: Decision) -> None:
        """A decision was made: note the states that were entered."""
        if not self._listeners:
            return
        for run in decision.task_runs.values():
            self._notices.append((run.history[-1].at, TaskRunChanged(snapshot(run))))
        if decision.execution:
            state, at = execution.history[-1]
            self._notices.append((at, ExecutionChanged(execution.id, state, at)))

    def publish(self, entries: list[Entry]) -> None:
        """The turn is durable: tell what was decided and what was logged.

        Lines of a task run that were taken before its start was decided wait for the next turn.
        """
        notices, self._notices = self._notices, []
        if not self._listeners:
            return
        self._begun.update(_begun(notices))
        entries, self._early = self._split(self._early + entries)
        told = [*notices, *((entry.at, _notice(entry)) for entry in entries)]
        for _, notice in sorted(told, key=_at):
            self._listeners.publish(notice)

    def settled(self, execution: Execution) -> None:
        """Nothing follows any more in an execution."""
        self._begun.difference_update(execution.task_runs)
        if self._listeners:
            state, at = execution.history[-1]
            self._listeners.publish(ExecutionChanged(execution.id, state, at, settled=True))

    def _split(self, entries: list[Entry]) -> tuple[list[Entry], list[Entry]]:
        due = [entry for entry in entries if not entry.task_run_id or entry.task_run_id in self._begun]
        early = [entry for entry in entries if entry.task_run_id and entry.task_run_id not in self._begun]
        return due, early


def _at(told: tuple[int, Notice]) -> int:
    return told[0]


def _begun(notices: list[tuple[int, Notice]]) -> Iterator[str]:
    """The ids of task runs that have begun to work."""
    for _, change in notices:
        if isinstance(change, TaskRunChanged) and change.task_run.state not in _BEFORE:
            yield change.task_run.id


def _notice(entry: Entry) -> Notice:
    if isinstance(entry, LogRow):
        return LogWritten(
            entry.execution_id, entry.at, entry.level, entry.task_id, entry.task_run_id or None, entry.message
        )
    return _metric_notice(entry)


def _metric_notice(row: MetricRow) -> MetricReported:
    metric = Metric(row.name, MetricKind(row.kind), row.value, load(row.tags))
    return MetricReported(row.execution_id, row.task_id, row.task_run_id, row.at, metric)
