"""A request whose answer is an output."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from pauta.errors import TaskFailed
from pauta.plugins.core.http.options import HttpTask
from pauta.sdk.plugins import Outputs, plugin
from pauta.sdk.properties import P
from pauta.sdk.tasks import Result

if TYPE_CHECKING:
    from pauta.sdk.context import Response, RunContext

_NO_CONTENT = 204
_LARGEST = 20_000_000
"""Bytes of a body that can be an output (Kestra: about 19 MB)."""


class RequestOutputs(Outputs):
    """What ``Request`` gives."""

    code: int
    """The status code of the answer."""
    headers: dict[str, list[str]]
    """The headers of the answer, by lower-case name."""
    uri: str
    """The address that answered."""
    body: object
    """The body of the answer, as text."""


@plugin("io.kestra.plugin.core.http.Request", aliases=("io.kestra.plugin.fs.http.Request",), outputs=RequestOutputs)
class Request(HttpTask):
    """Sends a request; outputs ``code``, ``headers`` (lists by lower-case name), ``uri`` and ``body``.

    Example::

        id: create
        type: io.kestra.plugin.core.http.Request
        uri: https://api.example.org/items
        method: POST
        headers:
          Authorization: "Bearer {{ secret('TOKEN') }}"
        body: "{{ {'name': 'one'} }}"
    """

    encrypt_body: P[bool] = False
    """The body is kept encrypted, as the output ``encryptedBody``."""

    def run(self, ctx: RunContext) -> Result:
        """Send the request."""
        if self.encrypt_body:
            raise TaskFailed("encryptBody is not supported yet: leave it out, or use Download")
        with self.answer(ctx) as (uri, options, response):
            outputs: dict[str, object] = {"code": response.status, "headers": response.headers, "uri": uri}
            if self.method.upper() != "HEAD" and response.status != _NO_CONTENT:
                outputs["body"] = _read(response).decode(_known(options.default_charset), "replace")
            return Result(outputs)


def _read(response: Response) -> bytes:
    body = bytearray()
    for chunk in response.stream:
        body += chunk
        if len(body) > _LARGEST:
            raise TaskFailed("the body is larger than 20 MB: use io.kestra.plugin.core.http.Download for it")
    return bytes(body)


def _known(charset: str) -> str:
    try:
        return codecs.lookup(charset).name
    except LookupError:
        raise TaskFailed(f"defaultCharset: there is no character set '{charset}'") from None
