"""The outputs of a flow: rendered when its execution ends, also when it failed or was killed.

Kestra: a required output that cannot be rendered, or does not fit its type, fails the execution, which then has no
outputs at all; an optional one is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import count
from typing import Any, cast

import orjson

from pauta.engine.live import FLOW, Answer
from pauta.engine.work import Work
from pauta.errors import ExpressionError
from pauta.sdk.states import Level, State


@dataclass(slots=True)
class Rendered:
    """The outputs (None: there are none), whether a required one failed, and what to say in the log."""

    outputs: Mapping[str, object] | None = None
    failed: bool = False
    messages: list[tuple[Level, str]] = field(default_factory=list[tuple[Level, str]])


class _Waiting(Exception):
    """A template was asked for outside."""


def flow_outputs(work: Work) -> Rendered | None:
    """The outputs of the flow; None while an answer from outside is waited for."""
    killed = work.execution.state is State.KILLING
    pending = work.live.asking.get(FLOW)
    if pending is not None and not killed:
        return None
    if pending is not None:
        work.answered(work.execution.requests[pending])
    try:
        return _rendered(work, killed=killed)
    except _Waiting:
        return None


def _rendered(work: Work, *, killed: bool) -> Rendered:
    names, result, values = (f"output-{number}" for number in count()), Rendered(), dict[str, object]()
    for output in work.flow.outputs:
        try:
            values[output.id] = _typed(str(output.type), _render(work, names, output.value, killed=killed))
        except (ExpressionError, ValueError) as error:
            _note(result, output.id, str(error), required=output.required)
    result.outputs = None if result.failed else values or None
    return result


def _note(result: Rendered, output_id: str, reason: str, *, required: bool) -> None:
    if required:
        result.failed = True
        result.messages.append((Level.ERROR, f"the output '{output_id}' of the flow has no value: {reason}"))
    else:
        result.messages.append((Level.WARN, f"the optional output '{output_id}' of the flow is left out: {reason}"))


def _render(work: Work, names: Iterator[str], value: Any, *, killed: bool) -> Any:
    """Every text in a value rendered. Raises ExpressionError, or _Waiting."""
    if isinstance(value, str):
        return _text(work, next(names), value, killed=killed)
    if isinstance(value, Mapping):
        items = cast("Mapping[str, Any]", value).items()
        return {name: _render(work, names, inner, killed=killed) for name, inner in items}
    if isinstance(value, list | tuple):
        return [_render(work, names, inner, killed=killed) for inner in cast("list[Any]", value)]
    return value


def _text(work: Work, name: str, text: str, *, killed: bool) -> str:
    known: Answer | None = work.live.answers.get(FLOW, {}).get(name)
    answer = known or work.render(None, name, text, may_ask=not killed)
    if answer is None:
        raise _Waiting
    if answer.text is None:
        raise ExpressionError(answer.error or "", template=text)
    return answer.text


# types: from rendered plain data to the value that is kept; ValueError says what does not fit


def _typed(kind: str, value: Any) -> Any:
    try:
        return _TYPES.get(kind, _same)(value)
    except (ValueError, TypeError):
        raise ValueError(f"{_shown(value)} is no {kind}") from None


def _same(value: Any) -> Any:
    return value


def _string(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _boolean(value: Any) -> bool:
    return value if isinstance(value, bool) else _string(value).lower() == "true"


def _whole(value: Any) -> int:
    return int(_string(value))


def _decimal(value: Any) -> float:
    return float(_string(value))


def _json(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, str) else value


def _list(value: Any) -> list[Any]:
    parsed = _json(value)
    if not isinstance(parsed, list):
        raise TypeError
    return cast("list[Any]", parsed)


def _uri(value: Any) -> str:
    if ":" not in _string(value):
        raise ValueError
    return _string(value)


def _checked(check: Callable[[str], object]) -> Callable[[Any], str]:
    """Keep the text when it can be read."""

    def keep(value: Any) -> str:
        check(_string(value))
        return _string(value)

    return keep


def _secret(value: Any) -> Any:
    """Not kept as long as it cannot be encrypted here."""
    del value
    raise ValueError


def _shown(value: Any) -> str:
    return f"'{_string(value)[:200]}'"


_TYPES: dict[str, Callable[[Any], Any]] = {
    "STRING": _string,
    "INT": _whole,
    "FLOAT": _decimal,
    "BOOL": _boolean,
    "BOOLEAN": _boolean,
    "JSON": _json,
    "YAML": _json,
    "ARRAY": _list,
    "MULTISELECT": _list,
    "DATE": _checked(date.fromisoformat),
    "TIME": _checked(time.fromisoformat),
    "DATETIME": _checked(datetime.fromisoformat),
    "URI": _uri,
    "FILE": _uri,
    "SECRET": _secret,
}
