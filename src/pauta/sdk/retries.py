"""What is to happen with a task run that failed: another attempt, after a while.

Kestra has three kinds of delay. Without ``maxAttempts`` and ``maxDuration`` it goes on for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from pauta.sdk.durations import Duration
from pauta.sdk.plugins import Model, Part

_Shorter = tuple[str, str]


class RetryBehavior(StrEnum):
    """What is done again."""

    RETRY_FAILED_TASK = "RETRY_FAILED_TASK"
    """Another attempt of the same task run."""
    CREATE_NEW_EXECUTION = "CREATE_NEW_EXECUTION"
    """The whole execution, as a new one."""


class Retry(Model):
    """What all kinds have in common."""

    former: ClassVar[Mapping[str, str]] = {"maxAttempt": "maxAttempts"}
    shorter: ClassVar[tuple[_Shorter, ...]] = ()
    """Pairs of properties (by field name) of which the first must be less than the second, where both are given."""

    max_attempts: int | None = Field(default=None, ge=1)
    """How many attempts in all, the first included."""
    max_duration: Duration | None = None
    """No attempt starts later than this after the start of the first one."""
    warning_on_retry: bool = False
    """A success that needed more than one attempt is a WARNING."""
    behavior: RetryBehavior = RetryBehavior.RETRY_FAILED_TASK
    """What is done again."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        wrong = [pair for pair in self.shorter if not self._fits(*pair)]
        if wrong:
            names = ", and ".join(f"'{_alias(first)}' must be less than '{_alias(second)}'" for first, second in wrong)
            raise PydanticCustomError("retry", "{names}", {"names": names})
        return self

    def _fits(self, first: str, second: str) -> bool:
        less: timedelta = getattr(self, first)
        more: timedelta | None = getattr(self, second)
        return more is None or less < more


class ConstantRetry(Retry):
    """The same delay every time."""

    shorter: ClassVar[tuple[_Shorter, ...]] = (("interval", "max_duration"),)

    type: Literal["constant"]
    interval: Duration
    """The delay."""


class ExponentialRetry(Retry):
    """A delay that grows by ``delayFactor`` with every attempt."""

    shorter: ClassVar[tuple[_Shorter, ...]] = (("interval", "max_duration"), ("interval", "max_interval"))

    type: Literal["exponential"]
    interval: Duration
    """The first delay."""
    max_interval: Duration
    """The longest delay."""
    delay_factor: float = 2.0
    """By how much each delay is longer than the one before."""


class RandomRetry(Retry):
    """A delay between two bounds."""

    shorter: ClassVar[tuple[_Shorter, ...]] = (
        ("min_interval", "max_interval"),
        ("min_interval", "max_duration"),
        ("max_interval", "max_duration"),
    )

    type: Literal["random"]
    min_interval: Duration
    """The shortest delay."""
    max_interval: Duration
    """The longest delay."""


_KINDS: Mapping[str, type[Retry]] = {
    "constant": ConstantRetry,
    "exponential": ExponentialRetry,
    "random": RandomRetry,
}


def _alias(name: str) -> str:
    from pydantic.alias_generators import to_camel

    return to_camel(name)


def _kind(properties: Mapping[str, Any], info: ValidationInfo) -> type[Retry]:
    del info
    kind = _KINDS.get(str(properties.get("type")))
    if kind is None:
        raise PydanticCustomError("retry_type", "a retry needs a 'type': {kinds}", {"kinds": ", ".join(_KINDS)})
    return kind


AnyRetry = Annotated[Retry, Part(_kind)]
"""A retry of whatever kind ``type`` names."""
