"""A few threads that run calls; at most so many at the same time."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

Call = Callable[[], None]


class Pool:
    """Threads are made when they are needed, and end with the process."""

    def __init__(self, name: str, limit: int) -> None:
        self._name = name
        self._limit = limit
        self._waiting: deque[Call] = deque()
        self._work = threading.Condition()
        self._threads = 0
        self._idle = 0
        self._closed = False

    def run(self, call: Call) -> None:
        """Run the call in a thread, now or when one is free. It must not raise."""
        with self._work:
            self._waiting.append(call)
            if len(self._waiting) <= self._idle:
                self._work.notify()
            elif self._threads < self._limit:
                self._threads += 1
                threading.Thread(target=self._loop, name=f"{self._name}-{self._threads}", daemon=True).start()

    def close(self) -> None:
        """Start nothing any more; what runs goes on."""
        with self._work:
            self._closed = True
            self._waiting.clear()
            self._work.notify_all()

    def _loop(self) -> None:
        while (call := self._next()) is not None:
            call()

    def _next(self) -> Call | None:
        with self._work:
            self._idle += 1
            while not self._waiting and not self._closed:
                self._work.wait()
            self._idle -= 1
            return None if self._closed else self._waiting.popleft()
