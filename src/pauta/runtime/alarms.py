"""Which timers of the executions in memory come next."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator

from pauta.engine.execution import Timer


class Alarms:
    """The timers by their instants. Those that were dropped stay until they come: who asks checks what they mean."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, str, str]] = []

    def set(self, execution_id: str, timers: Iterable[Timer]) -> None:
        """These timers of an execution are to come."""
        for timer in timers:
            heapq.heappush(self._heap, (timer.due, execution_id, timer.id))

    def come(self, now: int) -> Iterator[tuple[str, str]]:
        """The execution and the timer of all those whose instant has come, each once."""
        while self._heap and self._heap[0][0] <= now:
            _, execution_id, timer_id = heapq.heappop(self._heap)
            yield execution_id, timer_id

    def next(self) -> int | None:
        """The instant of the next one; None when there is none."""
        return self._heap[0][0] if self._heap else None
