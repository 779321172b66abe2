"""The variables that expressions see: a lazy scope over an execution, for one task run or the execution itself.

Each variable is computed when it is read; ``outputs``, ``tasks``, ``inputs`` and ``trigger`` are maps that compute what
is read of them. The engine reads it while it decides, a worker while it renders a task (then the caller keeps the
execution still).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from pauta import clock
from pauta.engine.execution import Execution, TaskRun
from pauta.engine.live import Latest, Live, last, latest, of
from pauta.errors import ExpressionError
from pauta.sdk.states import State

if TYPE_CHECKING:
    from pauta.flow.model import Flow

ENCRYPTED = "io.kestra.datatype:aes_encrypted"
"""The ``type`` of an encrypted value (Kestra's form: a map with ``type`` and ``value``)."""
TENANT = "main"
Outside = Callable[[str, Mapping[str, Any]], object]
"""Calls a function of the outside: its name and its arguments, as the expression gives them."""
Decrypt = Callable[[Mapping[str, Any]], object]
"""Gives the text of an encrypted value."""


def _nowhere(function: str, arguments: Mapping[str, Any]) -> object:
    """There is no outside here: the engine asks for such templates instead of rendering them."""
    del arguments
    raise ExpressionError(f"the function {function}() needs the outside world, which cannot be reached here")


class Variables:
    """The scope of a task run (None: of the execution): implements ``pauta.expression.Scope``.

    Args:
        execution: the execution; it must not change while an expression is evaluated.
        flow: its flow.
        run: the task run whose variables these are.
        extra: more variables; they win over the others.
        outside: calls functions that need the outside.
        decrypt: gives the text of an encrypted value; without it such values stay as they are.
    """

    __slots__ = ("_extra", "_outside", "_seen")

    def __init__(  # noqa: PLR0913 -- the last three are options
        self,
        execution: Execution,
        flow: Flow,
        run: TaskRun | None = None,
        *,
        extra: Mapping[str, object] | None = None,
        outside: Outside = _nowhere,
        decrypt: Decrypt | None = None,
    ) -> None:
        self._seen = _Seen(execution, flow, of(execution, flow), run, decrypt)
        self._extra = extra or {}
        self._outside = outside

    def get(self, name: str) -> object:
        """A variable. Raises KeyError when it does not exist (for this task run, at this time)."""
        if name in self._extra:
            return self._extra[name]
        value = _VARIABLES[name](self._seen)
        if value is None:
            raise KeyError(name)
        return value

    def names(self) -> list[str]:
        """The names of all variables that exist."""
        known = (name for name, variable in _VARIABLES.items() if variable(self._seen) is not None)
        return list(dict.fromkeys((*self._extra, *known)))

    def outside(self, function: str, arguments: Mapping[str, Any]) -> object:
        """Call a function of the outside."""
        return self._outside(function, arguments)


class _Seen(NamedTuple):
    """From where the variables of a task run are seen."""

    execution: Execution
    flow: Flow
    live: Live
    run: TaskRun | None
    decrypt: Decrypt | None

    def plain(self, value: object) -> object:
        """A map whose encrypted values are decrypted when they are read."""
        if self.decrypt is None or not isinstance(value, Mapping):
            return value
        return Revealed(cast("Mapping[str, Any]", value), self.decrypt)

    def ancestors(self) -> Iterator[TaskRun]:
        """The task runs around the task run, nearest first."""
        runs, step = self.execution.task_runs, self.run
        while step is not None and step.parent_id is not None:
            step = runs[step.parent_id]
            yield step


# one function for each variable; None means that it does not exist


def _flow(seen: _Seen) -> object:
    execution = seen.execution
    return {
        "id": execution.flow_id,
        "namespace": execution.namespace,
        "revision": execution.flow_revision,
        "tenantId": TENANT,
    }


def _task(seen: _Seen) -> object:
    if seen.run is None:
        return None
    task = seen.flow.task(seen.run.task_id)
    return {"type": task.type, "id": task.id}


def _taskrun(seen: _Seen) -> object:
    run = seen.run
    if run is None:
        return None
    return _known(
        id=run.id,
        startDate=clock.to_iso(run.history[0].at),
        attemptsCount=sum(1 for attempt in run.attempts if attempt.state.terminal),
        parentId=run.parent_id,
        value=run.value,
        iteration=run.iteration,
    )


def _execution(seen: _Seen) -> object:
    execution = seen.execution
    return _known(
        id=execution.id,
        state=str(execution.state),
        startDate=clock.to_iso(execution.history[0].at),
        originalId=execution.original_id or execution.id,
        outputs=seen.plain(execution.outputs),
    )


def _inputs(seen: _Seen) -> object:
    return seen.plain(seen.execution.inputs) or None


def _vars(seen: _Seen) -> object:
    return seen.execution.variables or None


def _trigger(seen: _Seen) -> object:
    trigger = seen.execution.trigger
    return None if trigger is None else seen.plain(trigger.get("variables", trigger))


def _labels(seen: _Seen) -> object:
    nested: dict[str, Any] = {}
    for key, value in seen.execution.labels:
        _put(nested, key.split("."), value)
    return nested or None


def _outputs(seen: _Seen) -> object:
    return seen.plain(seen.live.outputs)


def _tasks(seen: _Seen) -> object:
    return TaskStates(seen.live.by_task, seen.run)


def _parents(seen: _Seen) -> object:
    return None if seen.run is None else [*_parents_of(seen)]


def _parent(seen: _Seen) -> object:
    return next(_parents_of(seen), None)


def _parents_of(seen: _Seen) -> Iterator[object]:
    """The ancestors that have a value or outputs, nearest first."""
    for run in seen.ancestors():
        taskrun = None if run.value is None else {"value": run.value}
        if parent := _known(taskrun=taskrun, outputs=seen.plain(run.outputs or None)):
            yield parent


def _known(**values: object) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}


