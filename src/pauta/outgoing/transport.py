"""Connections whose address is checked: a transport for httpx. Importing this imports httpx."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable
from functools import cache

import httpcore
import httpx

from pauta.errors import AddressRefused
from pauta.outgoing.addresses import Rules


class CheckedTransport(httpx.HTTPTransport):
    """Sends requests over connections that ``rules`` allow, directly or through a proxy."""

    def __init__(self, rules: Rules, *, verify: bool, proxy: str | None) -> None:
        self._backend = CheckedBackend(rules)
        self._verify = verify
        self._through = proxy
        self._pool = self._pool_for(None)
        self._is_secure = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; redirects come here again, each on its own."""
        if request.url.scheme == "https" and not self._is_secure:
            self._pool.close()
            self._pool = self._pool_for(_trusted(verify=self._verify))
            self._is_secure = True
        if self._through:
            self._backend.check(request.url.host, request.url.port or 0, must_resolve=False)
        return super().handle_request(request)

    def _pool_for(self, trusted: ssl.SSLContext | None) -> httpcore.ConnectionPool | httpcore.HTTPProxy:
        """Reading the certificates takes 20 ms, so it waits until https is used."""
        if self._through:
            return httpcore.HTTPProxy(self._through, ssl_context=trusted, network_backend=self._backend)
        return httpcore.ConnectionPool(ssl_context=trusted, network_backend=self._backend)


class CheckedBackend(httpcore.SyncBackend):
    """Resolves names itself and connects only to what it has checked."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of the host that answers.

        Raises AddressRefused when any address of the host is not allowed.
        """
        problem: Exception | None = None
        for address in self.check(host, port):
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
        raise problem or httpcore.ConnectError(f"{host} has no address")

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None
    ) -> httpcore.NetworkStream:
        """Never allowed."""
        del timeout, socket_options
        raise AddressRefused(f"a connection to the socket {path} is not allowed")

    def check(self, host: str, port: int, *, must_resolve: bool = True) -> list[str]:
        """The addresses of a host, all of which are allowed.

        Raises AddressRefused. With ``must_resolve=False`` a name that only a proxy can resolve has no addresses.
        """
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            if must_resolve:
                raise httpcore.ConnectError(f"the host '{host}' cannot be found") from error
            return []
        addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
        for address in addresses:
            if reason := self._rules.refusal(address):
                raise AddressRefused(f"a connection to '{host}' ({address}) is not allowed: {reason}")
        return addresses


@cache
def _trusted(*, verify: bool) -> ssl.SSLContext:
    return httpx.create_ssl_context(verify=verify)
