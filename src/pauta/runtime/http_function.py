"""The function ``http()`` of expressions: a request whose decoded answer is the value."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

from pauta.errors import PautaError
from pauta.runtime.context import WayOut

if TYPE_CHECKING:
    from pauta.plugins.core.http.options import Options
    from pauta.sdk.context import Response

_LONGEST = 60.0
"""Seconds that a request may take in all."""
_LARGEST = 16 << 20
"""Bytes of an answer at most."""


class HttpFunction:
    """Sends requests through the checked way out."""

    def __init__(self, way_out: WayOut) -> None:
        self._way_out = way_out

    def http(  # noqa: PLR0913, PLR0917 -- names and order of the arguments in expressions
        self,
        uri: object,
        method: object = "GET",
        query: object = None,
        body: object = None,
        contentType: object = "application/json",  # noqa: N803
        headers: object = None,
        options: object = None,
        accept: object = "application/json",
    ) -> object:
        """The decoded body of the answer: YAML where the server says so, else JSON; nothing for 204.

        Raises PautaError when there is no answer, or one that is a failure or cannot be read.
        """
        given = _options(options)
        content = None if body is None else _encoded(body, str(contentType))
        described = {
            "Accept": str(accept),
            **({} if content is None else {"Content-Type": _with_charset(str(contentType))}),
        }
        url = _with_query(str(uri), query)
        request = given.request(str(method), url, {**described, **_headers(headers)}, content)
        with self._way_out.send(request) as response:
            if given.is_failure(response.status):
                raise PautaError(f"{request.method} {url} was answered with the status {response.status}")
            return None if response.status == 204 else _decoded(response, _read(response))


def _options(written: object) -> Options:
    from pydantic import ValidationError

    from pauta.plugins.core.http.options import Options
    from pauta.sdk.properties import RENDERED

    try:
        return Options.model_validate(written or {"timeout": {"readIdleTimeout": "PT1M"}}, context=RENDERED)
    except ValidationError as error:
        from pauta.flow.sentences import sentence

        raise PautaError(f"the options of http() do not fit: {sentence(error)}") from None


def _with_charset(content_type: str) -> str:
    return content_type if "charset=" in content_type.lower() else f"{content_type}; charset=UTF-8"


def _encoded(body: object, content_type: str) -> bytes:
    """The body as the content type says."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind.startswith("text/"):
        return str(body).encode()
    if "yaml" in kind:
        return _yaml(body)
    if "json" in kind:
        return _json(body)
    raise PautaError(f"http() cannot send a body as '{content_type}': JSON, YAML and texts are possible")


def _json(body: object) -> bytes:
    """JSON; a text has to be JSON already."""
    if not isinstance(body, str):
        return json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=_plain).encode()
    try:
        json.loads(body)
    except ValueError as error:
        raise PautaError(f"the body of http() is a text that is no JSON: {error}") from None
    return body.encode()


def _yaml(body: object) -> bytes:
    if isinstance(body, str):
        return body.encode()
    from pauta.expression.library import yaml_text

    return yaml_text.dump(body).encode()


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(cast("Mapping[object, object]", value))
    return str(value)


def _with_query(uri: str, query: object) -> str:
    """The URI with parameters; a value that is no text is written as JSON."""
    if not isinstance(query, Mapping):
        return uri
    entries = cast("Mapping[object, object]", query)
    pairs = [(str(name), value if isinstance(value, str) else _json(value).decode()) for name, value in entries.items()]
    return f"{uri}{'&' if '?' in uri else '?'}{urlencode(pairs)}" if pairs else uri


def _headers(headers: object) -> Mapping[str, str]:
    """Header values are texts, or lists of them, of which the last one counts (Kestra)."""
    if not isinstance(headers, Mapping):
        return {}
    found: dict[str, str] = {}
    for name, value in cast("Mapping[object, object]", headers).items():
        values = cast("list[object]", value) if isinstance(value, list) else [value]
        if not values or not isinstance(values[-1], str):
            raise PautaError(f"the header '{name}' of http() has to be a text, or a list of texts")
        found[str(name)] = values[-1]
    return found


def _read(response: Response) -> bytes:
    body, end = bytearray(), time.monotonic() + _LONGEST
    for chunk in response.stream:
        body += chunk
        if len(body) > _LARGEST:
            raise PautaError(f"the answer of {response.url} has more than {_LARGEST} bytes: use a Download task for it")
        if time.monotonic() > end:
            raise PautaError(f"the answer of {response.url} did not end within {_LONGEST:g} seconds")
    return bytes(body)


def _decoded(response: Response, body: bytes) -> object:
    kind = (response.headers.get("content-type") or [""])[0].lower()
    try:
        if "yaml" in kind:
            from pauta.expression.library import yaml_text

            return yaml_text.load(body.decode("utf-8", "replace"))
        return json.loads(body)
    except (ValueError, RecursionError):
        shown = body[:100].decode("utf-8", "replace")
        raise PautaError(
            f"the answer of {response.url} is no JSON: {shown!r} (use an http.Request task for it)"
        ) from None