_VARIABLES: dict[str, Callable[[_Seen], object]] = {
    "flow": _flow,
    "task": _task,
    "taskrun": _taskrun,
    "execution": _execution,
    "inputs": _inputs,
    "outputs": _outputs,
    "tasks": _tasks,
    "parent": _parent,
    "parents": _parents,
    "vars": _vars,
    "trigger": _trigger,
    "labels": _labels,
}


class Revealed(Mapping[str, Any]):
    """A map whose encrypted values are decrypted when they are read, at any depth. Nothing is copied before."""

    __slots__ = ("_decrypt", "_map")

    def __init__(self, content: Mapping[str, Any], decrypt: Decrypt) -> None:
        self._map = content
        self._decrypt = decrypt

    def __getitem__(self, name: str) -> Any:
        return _reveal(self._map[name], self._decrypt)

    def __contains__(self, name: object) -> bool:
        return name in self._map

    def __iter__(self) -> Iterator[str]:
        return iter(self._map)

    def __len__(self) -> int:
        return len(self._map)


class TaskStates(Mapping[str, Any]):
    """``tasks.<id>.state``, and ``tasks.<id>.<value>.state`` in loops.

    Kestra: a task run sees itself as CREATED.
    """

    __slots__ = ("_by_task", "_self")

    def __init__(self, by_task: Mapping[str, Latest], run: TaskRun | None) -> None:
        self._by_task = by_task
        self._self = run

    def __getitem__(self, task_id: str) -> Any:
        runs = self._by_task[task_id]
        run = latest(runs)
        return _state(run, self._self) if run.value is None else ValueStates(runs, self._self)

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_task)

    def __len__(self) -> int:
        return len(self._by_task)


class ValueStates(Mapping[str, Any]):
    """``<value>.state`` of a task in a loop."""

    __slots__ = ("_runs", "_self")

    def __init__(self, runs: Latest, run: TaskRun | None) -> None:
        self._runs = runs
        self._self = run

    def __getitem__(self, value: str) -> Any:
        return _state(last(self._runs[value]), self._self)

    def __iter__(self) -> Iterator[str]:
        return (value for value in self._runs if value is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _state(run: TaskRun, reader: TaskRun | None) -> dict[str, str]:
    return {"state": str(State.CREATED if run is reader else run.state)}


def _reveal(value: Any, decrypt: Decrypt) -> Any:
    if isinstance(value, Mapping):
        content = cast("Mapping[str, Any]", value)
        return decrypt(content) if content.get("type") == ENCRYPTED else Revealed(content, decrypt)
    if isinstance(value, list):
        return [_reveal(each, decrypt) for each in cast("list[Any]", value)]
    return value


def _put(nested: dict[str, Any], names: list[str], value: str) -> None:
    """Put a value at a path of names; a text that is in the way gives way."""
    *outer, last = names
    for name in outer:
        inner = nested.get(name)
        if not isinstance(inner, dict):
            inner = nested[name] = dict[str, Any]()
        nested = cast("dict[str, Any]", inner)
    nested[last] = value
