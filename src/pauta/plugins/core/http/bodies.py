"""Encoded bodies of requests, each with its content type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from pauta.expression.values import java_text

_FORM = "application/x-www-form-urlencoded"


class Body(NamedTuple):
    """What is sent, and what it is."""

    content: bytes
    content_type: str


def text(body: str, content_type: str) -> Body:
    """A text in UTF-8; its content type says so (Kestra)."""
    named = content_type if "charset=" in content_type.lower() else f"{content_type}; charset=UTF-8"
    return Body(body.encode(), named)


def form(fields: Mapping[str, Any]) -> Body:
    """Fields as a form. Kestra: in ISO-8859-1; what does not fit into it is sent in UTF-8 here."""
    values = {name: value if isinstance(value, str) else java_text(value) for name, value in fields.items()}
    for charset in ("ISO-8859-1", "UTF-8"):
        try:
            return Body(urlencode(values, encoding=charset, errors="strict").encode(), f"{_FORM}; charset={charset}")
        except UnicodeEncodeError:
            continue
    return Body(urlencode(values, errors="replace").encode(), f"{_FORM}; charset=UTF-8")
