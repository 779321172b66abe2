"""The one shape of a long-running service: start, stop, a loop, one verb."""

from __future__ import annotations

import threading


class Service:
    """A thread that does one thing again and again: ``step``.

    ``step`` waits for work by itself; ``wake`` makes it return from waiting. What it raises ends the service: it is
    kept in ``failure``, and ``on_failure`` is called.
    """

    name = "service"

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self.failure: BaseException | None = None

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread = threading.Thread(target=self._loop, name=self.name, daemon=True)
        self._thread.start()

    def start_once(self) -> None:
        """Begin, unless it has begun."""
        if self._thread is None:
            self.start()

    def stop(self, patience: float = 10.0) -> None:
        """End after the present step; waits so many seconds for it."""
        self._stopping.set()
        self.wake()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(patience)

    def begin(self) -> None:
        """What is done once, before the first step."""

    def step(self) -> None:
        """Wait for work and do it."""
        raise NotImplementedError

    def wake(self) -> None:
        """There is work."""

    def on_failure(self) -> None:
        """The loop ended with ``failure``."""

    def _loop(self) -> None:
        try:
            self.begin()
            while not self._stopping.is_set():
                self.step()
        except BaseException as error:  # noqa: BLE001 -- whoever waits for the service is told
            self.failure = error
            self.on_failure()
