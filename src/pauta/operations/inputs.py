"""From what a user supplies to the inputs that an execution keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pauta.blobs import places
from pauta.blobs.store import Blobs
from pauta.engine.execution import Execution
from pauta.engine.scope import Outside, Variables
from pauta.errors import InvalidInputs, Problem
from pauta.secrets.encryption import Encryption

if TYPE_CHECKING:
    from pauta.flow.inputs import Input
    from pauta.flow.model import Flow


Functions = Callable[[str, str], Outside]
"""Gives what calls functions of the outside for the expressions of an execution: its namespace, its id."""


class Inputs:
    """Files go to the internal storage, secrets are encrypted, everything else is checked and converted.

    ``functions`` are for the expressions of inputs.
    """

    def __init__(self, *, blobs: Blobs, encryption: Encryption, functions: Functions) -> None:
        self._blobs = blobs
        self._encryption = encryption
        self._functions = functions

    def accept(self, flow: Flow, execution: Execution, supplied: Mapping[str, object]) -> dict[str, Any]:
        """The inputs of a new execution. A ``Path`` is the file of a FILE input, else a file with the value's text.

        Raises InvalidInputs with all that is wrong.
        """
        if not flow.inputs and not supplied:
            return {}
        from pauta.flow.inputs import InputType, leaves, resolve_inputs

        declared = dict(leaves(flow.inputs))
        given = {
            name: self._given(flow, execution.id, name, value, declared.get(name)) for name, value in supplied.items()
        }
        outside = self._functions(flow.namespace, execution.id)
        resolved = resolve_inputs(flow, given, Variables(execution, flow, outside=outside))
        for name in (name for name, each in declared.items() if each.type is InputType.SECRET):
            self._seal(resolved, name.split("."))
        return resolved

    def accept_resume(
        self, flow: Flow, execution: Execution, declared: Sequence[Input], supplied: Mapping[str, object]
    ) -> dict[str, Any]:
        """The inputs that a pause asked for. Raises InvalidInputs with all that is wrong."""
        from pauta.flow.inputs import InputType, leaves, resolve

        named = dict(leaves(declared))
        given = {
            name: self._given(flow, execution.id, name, value, named.get(name)) for name, value in supplied.items()
        }
        resolved = resolve(declared, given, self.variables(flow, execution), flow.dialect)
        for name in (name for name, each in named.items() if each.type is InputType.SECRET):
            self._seal(resolved, name.split("."))
        return resolved

    def variables(self, flow: Flow, execution: Execution) -> Variables:
        """The variables of an execution that is being created, with the functions of the outside."""
        return Variables(execution, flow, outside=self._functions(flow.namespace, execution.id))

    def _given(self, flow: Flow, execution_id: str, name: str, value: object, declared: Input | None) -> object:
        if not isinstance(value, Path):
            return value
        from pauta.flow.inputs import InputType

        if declared is None or declared.type is not InputType.FILE:
            return _text(name, value)
        _check_extension(declared, name, value)
        folder = places.of_input(flow.namespace, flow.id, execution_id, name)
        path = places.file_in(folder, value.name)
        self._blobs.put(path, value)
        return places.uri(path)

    def _seal(self, values: dict[str, Any], parts: list[str]) -> None:
        """Encrypt the text at a path of names (``a.b`` is ``b`` in the map ``a``), when there is one."""
        *outer, last = parts
        for part in outer:
            inner = values.get(part)
            if not isinstance(inner, dict):
                return
            copy: dict[str, Any] = dict(inner)  # pyright: ignore[reportUnknownArgumentType] -- JSON
            values[part] = copy
            values = copy
        if isinstance(values.get(last), str):
            values[last] = self._encryption.encrypt(values[last])


def _check_extension(declared: Input, name: str, file: Path) -> None:
    from pauta.flow.inputs import check_extension

    try:
        check_extension(declared, file.name)
    except ValueError as error:
        message = f"Invalid value for input `{name}`. Cause: {error}, not '{file.name}'"
        raise InvalidInputs([Problem(message, path=f"inputs.{name}")]) from None


def _text(name: str, file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        raise InvalidInputs([Problem(f"the file {file} is not UTF-8 text", path=f"inputs.{name}")]) from None
    except OSError as error:
        raise InvalidInputs(
            [Problem(f"the file {file} cannot be read: {error.strerror}", path=f"inputs.{name}")]
        ) from None
