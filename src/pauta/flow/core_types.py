"""The task, trigger, condition and runner types that Kestra itself brings, in both versions.

Which of them are installed here is known to ``pauta.registry``; this list tells a type that is not supported yet from one
that does not exist, and a flow for 1.x from one for 2.x.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import NamedTuple

from pauta.expression import Dialect


class Kind(StrEnum):
    """What a type is the type of."""

    TASK = "task"
    TRIGGER = "trigger"
    CONDITION = "condition"
    TASK_RUNNER = "task runner"


class CoreType(NamedTuple):
    """A type of Kestra: its canonical name, and the one version that has it (None: both)."""

    name: str
    kind: Kind
    only: Dialect | None


_PREFIX = "io.kestra.plugin."
_GROUPS = (
    (Kind.TASK, "core.debug", "Echo-1 Return"),
    (
        Kind.TASK,
        "core.execution",
        "Assert Count-1 Exit Fail Labels PurgeExecutions Resume-1 SetVariables UnsetVariables",
    ),
    (
        Kind.TASK,
        "core.flow",
        "AllowFailure Dag EachParallel-1 EachSequential-1 ForEach-1 ForEachItem-1 If Loop-2 LoopUntil Parallel Pause PurgeFlows-2 Sequential Sleep Subflow Switch Template-1 WorkingDirectory",
    ),
    (Kind.TASK, "core.http", "Download Request SseRequest"),
    (Kind.TASK, "core.kv", "Delete Get GetKeys PurgeKV Put Set"),
    (Kind.TASK, "core.log", "Fetch-1 Log PurgeLogs"),
    (Kind.TASK, "core.metric", "Publish"),
    (Kind.TASK, "core.namespace", "DeleteFiles DownloadFiles PurgeFiles UploadFiles"),
    (Kind.TASK, "core.output", "OutputValues"),
    (Kind.TASK, "core.state", "Delete-1 Get-1 Set-1"),
    (
        Kind.TASK,
        "core.storage",
        "Concat DeduplicateItems Delete FilterItems LocalFiles-1 PurgeCurrentExecutionFiles PurgeStorage-2 Reverse Size Split Write",
    ),
    (Kind.TASK, "core.templating", "TemplatedTask"),
    (Kind.TASK, "core.trigger", "Toggle-1"),
    (Kind.TRIGGER, "core.http", "Trigger"),
    (Kind.TRIGGER, "core.trigger", "Flow McpToolTrigger-2 Schedule ScheduleOnDates Webhook"),
    (
        Kind.CONDITION,
        "core.condition",
        "DateTimeBetween-1 DayWeek-1 DayWeekInMonth-1 ExecutionFlow-1 ExecutionLabels-1 ExecutionNamespace-1 ExecutionOutputs-1 ExecutionStatus-1 Expression-1 FlowCondition-1 FlowNamespaceCondition-1 HasRetryAttempt-1 MultipleCondition-1 Not-1 Or-1 PublicHoliday-1 TimeBetween-1 Weekend-1",
    ),
    (Kind.TASK_RUNNER, "core.runner", "Process"),
    (Kind.TASK_RUNNER, "scripts.runner.docker", "Docker"),
)
"""Kind, package, names: ``-1`` is gone in 2.x, ``-2`` came with it."""

_OLD = (
    (
        "io.kestra.core.models.conditions.types",
        "core.condition",
        "DateTimeBetweenCondition=DateTimeBetween DayWeekCondition=DayWeek DayWeekInMonthCondition=DayWeekInMonth ExecutionFlowCondition=ExecutionFlow ExecutionLabelsCondition=ExecutionLabels ExecutionNamespaceCondition=ExecutionNamespace ExecutionOutputsCondition=ExecutionOutputs ExecutionStatusCondition=ExecutionStatus FlowCondition FlowNamespaceCondition HasRetryAttemptCondition=HasRetryAttempt MultipleCondition NotCondition=Not OrCondition=Or PublicHolidayCondition=PublicHoliday TimeBetweenCondition=TimeBetween VariableCondition=Expression WeekendCondition=Weekend",
    ),
    ("io.kestra.core.models.triggers.types", "core.trigger", "Flow Schedule Webhook"),
    ("io.kestra.core.tasks.debugs", "core.debug", "Echo Return"),
    ("io.kestra.core.tasks.executions", "core.execution", "Counts=Count Fail Labels"),
    (
        "io.kestra.core.tasks.flows",
        "core.flow",
        "AllowFailure Dag EachParallel EachSequential Flow=Subflow ForEachItem If Parallel Pause Sequential Subflow Switch Template Worker=WorkingDirectory WorkingDirectory",
    ),
    ("io.kestra.core.tasks.log", "core.log", "Fetch Log"),
    ("io.kestra.core.tasks.states", "core.state", "Delete Get Set"),
    ("io.kestra.core.tasks.storages", "core.execution", "Purge=PurgeExecutions"),
    (
        "io.kestra.core.tasks.storages",
        "core.storage",
        "Concat DeduplicateItems Delete FilterItems LocalFiles PurgeExecution=PurgeCurrentExecutionFiles Reverse Size Split",
    ),
    ("io.kestra.core.tasks.templating", "core.templating", "TemplatedTask"),
    ("io.kestra.core.tasks.trigger", "core.trigger", "Toggle"),
    (
        "io.kestra.plugin.core.condition",
        "core.condition",
        "DateTimeBetweenCondition=DateTimeBetween DayWeekCondition=DayWeek DayWeekInMonthCondition=DayWeekInMonth ExecutionFlowCondition=ExecutionFlow ExecutionLabelsCondition=ExecutionLabels ExecutionNamespaceCondition=ExecutionNamespace ExecutionOutputsCondition=ExecutionOutputs ExecutionStatusCondition=ExecutionStatus ExpressionCondition=Expression HasRetryAttemptCondition=HasRetryAttempt NotCondition=Not OrCondition=Or PublicHolidayCondition=PublicHoliday TimeBetweenCondition=TimeBetween WeekendCondition=Weekend",
    ),
    ("io.kestra.plugin.core.flow", "core.flow", "WaitFor=LoopUntil"),
    ("io.kestra.plugin.core.storage", "core.execution", "Purge=PurgeExecutions"),
    ("io.kestra.plugin.core.storage", "core.storage", "PurgeExecution=PurgeCurrentExecutionFiles"),
    ("io.kestra.plugin.fs.http", "core.http", "Download Request Trigger"),
)
"""Package of old names, package of today, names (``old=new`` where they differ)."""


@cache
def core_types() -> dict[str, CoreType]:
    """All types, by every name that they have or had."""
    types = {each.name: each for each in _written()}
    for package, now, names in _OLD:
        for old, _, new in (name.partition("=") for name in names.split()):
            types[f"{package}.{old}"] = types[f"{_PREFIX}{now}.{new or old}"]
    return types


def _written() -> list[CoreType]:
    return [_type(kind, package, name) for kind, package, names in _GROUPS for name in names.split()]


def _type(kind: Kind, package: str, written: str) -> CoreType:
    name, _, only = written.partition("-")
    return CoreType(f"{_PREFIX}{package}.{name}", kind, Dialect(only) if only else None)
