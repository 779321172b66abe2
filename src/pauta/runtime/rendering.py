"""Renders expressions in the variables of one task run, with the functions of the outside."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from pauta.engine.scope import Variables
from pauta.expression import Dialect, has_template, render_value
from pauta.expression import compile as compile_template
from pauta.runtime.functions import Functions, Place

if TYPE_CHECKING:
    from pauta.engine.execution import TaskRun
    from pauta.runtime.functions import Function
    from pauta.runtime.live import Live
    from pauta.sdk.tasks import Task

_NEAR = frozenset({"secret", "now", "random", "randomPort"})
"""Functions of the outside that are answered at once, from what this process holds in memory."""


class TaskRendering:
    """The expressions of one task run (None: of the execution).

    ``still`` is held while an expression reads the execution, and let go while a function of the outside works, so
    that a slow answer keeps nobody waiting.
    """

    def __init__(self, live: Live, run: TaskRun | None, functions: Functions, still: threading.RLock) -> None:
        self._live = live
        self._run = run
        self._functions = functions
        self._still = still
        self._by_name: Mapping[str, Function] | None = None

    def render(self, value: object, variables: Mapping[str, object] | None = None) -> object:
        """Expressions in a text, list or map rendered to text. Raises ExpressionError."""
        if not has_template(value):
            return value
        with self._still:
            return render_value(value, self._scope(variables), self._live.flow.dialect)

    def evaluate(self, value: object) -> object:
        """Like ``render``, but a text that is exactly one expression gives its own value. Raises ExpressionError."""
        if isinstance(value, str) and has_template(value):
            with self._still:
                return _whole(compile_template(value, self._live.flow.dialect).evaluate(self._scope(None)))
        if isinstance(value, Mapping):
            entries = cast("Mapping[object, object]", value).items()
            return {self.render(key): self.evaluate(each) for key, each in entries}
        if isinstance(value, list | tuple):
            return [self.evaluate(each) for each in cast("Sequence[object]", value)]
        return value

    def _scope(self, variables: Mapping[str, object] | None) -> Variables:
        live = self._live
        return Variables(
            live.execution, live.flow, self._run, extra=variables, outside=self._call, decrypt=self._decrypt
        )

    def _call(self, name: str, arguments: Mapping[str, Any]) -> object:
        """Call a function of the outside. Raises PautaError."""
        function = self._function(name)
        if name in _NEAR:
            return function(**arguments)
        self._still.release()
        try:
            return function(**arguments)
        finally:
            self._still.acquire()

    def _function(self, name: str) -> Function:
        if self._by_name is None:
            execution = self._live.execution
            self._by_name = self._functions.of(Place(execution.namespace, execution.id, self._live.masker))
        return self._by_name[name]

    def _decrypt(self, value: Mapping[str, Any]) -> str:
        """The text of an encrypted value: masked in logs from now on."""
        text = self._functions.encryption.decrypt(value)
        self._live.masker.add(text)
        return text


def _whole(value: object) -> object:
    """Plain data that no longer reads the execution: lazy maps are read to their end."""
    if isinstance(value, Mapping):
        return {key: _whole(each) for key, each in cast("Mapping[object, object]", value).items()}
    if isinstance(value, list | tuple):
        return [_whole(each) for each in cast("Sequence[object]", value)]
    return value


def needs_outside(task: Task, dialect: Dialect) -> bool:
    """Whether an expression of a task calls a function that may take its time.

    Raises ExpressionSyntaxError.
    """
    return any(compile_template(text, dialect).outside - _NEAR for text in _templates(dict(task)))


def _templates(value: object) -> list[str]:
    """All texts with an expression in plain data, keys too."""
    if isinstance(value, str):
        return [value] if has_template(value) else []
    if isinstance(value, Mapping):
        pairs = cast("Mapping[object, object]", value).items()
        return [text for pair in pairs for part in pair for text in _templates(part)]
    if isinstance(value, list | tuple):
        return [text for each in cast("Sequence[object]", value) for text in _templates(each)]
    return []
