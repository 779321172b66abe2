"""Sends HTTP requests. Whatever a name resolves to is checked when the connection is made, redirects included.

The address that was checked is the one that is connected to, so that a name which changes its address in between
(DNS rebinding) gains nothing; TLS still verifies the name.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pauta.errors import AddressRefused, PautaError, TaskFailed
from pauta.outgoing.addresses import Rules
from pauta.sdk.context import Request, Response

if TYPE_CHECKING:
    import httpx

_USER_AGENT = "pauta"
_REDIRECTS = 20
_CHUNK = 1 << 16


class WayOut:
    """The checked way out. May be used from any thread."""

    def __init__(self, rules: Rules | None = None) -> None:
        self._rules = rules or Rules()

    @contextmanager
    def send(self, request: Request) -> Generator[Response]:
        """Send a request; inside the block the answer's body can be read, once.

        Raises AddressRefused when the address, or one that it redirects to, is not allowed; TaskFailed when there is
        no answer.
        """
        with _clear(request.url), _client(request, self._rules) as client:
            outgoing = client.build_request(
                request.method, request.url, headers=dict(request.headers), content=request.content
            )
            answer = client.send(outgoing, stream=True, follow_redirects=request.follow_redirects)
            try:
                yield Response(
                    answer.status_code, _headers(answer.headers), str(answer.url), _body(answer, request.url)
                )
            finally:
                answer.close()


def _client(request: Request, rules: Rules) -> httpx.Client:
    import httpx

    from pauta.outgoing.transport import CheckedTransport

    transport = CheckedTransport(rules, verify=request.verify, proxy=request.proxy)
    timeout = httpx.Timeout(request.read_timeout, connect=request.connect_timeout or request.read_timeout)
    agent = {"User-Agent": _USER_AGENT}
    return httpx.Client(transport=transport, timeout=timeout, headers=agent, max_redirects=_REDIRECTS, trust_env=False)


def _headers(headers: httpx.Headers) -> Mapping[str, list[str]]:
    """Values by lower-case name; a repeated header has several."""
    found: dict[str, list[str]] = {}
    for name, value in headers.multi_items():
        found.setdefault(name.lower(), []).append(value)
    return found


def _body(answer: httpx.Response, url: str) -> Iterator[bytes]:
    with _clear(url):
        yield from answer.iter_bytes(_CHUNK)


@contextmanager
def _clear(url: str) -> Generator[None]:
    """Turns what the HTTP library says into sentences."""
    import httpx

    try:
        yield
    except PautaError:
        raise
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        raise AddressRefused(
            f"'{_shown(url)}' is not a URL that can be requested (http:// or https://): {error}"
        ) from error
    except httpx.TimeoutException as error:
        raise TaskFailed(f"no answer from '{_shown(url)}' in time: {_reason(error)}") from error
    except httpx.HTTPError as error:
        raise TaskFailed(f"the request to '{_shown(url)}' failed: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__


def _shown(url: str) -> str:
    """The URL without what may be a password."""
    start, at, rest = url.partition("@")
    scheme, slashes, _ = start.partition("://")
    return f"{scheme}{slashes}…@{rest}" if at and slashes else url
