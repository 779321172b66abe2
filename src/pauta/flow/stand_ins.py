"""Classes for types that are not installed, where a flow can do without what they do.

A task that does not exist cannot run. A trigger that never fires, with its conditions, does not hinder a flow that is
started by hand: it is read, checked, and warned about. What would run in a container runs as a process (the runtime says
so).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, Self, cast

from pydantic import ConfigDict, Field, create_model, model_validator
from pydantic_core import PydanticCustomError

from pauta.flow.core_types import Kind, core_types
from pauta.sdk.durations import Duration
from pauta.sdk.runners import TaskRunner
from pauta.sdk.states import State
from pauta.sdk.triggers import AnyCondition, Condition, Trigger

_Missed = Literal["ALL", "LAST", "NONE"]
_Map = Mapping[str, Any]
_Time: Any = Duration
_Needed = ...
_NICKNAMES = frozenset(
    f"@{name}" for name in ["yearly", "annually", "monthly", "weekly", "daily", "midnight", "hourly"]
)
_CRON_FIELD = re.compile(r"[0-9A-Za-z*?/,#L-]+")


class TriggerToCome(Trigger):
    """A trigger that does not fire."""


class ConditionToCome(Condition):
    """A condition of such a trigger."""


class RunnerToCome(TaskRunner):
    """A task runner in whose place another one is used."""

    model_config = ConfigDict(extra="allow")


class ScheduleToCome(TriggerToCome):
    """Times at which an execution starts."""

    cron: str
    timezone: str | None = None
    with_seconds: bool = False

    @model_validator(mode="after")
    def _is_schedule(self) -> Self:
        fields, expected = self.cron.split(), 6 if self.with_seconds else 5
        if self.cron.strip() in _NICKNAMES:
            return self
        if len(fields) != expected:
            raise _refusal(f"the cron expression '{self.cron}' has {len(fields)} parts, {expected} are expected")
        wrong = next((each for each in fields if not _CRON_FIELD.fullmatch(each)), None)
        if wrong is not None:
            raise _refusal(f"'{wrong}' is no part of a cron expression")
        return self

    @model_validator(mode="after")
    def _is_zone(self) -> Self:
        from zoneinfo import available_timezones

        if self.timezone is not None and self.timezone not in available_timezones():
            raise _refusal(f"there is no time zone '{self.timezone}'")
        return self


def _refusal(sentence: str) -> PydanticCustomError:
    return PydanticCustomError("refused", "{reason}", {"reason": sentence})


_PROPERTIES: Mapping[str, Mapping[str, Any]] = {
    "http.Trigger": {
        "uri": (Any, _Needed),
        "method": (Any, None),
        "body": (Any, None),
        "content_type": (Any, None),
        "form_data": (Any, None),
        "headers": (Any, None),
        "params": (Any, None),
        "options": (_Map | None, None),
        "ssl_options": (_Map | None, None),
        "encrypt_body": (Any, None),
        "response_condition": (Any, None),
        "interval": (_Time | None, None),
    },
    "trigger.Flow": {
        "inputs": (_Map | None, None),
        "states": (tuple[State, ...], ()),
        "preconditions": (_Map | None, None),
        "depends_on": (tuple[_Map, ...], ()),
        "mode": (Literal["ALL", "ANY", "AT_LEAST"] | None, None),
        "min_satisfied": (int | None, Field(None, gt=0)),
        "window": (_Map | None, None),
        "on_miss": (Any, None),
    },
    "trigger.McpToolTrigger": {
        "title": (str, _Needed),
        "tool_name": (str, Field(min_length=1, max_length=64, pattern=r"^[a-zA-Z0-9]([a-zA-Z0-9_.-]*[a-zA-Z0-9])?$")),
        "tool_description": (str, _Needed),
        "mcp_server": (str | None, None),
        "annotations": (_Map | None, None),
    },
    "trigger.Schedule": {
        "inputs": (_Map | None, None),
        "late_maximum_delay": (_Time | None, None),
        "recover_missed_schedules": (_Missed | None, None),
        "schedule_conditions": (tuple[AnyCondition, ...], ()),
        "backfill": (_Map | None, None),
    },
    "trigger.ScheduleOnDates": {
        "dates": (Any, _Needed),
        "inputs": (_Map | None, None),
        "timezone": (Any, None),
        "recover_missed_schedules": (_Missed | None, None),
    },
    "trigger.Webhook": {
        "key": (str, Field(max_length=256)),
        "inputs": (_Map | None, None),
        "wait": (bool, False),
        "return_outputs": (bool, False),
        "response_content_type": (Literal["application/json", "text/plain"] | None, None),
        "response_code": (Any, None),
        "fetch_type": (Literal["NONE", "FETCH", "STORE"] | None, None),
    },
    "condition.DateTimeBetween": {"after": (Any, None), "before": (Any, None), "date": (Any, None)},
    "condition.DayWeek": {"day_of_week": (Any, _Needed), "date": (Any, None)},
    "condition.DayWeekInMonth": {"day_of_week": (Any, _Needed), "day_in_month": (Any, _Needed), "date": (Any, None)},
    "condition.ExecutionFlow": {"namespace": (Any, _Needed), "flow_id": (Any, _Needed)},
    "condition.ExecutionLabels": {"labels": (Any, _Needed)},
    "condition.ExecutionNamespace": {"namespace": (Any, _Needed), "comparison": (Any, None), "prefix": (Any, None)},
    "condition.ExecutionOutputs": {"expression": (Any, _Needed)},
    "condition.ExecutionStatus": {"in": (Any, None), "not_in": (Any, None)},
    "condition.Expression": {"expression": (Any, _Needed)},
    "condition.FlowCondition": {"namespace": (str, _Needed), "flow_id": (str, _Needed)},
    "condition.FlowNamespaceCondition": {"namespace": (str, _Needed), "prefix": (bool, False)},
    "condition.HasRetryAttempt": {"in": (Any, None), "not_in": (Any, None)},
    "condition.MultipleCondition": {
        "id": (str, _Needed),
        "conditions": (Mapping[str, AnyCondition], _Needed),
        "time_window": (_Map | None, None),
        "window": (_Time | None, None),
        "window_advance": (_Time | None, None),
        "reset_on_success": (bool, True),
    },
    "condition.Not": {"conditions": (tuple[AnyCondition, ...], Field(min_length=1))},
    "condition.Or": {"conditions": (tuple[AnyCondition, ...], Field(min_length=1))},
    "condition.PublicHoliday": {"country": (Any, None), "sub_division": (Any, None), "date": (Any, None)},
    "condition.TimeBetween": {"after": (Any, None), "before": (Any, None), "date": (Any, None)},
    "condition.Weekend": {"date": (Any, None)},
}
"""What each has beside the common properties: kind and default. ``Any``: expressions, which are looked at when they run."""
_BASES: Mapping[str, type[Any]] = {"trigger.Schedule": ScheduleToCome}
_CLASSES = {Kind.TRIGGER: TriggerToCome, Kind.CONDITION: ConditionToCome, Kind.TASK_RUNNER: RunnerToCome}


def stand_in(name: str) -> type[Any] | None:
    """The class to read a map of this type as; None: there is none."""
    known = core_types().get(name)
    return None if known is None or known.kind not in _CLASSES else _class(known.name, known.kind)


@cache
def _class(name: str, kind: Kind) -> type[Any]:
    short = name.removeprefix("io.kestra.plugin.core.")
    base = _BASES.get(short, _CLASSES[kind])
    if short not in _PROPERTIES:
        return base
    return cast("type[Any]", create_model(name.rpartition(".")[2], __base__=base, **dict(_PROPERTIES[short])))
