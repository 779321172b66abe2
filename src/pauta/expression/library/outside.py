"""Functions that ask the outside world, through the scope's one door: they hand over the arguments that were given."""

from __future__ import annotations

from typing import Any

from pauta.errors import ExpressionError
from pauta.expression.catalog import function
from pauta.expression.dialect import Dialect
from pauta.expression.frame import Frame


@function("kv", "key", "namespace", "errorOnMissing", framed=True, outside=True)
def kv(frame: Frame, key: Any, namespace: Any, error_on_missing: Any) -> object:
    """A value of the key-value store, with its type; without a namespace the parents are searched too."""
    return _ask(frame, "kv", key=_required("kv", "key", key), namespace=namespace, errorOnMissing=error_on_missing)


@function("secret", "key", "namespace", "subkey", framed=True, outside=True)
def secret(frame: Frame, key: Any, namespace: Any, subkey: Any) -> object:
    """The text of a secret, or of one field of a secret that is JSON."""
    return _ask(frame, "secret", key=_required("secret", "key", key), namespace=namespace, subkey=subkey)


@function("read", "path", "namespace", "version", framed=True, outside=True)
def read(frame: Frame, path: Any, namespace: Any, version: Any) -> object:
    """The content of a file of the storage, or of a namespace file, as text."""
    return _ask(frame, "read", path=_required("read", "path", path), namespace=namespace, version=version)


@function("fileURI", "path", "namespace", "version", framed=True, outside=True)
def file_uri(frame: Frame, path: Any, namespace: Any, version: Any) -> object:
    """The URI of a namespace file."""
    return _ask(frame, "fileURI", path=_required("fileURI", "path", path), namespace=namespace, version=version)


@function("fileSize", "path", "namespace", "version", framed=True, outside=True)
def file_size(frame: Frame, path: Any, namespace: Any, version: Any) -> object:
    """The size of a file in bytes."""
    return _ask(frame, "fileSize", path=_required("fileSize", "path", path), namespace=namespace, version=version)


@function("fileExists", "path", "namespace", "version", framed=True, outside=True)
def file_exists(frame: Frame, path: Any, namespace: Any, version: Any) -> object:
    """Whether there is such a file."""
    return _ask(frame, "fileExists", path=_required("fileExists", "path", path), namespace=namespace, version=version)


@function("isFileEmpty", "path", "namespace", "version", framed=True, outside=True)
def is_file_empty(frame: Frame, path: Any, namespace: Any, version: Any) -> object:
    """Whether a file has no content."""
    return _ask(frame, "isFileEmpty", path=_required("isFileEmpty", "path", path), namespace=namespace, version=version)


@function("errorLogs", framed=True, outside=True)
def error_logs(frame: Frame) -> object:
    """The log entries of the level ERROR of the execution."""
    return _ask(frame, "errorLogs")


@function(
    "http",
    *("uri", "method", "query", "body", "contentType", "headers", "options", "accept"),
    framed=True,
    outside=True,
)
def http(frame: Frame, uri: Any, *rest: Any) -> object:
    """The decoded body of the answer to an HTTP request."""
    names = ("method", "query", "body", "contentType", "headers", "options", "accept")
    return _ask(frame, "http", uri=_required("http", "uri", uri), **dict(zip(names, rest, strict=True)))


@function(
    "subflow",
    *("namespace", "flowId", "inputs", "labels", "revision"),
    framed=True,
    outside=True,
    only=Dialect.V2,
)
def subflow(frame: Frame, namespace: Any, flow_id: Any, *rest: Any) -> object:
    """The outputs of another flow, which is run for it."""
    names = ("inputs", "labels", "revision")
    required = _required("subflow", "flowId", flow_id)
    return _ask(frame, "subflow", namespace=namespace, flowId=required, **dict(zip(names, rest, strict=True)))


def _ask(frame: Frame, name: str, **arguments: Any) -> object:
    return frame.scope.outside(name, {key: value for key, value in arguments.items() if value is not None})


def _required(function_name: str, name: str, value: Any) -> Any:
    if value is None:
        raise ExpressionError(f"The '{function_name}' function expects an argument '{name}'")
    return value
