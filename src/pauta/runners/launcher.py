"""Starts commands through the launcher process beside this one (see ``keeper.py``) and follows them."""

from __future__ import annotations

import os
import select
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pauta.errors import TaskFailed
from pauta.runners import keeper

if TYPE_CHECKING:
    import socket

_CHUNK = 65_536
_DRAIN = 0.5
"""Seconds to wait for the output of what a command left behind."""
_LAST = 5.0
"""Longest time in seconds to wait for the end of the streams after everything was killed."""


class Ended(NamedTuple):
    """How a command ended: its exit code (128 + n after signal n), and whether it left processes with its output."""

    exit_code: int
    left_behind: bool


class Launcher:
    """The launcher process of this process. It starts at the first need, and again when it was killed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: socket.socket | None = None
        self._owner = 0

    def warm_up(self) -> None:
        """Start the launcher process without waiting for it."""
        with self._lock:
            self._ready()

    def start(self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path) -> Running:
        """Start a command in a folder, with exactly this environment.

        Raises TaskFailed when it cannot be started.
        """
        import socket

        here, there = socket.socketpair()
        (stdout, stdout_end), (stderr, stderr_end) = os.pipe(), os.pipe()
        running = Running(here, stdout, stderr)
        try:
            self._send([there.fileno(), stdout_end, stderr_end])
        finally:
            there.close()
            os.close(stdout_end)
            os.close(stderr_end)
        running.begin(arguments, environment, folder)
        return running

    def _send(self, descriptors: list[int]) -> None:
        import socket

        with self._lock:
            for last in (False, True):
                try:
                    socket.send_fds(self._ready(), [b"+"], descriptors)
                except OSError:
                    self._forget()
                    if last:
                        raise
                else:
                    return

    def _forget(self) -> None:
        """The launcher was killed; the commands that it started are kept on by their keepers."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _ready(self) -> socket.socket:
        if self._connection is None or self._owner != os.getpid():
            self._connection, self._owner = _start_launcher(), os.getpid()
        return self._connection


class Running:
    """A command that runs. One thread follows it; any other may stop it."""

    def __init__(self, control: socket.socket, stdout: int, stderr: int) -> None:
        self._control = control
        self._streams = {stdout: False, stderr: True}
        self._said = b""
        self._exit_code: int | None = None
        self.pid = 0

    def begin(self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        """Send the request and wait until the command has started."""
        try:
            self._control.sendall(keeper.request(str(folder), list(arguments), dict(environment)))
            word, number = self._line()
        except OSError as error:
            self.close()
            raise TaskFailed(f"the command cannot be started: {error.strerror}") from error
        if word == "failed":
            self.close()
            raise TaskFailed(f"'{arguments[0]}' cannot be started: {os.strerror(number)}")
        self.pid = number

    def stop(self) -> None:
        """Ask for the end of the command and all that it started."""
        try:
            self._control.send(b"T")
        except OSError:
            return  # it has ended

    def follow(self, on_output: Callable[[bool, bytes], None]) -> Ended:
        """Read the outputs until the command has ended; afterwards nothing of it is left.

        ``on_output`` is called with ``(is_stderr, chunk)``.
        """
        poll = select.poll()
        for descriptor in (*self._streams, self._control.fileno()):
            poll.register(descriptor, select.POLLIN)
        try:
            if b"\n" in self._said:
                self._hear(poll)  # it ended so fast that one reading brought both lines
            self._read(poll, on_output, lambda: self._exit_code is not None)
            self._read(poll, on_output, _deadline(_DRAIN))
            left_behind = bool(self._streams)
            self._control.close()  # now the keeper kills what is left
            self._read(poll, on_output, _deadline(_LAST))
        finally:
            self.close()
        return Ended(_positive(self._exit_code or 0), left_behind)

    def close(self) -> None:
        """Kill what still runs, and let go of everything."""
        self._control.close()
        for descriptor in self._streams:
            os.close(descriptor)
        self._streams.clear()

    def _read(self, poll: select.poll, on_output: Callable[[bool, bytes], None], done: Callable[[], bool]) -> None:
        """Pass on output until it is done; when the command has ended, only as long as there are streams."""
        while (self._streams or self._exit_code is None) and not done():
            for descriptor, _ in poll.poll(1000 if self._exit_code is None else 50):
                if descriptor in self._streams:
                    self._pass_on(descriptor, poll, on_output)
                else:
                    self._hear(poll)

    def _pass_on(self, descriptor: int, poll: select.poll, on_output: Callable[[bool, bytes], None]) -> None:
        chunk = os.read(descriptor, _CHUNK)
        if chunk:
            on_output(self._streams[descriptor], chunk)
            return
        poll.unregister(descriptor)
        del self._streams[descriptor]
        os.close(descriptor)

    def _hear(self, poll: select.poll) -> None:
        word, number = self._line()
        if word == "ended":
            self._exit_code = number
            poll.unregister(self._control.fileno())

    def _line(self) -> tuple[str, int]:
        while b"\n" not in self._said:
            part = self._control.recv(256)
            if not part:
                raise TaskFailed("the process that looked after the command was killed, and the command with it")
            self._said += part
        line, _, self._said = self._said.partition(b"\n")
        word, number = line.decode().split()
        return word, int(number)


def _deadline(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() >= end


def _positive(code: int) -> int:
    """Exit code as a shell writes it."""
    return code if code >= 0 else 128 - code


def _start_launcher() -> socket.socket:
    """Start a launcher; it lives as long as the connection to it is open."""
    import socket

    here, there = socket.socketpair()
    null = os.open(os.devnull, os.O_WRONLY)
    files = [(os.POSIX_SPAWN_DUP2, there.fileno(), 0), (os.POSIX_SPAWN_DUP2, null, 1), (os.POSIX_SPAWN_DUP2, null, 2)]
    try:
        # a session of its own: Ctrl-C at the terminal reaches pauta, which stops its commands in order
        arguments = [sys.executable, "-I", "-S", keeper.__file__]
        os.posix_spawn(sys.executable, arguments, {}, file_actions=files, setsid=True, setsigmask=[])
    finally:
        there.close()
        os.close(null)
    return here
