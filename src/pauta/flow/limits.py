"""What limits the executions of a flow: how many at a time, how long, how often, and conditions."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from pauta.sdk.durations import Duration
from pauta.sdk.labels import Labels
from pauta.sdk.plugins import Model, Part


class ConcurrencyBehavior(StrEnum):
    """What happens to an execution for which there is no room."""

    QUEUE = "QUEUE"
    CANCEL = "CANCEL"
    FAIL = "FAIL"


class Concurrency(Model):
    """How many executions of the flow may run at a time."""

    limit: int = Field(ge=1)
    """How many."""
    behavior: ConcurrencyBehavior = ConcurrencyBehavior.QUEUE
    """What happens to those for which there is no room."""


class Quota(Model):
    """How many executions may start within a duration (2.x)."""

    limit: int = Field(gt=0)
    """How many."""
    duration: Duration
    """Within which time."""
    behavior: Literal["FAIL", "CANCEL"]
    """What happens to those that are too many."""


class Sla(Model):
    """What an execution has to keep to."""

    id: str = Field(min_length=1)
    """Its name."""
    behavior: Literal["FAIL", "CANCEL", "NONE"]
    """What happens to an execution that does not."""
    labels: Labels = ()
    """Labels that it gets then."""


class MaxDuration(Sla):
    """It ends within a duration."""

    type: Literal["MAX_DURATION"]
    duration: Duration
    """The longest time from the start to the end."""


class ExecutionAssertion(Sla):
    """A condition holds all the time."""

    type: Literal["EXECUTION_ASSERTION"]
    assert_: str = Field(alias="assert", min_length=1)
    """An expression that is true as long as all is well."""


_SLAS: Mapping[str, type[Sla]] = {"MAX_DURATION": MaxDuration, "EXECUTION_ASSERTION": ExecutionAssertion}


def _kind(properties: Mapping[str, Any], info: ValidationInfo) -> type[Sla]:
    del info
    kind = _SLAS.get(str(properties.get("type")))
    if kind is None:
        raise PydanticCustomError("sla_type", "an SLA needs a 'type': {kinds}", {"kinds": " or ".join(_SLAS)})
    return kind


AnySla = Annotated[Sla, Part(_kind)]
"""An SLA of whatever kind ``type`` names."""


class CheckBehavior(StrEnum):
    """What happens when the condition of a check does not hold."""

    BLOCK_EXECUTION = "BLOCK_EXECUTION"
    """No execution is made."""
    FAIL_EXECUTION = "FAIL_EXECUTION"
    """It is made, and FAILED."""
    CREATE_EXECUTION = "CREATE_EXECUTION"
    """It is made all the same."""


class Check(Model):
    """A condition that is looked at when an execution is created."""

    condition: str | None = Field(default=None, min_length=1)
    """1.x."""
    when: str | None = Field(default=None, min_length=1)
    """2.x."""
    message: str = Field(min_length=1)
    """What is said when the condition does not hold."""
    style: Literal["ERROR", "SUCCESS", "WARNING", "INFO"] = "INFO"
    """How the message looks."""
    behavior: CheckBehavior = CheckBehavior.BLOCK_EXECUTION
    """What happens when the condition does not hold."""

    @model_validator(mode="after")
    def _has_condition(self) -> Self:
        if self.condition is None and self.when is None:
            raise PydanticCustomError("no_condition", "a check needs a 'condition' (in 2.x: 'when')")
        return self
