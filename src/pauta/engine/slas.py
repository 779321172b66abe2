"""What an execution has to keep to: how long it takes, and what holds all the time.

From Kestra: who does not gets labels, and (unless the behaviour is NONE) ends FAILED or CANCELLED at once; ``errors`` do
not run. Each violation counts once. An assertion that cannot be rendered holds.
"""

from __future__ import annotations

from datetime import timedelta

from pauta.engine import progress
from pauta.engine.work import Work
from pauta.expression import truthy
from pauta.flow.limits import ExecutionAssertion, MaxDuration, Sla
from pauta.sdk.states import Level, State

DURATION = "sla"
"""Kind of the timer of a longest duration; what follows the colon is the id of the SLA."""
_STATES = {"FAIL": State.FAILED, "CANCEL": State.CANCELLED}
_MICROSECOND = timedelta(microseconds=1)


def watch(work: Work) -> None:
    """The execution begins: its durations count from its creation."""
    for sla in work.flow.sla:
        if isinstance(sla, MaxDuration):
            created = work.execution.history[0].at
            work.set_timer(None, f"{DURATION}:{sla.id}", created + sla.duration // _MICROSECOND)


def too_long(work: Work, sla_id: str) -> None:
    """A duration is over."""
    sla = next((each for each in work.flow.sla if each.id == sla_id), None)
    if isinstance(sla, MaxDuration):
        _violated(work, sla, f"it takes longer than {sla.duration.total_seconds():g} seconds")


def check(work: Work) -> None:
    """See whether what has to hold does, after each event."""
    for sla in work.flow.sla:
        if isinstance(sla, ExecutionAssertion) and work.execution.state is State.RUNNING:
            answer = work.render(None, f"sla {sla.id}", sla.assert_, may_ask=False)
            if answer is not None and answer.text is not None and not truthy(answer.text):
                _violated(work, sla, f"this does not hold: {sla.assert_}")


def _violated(work: Work, sla: Sla, reason: str) -> None:
    if sla.id in work.live.violated:
        return
    work.live.violated.add(sla.id)
    work.log(None, Level.WARN, f"the service level '{sla.id}' is violated: {reason}")
    if sla.labels:
        work.execution.labels = tuple({**dict(work.execution.labels), **dict(sla.labels)}.items())
        work.decision.labels = True
    state = _STATES.get(sla.behavior)
    if state is not None:
        progress.stop_all(work, State.KILLED, state)
