"""The outputs of a flow: rendered when its execution ends, also when it failed or was killed.

Kestra: an output that does not fit its type fails the execution, which then has no outputs at all, and so does a
required one that cannot be rendered; an optional one is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, cast

from pauta.engine.live import FLOW, Answer
from pauta.engine.work import Work
from pauta.errors import ExpressionError
from pauta.expression import Dialect
from pauta.sdk.states import Level, State

if TYPE_CHECKING:
    from pauta.flow.inputs import InputType


@dataclass(slots=True)
class Rendered:
    """The outputs (None: there are none), whether a required one failed, and what to say in the log."""

    outputs: Mapping[str, object] | None = None
    failed: bool = False
    messages: list[tuple[Level, str]] = field(default_factory=list[tuple[Level, str]])


class _Waiting(Exception):
    """A template was asked for outside."""


def flow_outputs(work: Work, *, at_once: bool = False) -> Rendered | None:
    """The outputs of the flow; None while an answer from outside is waited for (not ``at_once``, nor after a kill)."""
    killed = at_once or work.execution.state is State.KILLING
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
            rendered = _render(work, names, output.value, killed=killed)
            values[output.id] = _typed(output.type, rendered, work.flow.dialect)
        except ExpressionError as error:
            _note(result, output.id, str(error), required=output.required)
        except ValueError as error:
            _note(result, output.id, str(error), required=True)
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


def _typed(kind: InputType, rendered: object, dialect: Dialect) -> Any:
    """The value of its type. Raises ValueError."""
    from pauta.flow.inputs import InputType, output_value

    if kind is InputType.SECRET:
        raise ValueError("a SECRET cannot be encrypted here")
    return output_value(kind, rendered, dialect)
