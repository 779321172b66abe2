"""Ownership of shards on one machine: locks of the operating system on bytes of a file.

Byte n of ``owners.lock`` stands for shard n. The system drops a lock when its process ends, however it ends, so a
shard is free at once after a crash.
"""

from __future__ import annotations

import fcntl
import os
import struct
from pathlib import Path

from pauta.errors import StorageFailed

_LOCK = "hhqqi"
_SET = getattr(fcntl, "F_OFD_SETLK", None)
"""Locks that belong to an open file, not to the process: two owners in one process exclude each other, too."""


class OwnerLocks:
    """The locks that one owner holds. The file stays open as long as it does."""

    def __init__(self, file: Path) -> None:
        """Raises StorageFailed when the file cannot be opened."""
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StorageFailed(f"{file} cannot be opened: {error.strerror}") from error

    def take(self, shard: int) -> bool:
        """Take a shard; False when another owner has it."""
        try:
            self._set(fcntl.F_WRLCK, shard)
        except (BlockingIOError, PermissionError):
            return False
        return True

    def release(self, shard: int) -> None:
        """Give a shard back."""
        self._set(fcntl.F_UNLCK, shard)

    def close(self) -> None:
        """Give all shards back."""
        os.close(self._descriptor)

    def _set(self, kind: int, shard: int) -> None:
        if _SET is not None:
            fcntl.fcntl(self._descriptor, _SET, struct.pack(_LOCK, kind, os.SEEK_SET, shard, 1, 0) + bytes(4))
        else:
            # kinds of lockf: exclusive without waiting, or none
            operation = fcntl.LOCK_UN if kind == fcntl.F_UNLCK else fcntl.LOCK_EX | fcntl.LOCK_NB
            fcntl.lockf(self._descriptor, operation, 1, shard)
