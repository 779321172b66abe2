"""The variables that expressions see: a lazy scope over an execution, for one task run or the execution itself.

Each variable is computed when it is read; ``outputs``, ``tasks``, ``inputs`` and ``trigger`` are maps that compute what
is read of them. The engine reads it while it decides, a worker while it renders a task (then the caller keeps the
execution still).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from pauta import clock
from pauta.engine.execution import Execution, TaskRun
from pauta.engine.live import Latest, Live, of
from pauta.sdk.states import State

if TYPE_CHECKING:
    from pauta.flow.model import Flow

ENCRYPTED = "io.kestra.datatype:aes_encrypted"
"""The ``type`` of an encrypted value (Kestra's form: a map with ``type`` and ``value``)."""
TENANT = "main"
Outside = Callable[[str, Any], object]
"""Calls a function of the outside: its name and its arguments, as the expression gives them."""
Decrypt = Callable[[Mapping[str, Any]], object]
"""Gives the text of an encrypted value."""


def _nowhere(function: str, arguments: Any) -> object:
    """There is no outside here: the engine asks for such templates instead of rendering them."""
    del arguments
    raise LookupError(f"the function {function}() needs the outside")


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

    __slots__ = ("_decrypt", "_execution", "_extra", "_flow", "_live", "_outside", "_run")

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
        self._execution = execution
        self._flow = flow
        self._run = run
        self._extra = extra or {}
        self._outside = outside
        self._decrypt = decrypt
        self._live: Live = of(execution, flow)

    def get(self, name: str) -> object:
        """A variable. Raises KeyError when it does not exist (for this task run, at this time)."""
        if name in self._extra:
            return self._extra[name]
        value = _VARIABLES[name](self)
        if value is None:
            raise KeyError(name)
        return value

    def names(self) -> list[str]:
        """The names of all variables that exist."""
        return [*self._extra, *(name for name in _VARIABLES if name not in self._extra and self._exists(name))]

    def outside(self, function: str, arguments: Any) -> object:
        """Call a function of the outside."""
        return self._outside(function, arguments)

    def _exists(self, name: str) -> bool:
        return _VARIABLES[name](self) is not None

    # one method for each variable; None means that it does not exist

    def _flow_variable(self) -> object:
        execution = self._execution
        return {
            "id": execution.flow_id,
            "namespace": execution.namespace,
            "revision": execution.flow_revision,
            "tenantId": TENANT,
        }

    def _task(self) -> object:
        if self._run is None:
            return None
        task = self._flow.task(self._run.task_id)
        return {"type": task.type, "id": task.id}

    def _taskrun(self) -> object:
        run = self._run
        if run is None:
            return None
        known = {
            "id": run.id,
            "startDate": clock.to_iso(run.history[0].at),
            "attemptsCount": sum(1 for attempt in run.attempts if attempt.state.terminal),
            "parentId": run.parent_id,
            "value": run.value,
            "iteration": run.iteration,
        }
        return {name: value for name, value in known.items() if value is not None}

    def _execution_variable(self) -> object:
        execution = self._execution
        known = {
            "id": execution.id,
            "state": str(execution.state),
            "startDate": clock.to_iso(execution.history[0].at),
            "originalId": execution.original_id or execution.id,
            "outputs": self._plain(execution.outputs),
        }
        return {name: value for name, value in known.items() if value is not None}

    def _inputs(self) -> object:
        return self._plain(self._execution.inputs) or None

    def _vars(self) -> object:
        return self._execution.variables or None

    def _trigger(self) -> object:
        trigger = self._execution.trigger
        return None if trigger is None else self._plain(trigger.get("variables", trigger))

    def _labels(self) -> object:
        nested: dict[str, Any] = {}
        for key, value in self._execution.labels:
            _put(nested, key.split("."), value)
        return nested or None

    def _outputs(self) -> object:
        return self._plain(self._live.outputs)

    def _tasks(self) -> object:
        return TaskStates(self._live.by_task, self._run)

    def _parents(self) -> object:
        return None if self._run is None else [*self._ancestors(self._run)]

    def _parent(self) -> object:
        return None if self._run is None else next(self._ancestors(self._run), None)

    def _ancestors(self, run: TaskRun) -> Iterator[object]:
        """The task runs around a task run that have a value or outputs, nearest first."""
        runs = self._execution.task_runs
        step = runs.get(run.parent_id) if run.parent_id else None
        while step is not None:
            seen: dict[str, object] = {}
            if step.value is not None:
                seen["taskrun"] = {"value": step.value}
            if step.outputs:
                seen["outputs"] = self._plain(step.outputs)
            if seen:
                yield seen
            step = runs.get(step.parent_id) if step.parent_id else None

    def _plain(self, value: object) -> object:
        """A map with encrypted values in it decrypted when they are read."""
        if self._decrypt is None or not isinstance(value, Mapping):
            return value
        return Revealed(cast("Mapping[str, Any]", value), self._decrypt)


_VARIABLES: dict[str, Callable[[Variables], object]] = {
    "flow": Variables._flow_variable,  # noqa: SLF001 -- the table of the class above
    "task": Variables._task,  # noqa: SLF001
    "taskrun": Variables._taskrun,  # noqa: SLF001
    "execution": Variables._execution_variable,  # noqa: SLF001
    "inputs": Variables._inputs,  # noqa: SLF001
    "outputs": Variables._outputs,  # noqa: SLF001
    "tasks": Variables._tasks,  # noqa: SLF001
    "parent": Variables._parent,  # noqa: SLF001
    "parents": Variables._parents,  # noqa: SLF001
    "vars": Variables._vars,  # noqa: SLF001
    "trigger": Variables._trigger,  # noqa: SLF001
    "labels": Variables._labels,  # noqa: SLF001
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
        last = next(reversed(runs.values()))
        return _state(last, self._self) if last.value is None else ValueStates(runs, self._self)

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
        return _state(self._runs[value], self._self)

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
