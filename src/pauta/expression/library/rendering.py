"""Functions about the expression's own surroundings: rendering again, the whole context, states of tasks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from pauta.errors import ExpressionError
from pauta.expression import limits
from pauta.expression.catalog import function
from pauta.expression.dialect import Dialect
from pauta.expression.frame import Frame
from pauta.expression.kinds import hash_map
from pauta.expression.library import given
from pauta.expression.outcome import unwrapped, written
from pauta.expression.values import is_list, java_text

_ROUNDS = 100
_MARK = "\ue0f0"
"""Stands around the number of a text that is kept: a character of nobody's."""
_MARKED = re.compile(f"{_MARK}([0-9]+){_MARK}")


@function("render", "toRender", "recursive", framed=True)
def render(frame: Frame, to_render: Any = given.ABSENT, recursive: Any = None) -> Any:
    """A text, list or map rendered again: expressions found in variables are evaluated, until none is left."""
    if recursive not in (None, True, False):
        raise ExpressionError("'recursive' must be a boolean")
    return _rendered(frame, given.provided(to_render, "toRender"), again=recursive is not False)


@function("renderOnce", "toRender", framed=True)
def render_once(frame: Frame, to_render: Any = given.ABSENT) -> Any:
    """A text, list or map rendered again, once."""
    return _rendered(frame, given.provided(to_render, "toRender"), again=False)


def _rendered(frame: Frame, value: Any, *, again: bool) -> Any:
    limits.spend(limits.NEST)
    if isinstance(value, str):
        return _text(frame, value, again=again)
    if isinstance(value, Mapping):
        entries = cast("Mapping[Any, Any]", value)
        return {_rendered(frame, key, again=again): _rendered(frame, entries[key], again=again) for key in entries}
    if is_list(value):
        return [_rendered(frame, item, again=again) for item in value]
    return value


def _text(frame: Frame, text: str, *, again: bool) -> str | None:
    """The text rendered; null when nothing but nulls is written. What ``raw`` encloses is kept through all rounds."""
    kept: list[str] = []

    def keep(raw: re.Match[str]) -> str:
        kept.append(raw.group(1))
        return f"{_MARK}{len(kept) - 1}{_MARK}"

    found = _in_rounds(frame.inner(), unwrapped(text, keep), again=again)
    return found if not kept or found is None else _MARKED.sub(lambda mark: kept[int(mark.group(1))], found)


def _in_rounds(inner: Frame, text: str, *, again: bool) -> str | None:
    from pauta.expression.template import compile as compile_template

    for _ in range(_ROUNDS):
        template = compile_template(text, inner.dialect)
        if template.plain:
            return text
        limits.spend(20 + 8 * len(text))
        pieces = template.pieces_in(inner)
        if all(piece is None for piece in pieces):
            return None
        before, text = text, unwrapped(written(pieces))
        if not again or text == before:
            return text
    raise ExpressionError(f"rendering the text again does not end: it still changes after {_ROUNDS} times")


@function("printContext", framed=True)
def print_context(frame: Frame) -> dict[str, Any]:
    """All variables that exist."""
    variables = frame.everything()
    return hash_map(variables.items(), 16)


@function("fetchContext", framed=True)
def fetch_context(frame: Frame) -> dict[str, Any]:
    """All variables that exist."""
    return print_context(frame)


@function("tasksWithState", "state", framed=True)
def tasks_with_state(frame: Frame, state: Any) -> list[dict[str, Any]]:
    """The task runs in a state: ``taskId``, ``state`` and, in loops, ``value``."""
    wanted = given.text(given.required(state, "state"), "'state'").upper()
    try:
        tasks = cast("Mapping[str, Any]", frame.variable("tasks"))
    except KeyError:
        return []
    return [entry for task_id in tasks for entry in _states(task_id, tasks[task_id]) if entry["state"] == wanted]


def _states(task_id: str, states: Mapping[str, Any]) -> list[dict[str, Any]]:
    if isinstance(states.get("state"), str):
        return [_entry(taskId=task_id, state=states["state"])]
    return [_entry(taskId=task_id, state=inner["state"], value=value) for value, inner in states.items()]


def _entry(**values: str) -> dict[str, Any]:
    """A map in the order of Java, made for 16 entries."""
    return hash_map(values.items(), 16)


@function("currentEachOutput", "outputs", framed=True, only=Dialect.V1)
def current_each_output(frame: Frame, outputs: Any) -> Any:
    """The output of a task in the same turn of all loops around."""
    found = given.required(outputs, "outputs")
    for value in _loop_values(frame):
        found = None if found is None else given.mapping(found, "'outputs'").get(value)
    return found


def _loop_values(frame: Frame) -> list[str | None]:
    """The values of the loops around, the outermost first; None is one that has no value. Raises ExpressionError."""
    try:
        parents, own = frame.variable("parents"), frame.variable("taskrun")
    except KeyError as missing:
        raise ExpressionError(f"there is no loop around this task ({missing} is not there)") from None
    parents = [given.mapping(parent, "each of 'parents'") for parent in given.items(parents, "'parents'")]
    around = [parent["taskrun"] for parent in reversed(parents) if "taskrun" in parent]
    values = [given.mapping(run, "'taskrun'").get("value") for run in (*around, own)]
    return [None if value is None else java_text(value) for value in values]


@function("env", "name", "default", framed=True, only=Dialect.V2)
def env(frame: Frame, name: Any = given.ABSENT, default: Any = None) -> Any:
    """An environment variable of the server (``envs``), or the default."""
    if given.provided(name, "name") is None:
        return default
    wanted = given.text(name, "'name'").lower()
    try:
        known: Mapping[str, Any] = frame.variable("envs")
    except KeyError:
        known = {}
    return known.get(wanted, default)
