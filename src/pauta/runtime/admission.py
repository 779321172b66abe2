"""Places of flows that limit their executions: a place is a row, so that nothing has to be counted up and down.

Who asks takes a place in the same transaction in which the free ones are counted. Whenever an execution of such a flow
ends, or begins to wait, the oldest ones that wait get what is free, in the same commit: no place stays free while
somebody waits for it.
"""

from __future__ import annotations

import orjson

from pauta.clock import Clock
from pauta.engine.events import SlotGranted
from pauta.storage import executions, messages, slots
from pauta.storage.connection import Database, Session


class Admission:
    """Answers questions for a place."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def answer(self, template: str) -> str:
        """Take a place when there is one and nobody waits for it: the JSON of whether there was."""
        wanted = orjson.loads(template)
        namespace, flow_id = wanted["namespace"], wanted["flow"]
        with self._database.transaction() as session:
            if slots.holds(session, wanted["execution"], wanted["generation"]):
                return "true"
            free = wanted["limit"] - slots.taken(session, namespace, flow_id)
            if free <= 0 or executions.queued(session, namespace, flow_id, 1):
                return "false"
            slots.take(session, wanted["execution"], wanted["generation"], (namespace, flow_id), self._clock.now())
        return "true"


def admit_waiting(session: Session, namespace: str, flow_id: str, limit: int, now: int) -> bool:
    """Give what is free to the executions that wait, the oldest first; whether any got a place."""
    free = limit - slots.taken(session, namespace, flow_id)
    admitted = executions.queued(session, namespace, flow_id, free) if free > 0 else []
    for execution_id, shard, generation in admitted:
        slots.take(session, execution_id, generation, (namespace, flow_id), now)
        messages.post(session, shard, execution_id, SlotGranted(), now)
    return bool(admitted)
