"""Starts commands through the launcher process beside this one (see ``keeper.py``) and follows them."""

from __future__ import annotations

import errno
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

STREAMS = "PAUTA_STREAMS"
"""A variable of a command's environment that is filled with the inodes of its output pipes, if it is there."""
_CHUNK = 65_536
_DRAIN = 0.5
"""Seconds to wait for the output of what a command left behind."""
_LOST = "the process that looked after the command was killed, and the command with it"
_LAST = 5.0
"""Longest time in seconds to wait for the end of the streams after everything was killed."""


class Ended(NamedTuple):
    """How a command ended. ``exit_code`` is 128 + n after signal n."""

    exit_code: int
    left_behind: bool
    """Processes that hold its output were left, and had to be killed."""
    cpu_seconds: float
    """Of the command and of all that it started."""
    peak_memory: int
    """Bytes; that of the largest of these processes."""


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
        """Start a command in a folder, with exactly this environment (but see ``STREAMS``).

        Raises TaskFailed when it cannot be started.
        """
        import socket

        here, there = socket.socketpair()
        (stdout, stdout_end), (stderr, stderr_end) = os.pipe(), os.pipe()
        running = Running(here, stdout, stderr)
        if STREAMS in environment:
            inodes = ":".join(str(os.fstat(pipe).st_ino) for pipe in (stdout, stderr))
            environment = {**environment, STREAMS: inodes}
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
        self._has_ended = False
        self._is_lost = False
        self._last_words: list[str] = []
        self.pid = 0

    def begin(self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        """Send the request and wait until the command has started."""
        try:
            self._control.sendall(keeper.request(str(folder), list(arguments), dict(environment)))
            word, number = self._line()
        except OSError:
            self.close()
            raise TaskFailed(_LOST) from None
        if word == "failed":
            self.close()
            raise TaskFailed(f"'{arguments[0]}' cannot be started: {os.strerror(int(number))}")
        self.pid = int(number)

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
            left_behind = self._follow(poll, on_output)
        finally:
            self.close()
        if self._is_lost:
            raise TaskFailed(_LOST)
        _, code, cpu_seconds, peak = self._last_words or ("gone", str(-keeper.SIGKILL), "0", "0")
        return Ended(_positive(int(code)), left_behind, float(cpu_seconds), int(peak) * 1024)

    def close(self) -> None:
        """Kill what still runs, and let go of everything."""
        self._control.close()
        for descriptor in self._streams:
            os.close(descriptor)
        self._streams.clear()

    def _follow(self, poll: select.poll, on_output: Callable[[bool, bytes], None]) -> bool:
        """Read to the end; whether processes with the command's output had to be killed."""
        self._hear_lines(poll)  # it may have ended so fast that one reading brought all lines
        self._read(poll, on_output, until=lambda: self._has_ended)
        self._read(poll, on_output, until=lambda: not self._streams, seconds=_DRAIN)
        left_behind = bool(self._streams)
        self._kill()
        self._read(poll, on_output, until=lambda: self._is_gone and not self._streams, seconds=_LAST)
        return left_behind

    @property
    def _is_gone(self) -> bool:
        return bool(self._last_words) or self._is_lost

    def _kill(self) -> None:
        import socket

        if not self._is_gone:
            self._control.shutdown(socket.SHUT_WR)

    def _read(
        self,
        poll: select.poll,
        on_output: Callable[[bool, bytes], None],
        *,
        until: Callable[[], bool],
        seconds: float | None = None,
    ) -> None:
        """Pass on output until the condition holds, or for so many seconds."""
        end = None if seconds is None else time.monotonic() + seconds
        while not until() and (end is None or time.monotonic() < end):
            for descriptor, _ in poll.poll(None if end is None else 20):
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
        """Take what the keeper says; without its last words it is lost."""
        if self._receive():
            self._hear_lines(poll)
        else:
            self._is_lost = self._has_ended = True
            poll.unregister(self._control.fileno())

    def _hear_lines(self, poll: select.poll) -> None:
        while b"\n" in self._said:
            words = self._line()
            self._has_ended = True
            if words[0] == "gone":
                self._last_words = words
                poll.unregister(self._control.fileno())

    def _line(self) -> list[str]:
        """The next line. Raises ConnectionError when none comes any more."""
        while b"\n" not in self._said:
            if not self._receive():
                raise ConnectionAbortedError(errno.ECONNABORTED, os.strerror(errno.ECONNABORTED))
        line, _, self._said = self._said.partition(b"\n")
        return line.decode().split()

    def _receive(self) -> bool:
        """Wait for words of the keeper; False when it is gone."""
        try:
            part = self._control.recv(256)
        except ConnectionError:
            return False
        self._said += part
        return bool(part)


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
