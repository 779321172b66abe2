"""jq, in processes of its own: the binding holds the interpreter's lock while a program runs, and cannot be stopped.

A process is started when the first program asks for it, and stays. One that does not answer in time is killed, and the
next program gets a new one.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import selectors
import subprocess
import sys
import threading
import time
import weakref
from pathlib import Path
from typing import IO, cast

from pauta.errors import PautaError
from pauta.expression import limits

_PROGRAM = Path(__file__).with_name("jq_helper.py")
_KEPT_VARIABLES = ("PYTHONPATH", "PYTHONHOME")
"""What Python itself may need to find the binding; the helper forgets them before it answers."""
_CHUNK = 1 << 16
_START = 60.0
"""Seconds that a process may take to start."""


class JqProcess:
    """Runs jq programs, at most ``limit`` at the same time.

    Each may take ``deadline`` seconds, and its process ``memory`` bytes of address space.
    """

    def __init__(self, *, deadline: float = 10.0, memory: int = 2 << 30, limit: int = 2) -> None:
        self._deadline = deadline
        self._memory = memory
        self._free = threading.Semaphore(limit)
        self._lock = threading.Lock()
        self._idle: list[_Helper] = []

    def query(self, program: str, text: str) -> object:
        """All results of a program on a JSON text. Raises PautaError: it is wrong, fails, or takes too long."""
        with self._free:
            helper = self._taken()
            answer = helper.answer(program, text, self._deadline)
            with self._lock:
                self._idle.append(helper)
        if answer.startswith(b"-"):
            raise PautaError(f"jq: {answer[1:].decode(errors='replace').strip()}")
        return json.loads(answer[1:])

    def close(self) -> None:
        """End the processes."""
        with self._lock:
            idle, self._idle = self._idle, []
        for helper in idle:
            helper.end()

    def _taken(self) -> _Helper:
        with self._lock:
            while self._idle:
                helper = self._idle.pop()
                if helper.alive:
                    return helper
                helper.end()
        return _Helper(self._memory)


class _Helper:
    """One process; it answers one request at a time."""

    def __init__(self, memory: int) -> None:
        kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        self._process = subprocess.Popen(  # noqa: S603 -- our own program
            [sys.executable, "-P", str(_PROGRAM), str(memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=kept,
            start_new_session=True,
        )
        self.end = weakref.finalize(self, _end, self._process)
        """Kills the process, at the latest when pauta ends."""
        self._ready = False

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def answer(self, program: str, text: str, deadline: float) -> bytes:
        """Its answer, a line. Raises PautaError when there is none in time; the process is gone then."""
        request = {"program": program, "text": text, "seconds": math.ceil(deadline) + 1}
        allowed = {"results": limits.ITEMS, "characters": limits.TEXT}
        try:
            self._await_ready()
            self._send(json.dumps({**request, **allowed}).encode() + b"\n")
            return self._line(time.monotonic() + deadline)
        except TimeoutError:
            self.end()
            raise PautaError(f"jq: the program took longer than {deadline:g} seconds") from None
        except OSError:
            self.end()
            raise PautaError("jq: the program needed too much memory") from None
        except BaseException:
            self.end()
            raise

    def _await_ready(self) -> None:
        """Python's own start does not count."""
        if not self._ready:
            self._line(time.monotonic() + _START)
            self._ready = True

    def _send(self, request: bytes) -> None:
        stream = cast("IO[bytes]", self._process.stdin)
        stream.write(request)
        stream.flush()

    def _line(self, until: float) -> bytes:
        """What it writes, up to the end of the line. Raises TimeoutError, OSError."""
        stream = cast("IO[bytes]", self._process.stdout)
        parts: list[bytes] = []
        with selectors.DefaultSelector() as selector:
            selector.register(stream, selectors.EVENT_READ)
            while not parts or not parts[-1].endswith(b"\n"):
                if not selector.select(max(until - time.monotonic(), 0)):
                    raise TimeoutError
                chunk = os.read(stream.fileno(), _CHUNK)
                if not chunk:
                    raise ConnectionResetError
                parts.append(chunk)
        return b"".join(parts)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):
            cast("IO[bytes]", stream).close()
