"""Functions of expressions that look outside: the time, secrets, files, values, other servers, the log."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from typing import NamedTuple

from pauta.blobs.store import Blobs
from pauta.clock import Clock, SystemClock
from pauta.engine.scope import TENANT, Outside
from pauta.errors import PautaError, ValueExpired
from pauta.operations.documents import Document
from pauta.operations.key_values import KeyValues
from pauta.operations.queries import Queries
from pauta.runtime.context import WayOut
from pauta.runtime.file_functions import FileFunctions
from pauta.runtime.http_function import HttpFunction
from pauta.runtime.jq_process import JqProcess
from pauta.sdk.states import Level
from pauta.secrets.encryption import Encryption
from pauta.secrets.environment import Secrets
from pauta.secrets.masking import Masker
from pauta.storage.logs import Wanted

Function = Callable[..., object]
_NOT_YET = ("subflow",)
_ERRORS = Wanted(Level.ERROR)


class Place(NamedTuple):
    """Where expressions are evaluated: in which execution of which namespace; what they read is told to the masker."""

    namespace: str
    execution_id: str
    masker: Masker


class Functions:
    """Makes the functions for the expressions of one execution."""

    def __init__(  # noqa: PLR0913 -- one for each part of the outside
        self,
        *,
        blobs: Blobs,
        secrets: Secrets,
        encryption: Encryption,
        key_values: KeyValues,
        way_out: WayOut,
        queries: Queries,
        clock: Clock | None = None,
    ) -> None:
        self.encryption = encryption
        self._clock = clock or SystemClock()
        self._blobs = blobs
        self._secrets = secrets
        self._key_values = key_values
        self._way_out = way_out
        self._queries = queries
        self._jq = JqProcess()

    def of(self, place: Place) -> Mapping[str, Function]:
        """The functions by name, for expressions in this place."""
        files = FileFunctions(self._blobs, place.namespace)
        return {
            "jq": self._jq.query,
            "secret": _Secrets(self._secrets, place.masker).secret,
            "kv": _Values(self._key_values, place.namespace).kv,
            "read": files.read,
            "fileURI": files.file_uri,
            "fileSize": files.file_size,
            "fileExists": files.file_exists,
            "isFileEmpty": files.is_file_empty,
            "http": HttpFunction(self._way_out).http,
            "errorLogs": _Log(self._queries, place.execution_id).error_logs,
            "now": self._clock.now,
            "random": _random,
            "randomPort": _free_port,
            **{name: _not_yet(name) for name in _NOT_YET},
        }

    def for_inputs(self, namespace: str, execution_id: str) -> Outside:
        """Calls them for the inputs of an execution that does not exist yet; nothing of it is logged."""
        functions = self.of(Place(namespace, execution_id, Masker()))
        return lambda name, arguments: functions[name](**arguments)


class _Secrets:
    def __init__(self, secrets: Secrets, masker: Masker) -> None:
        self._secrets = secrets
        self._masker = masker

    def secret(self, key: str, namespace: str | None = None, subkey: str | None = None) -> str:
        """The text of a secret (or of a field of it); the namespace makes no difference."""
        del namespace
        value = self._secrets.get(key, subkey)
        self._masker.add(value)
        return value


class _Values:
    def __init__(self, key_values: KeyValues, namespace: str) -> None:
        self._key_values = key_values
        self._namespace = namespace

    def kv(self, key: str, namespace: str | None = None, errorOnMissing: object = True) -> object:  # noqa: FBT002, N803 -- names and order of the arguments in expressions
        """A value: of the namespace that is named, else of the flow's own or the nearest above that has one."""
        if not isinstance(errorOnMissing, bool):
            raise PautaError(f"kv() expects true or false as 'errorOnMissing', not {errorOnMissing!r:.50}")
        values = self._key_values.of(namespace or self._namespace, self._namespace)
        try:
            found = values.get(key) if namespace else values.find(key)
        except ValueExpired:
            if errorOnMissing:
                raise
            return None
        if found is None and errorOnMissing:
            raise PautaError(f"The key '{key}' does not exist in the namespace '{namespace or self._namespace}'.")
        return found.value if found else None


class _Log:
    def __init__(self, queries: Queries, execution_id: str) -> None:
        self._queries = queries
        self._execution_id = execution_id

    def error_logs(self) -> list[Document]:
        """The log lines of the level ERROR of the execution, in the order of time."""
        lines = self._queries.logs(self._execution_id, _ERRORS)
        return [{"tenantId": TENANT, **{name: line[name] for name in line if name != "at"}} for line in lines]


def _random(bytes: int) -> bytes:  # noqa: A002 -- the name of the argument
    return os.urandom(bytes)


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("", 0))
        return listening.getsockname()[1]


def _not_yet(name: str) -> Function:
    def refuse(*_: object, **__: object) -> object:
        raise PautaError(f"the function {name}() is not supported yet")

    return refuse
