"""Plain data as JSON columns, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from pauta.engine.execution import Attempt, Change
from pauta.sdk.states import State
from pauta.storage.connection import RowRefused


def dump(value: object) -> str:
    """JSON text of plain data. Raises RowRefused when it is none."""
    try:
        return orjson.dumps(value, default=_plain, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError as error:
        raise RowRefused(f"a value cannot be stored: {error}") from error


def dump_optional(value: object | None) -> str | None:
    """JSON text, or None for None."""
    return None if value is None else dump(value)


def load(text: str) -> Any:
    """Plain data of JSON text."""
    return orjson.loads(text)


def load_optional(text: str | None) -> Any:
    """Plain data, or None for None."""
    return None if text is None else orjson.loads(text)


def load_history(entries: Iterable[tuple[str, int]]) -> list[Change]:
    """A history from its JSON."""
    return [Change(State(state), at) for state, at in entries]


def dump_attempts(attempts: Iterable[Attempt]) -> str:
    """Attempts as JSON: ``[history, worker, log file]`` each."""
    return dump([(attempt.history, attempt.worker_id, attempt.log_file) for attempt in attempts])


def load_attempts(text: str) -> list[Attempt]:
    """Attempts from their JSON."""
    return [Attempt(load_history(history), worker, log_file) for history, worker, log_file in orjson.loads(text)]


def _plain(value: object) -> object:
    if isinstance(value, Change):
        return tuple(value)
    if isinstance(value, tuple | set | frozenset):
        return list(value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] -- any JSON
    return str(value)
