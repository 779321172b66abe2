"""Forms with files, as ``multipart/form-data``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext

_STORED = ("kestra://", "nsfile://")


def encode(fields: Mapping[str, Any], ctx: RunContext) -> tuple[bytes, str]:
    """The body and its content type. A ``kestra://`` value, also as ``{name, content}``, is sent as a file."""
    boundary = os.urandom(16).hex()
    parts = [_part(name, value, ctx) for name, value in fields.items()]
    body = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def _part(name: str, value: Any, ctx: RunContext) -> bytes:
    if isinstance(value, str) and value.startswith(_STORED):
        return _file(name, value.rpartition("/")[2], value, ctx)
    file = cast("Mapping[str, str]", value) if isinstance(value, Mapping) else dict[str, str]()
    if {"name", "content"} <= set(file):
        return _file(name, file["name"], file["content"], ctx)
    return _head(name, None, "text/plain") + _text(cast("object", value)).encode()


def _file(name: str, file_name: str, content: str, ctx: RunContext) -> bytes:
    head = _head(name, file_name, "application/octet-stream")
    if not content.startswith(_STORED):
        return head + content.encode()
    with ctx.open_file(content) as file:
        return head + file.read()


def _head(name: str, file_name: str | None, content_type: str) -> bytes:
    file = f'; filename="{_quoted(file_name)}"' if file_name is not None else ""
    lines = (f'Content-Disposition: form-data; name="{_quoted(name)}"{file}', f"Content-Type: {content_type}", "", "")
    return "\r\n".join(lines).encode()


def _quoted(text: str) -> str:
    """As browsers do: quotes and line ends cannot end the value."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _text(value: object) -> str:
    import orjson

    return value if isinstance(value, str) else orjson.dumps(value).decode()
