"""What HTTP tasks have in common: the request's properties, and when an answer is a failure."""

from __future__ import annotations

import base64
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast
from urllib.parse import quote, urlencode

from pydantic import Field, field_validator

from pauta.errors import TaskFailed
from pauta.plugins.core.http import bodies
from pauta.plugins.core.http.bodies import Body
from pauta.plugins.core.http.multipart import encode
from pauta.sdk.context import Request, Response
from pauta.sdk.plugins import Model
from pauta.sdk.properties import RENDERED, D, P
from pauta.sdk.tasks import RunnableTask

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext

_SHOWN = 2000
"""Bytes of a refused answer that are told to the user."""


class Timeout(Model):
    """How long to wait."""

    connect_timeout: P[timedelta | None] = None
    """How long to wait for a connection."""
    read_idle_timeout: P[timedelta] = timedelta(minutes=5)
    """How long to wait for the next piece of an answer."""


class BasicAuth(Model):
    """User name and password."""

    type: Literal["BASIC", "io.kestra.core.http.client.configurations.BasicAuthConfiguration"]
    username: P[str] = ""
    """The name."""
    password: P[str] = ""
    """The password."""

    def header(self) -> str:
        """The value of Authorization."""
        return "Basic " + base64.b64encode(f"{self.username}:{self.password}".encode()).decode()


class BearerAuth(Model):
    """A token."""

    type: Literal["BEARER", "io.kestra.core.http.client.configurations.BearerAuthConfiguration"]
    token: P[str] = ""
    """The token."""

    def header(self) -> str:
        """The value of Authorization."""
        return f"Bearer {self.token}"


class Proxy(Model):
    """A proxy to go through."""

    type: P[Literal["DIRECT", "HTTP"]] = "DIRECT"
    address: P[str] = ""
    """Its host."""
    port: P[int | None] = None
    """Its port."""
    username: P[str | None] = None
    """The name, when it asks for one."""
    password: P[str | None] = None
    """The password, when it asks for one."""

    def url(self) -> str | None:
        """Its URL; None for a direct connection."""
        if self.type == "DIRECT" or not self.address:
            return None
        user = f"{quote(self.username, '')}:{quote(self.password or '', '')}@" if self.username else ""
        return f"http://{user}{self.address}{f':{self.port}' if self.port else ''}"


class Ssl(Model):
    """How servers prove who they are."""

    insecure_trust_all_certificates: P[bool | None] = None
    """Any certificate is taken."""


class Options(Model):
    """The connection (Kestra's HttpConfiguration). The flat properties are older forms of the structured ones."""

    timeout: Timeout = Timeout()
    """How long to wait."""
    proxy: Proxy = Proxy()
    """A server that the request goes through."""
    auth: Annotated[BasicAuth | BearerAuth | None, Field(discriminator=None)] = None
    """Who sends it."""
    ssl: Ssl = Ssl()
    """How certificates are checked."""
    follow_redirects: P[bool] = True
    """Go where the answer says."""
    allow_failed: P[bool] = False
    """An answer with a code of 400 or more is no failure."""
    allowed_response_codes: P[list[int] | None] = None
    """Codes that are no failure."""
    default_charset: P[str] = "UTF-8"
    """How texts are written when an answer does not say it."""
    logs: list[str] | None = None
    """What is logged of requests and answers."""
    connect_timeout: P[timedelta | None] = None
    """Old place of ``timeout.connectTimeout``."""
    read_timeout: P[timedelta | None] = None
    """Old form of ``timeout.readIdleTimeout``."""
    read_idle_timeout: P[timedelta | None] = None
    """Old place of ``timeout.readIdleTimeout``."""
    connection_pool_idle_timeout: P[timedelta | None] = None
    """Without effect."""
    max_content_length: P[int | None] = None
    """Without effect."""
    proxy_type: P[Literal["DIRECT", "HTTP"] | None] = None
    """Old form of ``proxy``."""
    proxy_address: P[str | None] = None
    """Old place of ``proxy.address``."""
    proxy_port: P[int | None] = None
    """Old place of ``proxy.port``."""
    proxy_username: P[str | None] = None
    """Old place of ``proxy.username``."""
    proxy_password: P[str | None] = None
    """Old place of ``proxy.password``."""
    basic_auth_user: P[str | None] = None
    """Old form of ``auth``."""
    basic_auth_password: P[str | None] = None
    """Old form of ``auth``."""
    log_level: str | None = None
    """Old form of ``logs``."""

    def authorization(self) -> Mapping[str, str]:
        """The header that says who asks, if any."""
        if self.auth is not None:
            return {"Authorization": self.auth.header()}
        if self.basic_auth_user:
            auth = BasicAuth(type="BASIC", username=self.basic_auth_user, password=self.basic_auth_password or "")
            return {"Authorization": auth.header()}
        return {}

    def proxy_url(self) -> str | None:
        """The proxy to go through."""
        old = Proxy(
            type=self.proxy_type or "HTTP",
            address=self.proxy_address or "",
            port=self.proxy_port,
            username=self.proxy_username,
            password=self.proxy_password,
        )
        return self.proxy.url() or old.url()

    def request(self, method: str, url: str, headers: Mapping[str, str], content: bytes | None) -> Request:
        """The request over such a connection; headers that are given win."""
        connect = self.timeout.connect_timeout or self.connect_timeout
        return Request(
            method=method.upper(),
            url=url,
            headers={**self.authorization(), **headers},
            content=content,
            connect_timeout=connect.total_seconds() if connect else None,
            read_timeout=(self.read_idle_timeout or self.timeout.read_idle_timeout).total_seconds(),
            follow_redirects=self.follow_redirects,
            verify=not self.ssl.insecure_trust_all_certificates,
            proxy=self.proxy_url(),
        )

    def is_failure(self, status: int) -> bool:
        """Whether an answer with this status fails the task. Kestra: a list of allowed codes is exhaustive."""
        if self.allow_failed:
            return False
        if self.allowed_response_codes:
            return status not in self.allowed_response_codes
        return status >= 400


class HttpTask(RunnableTask):
    """A task that sends one request."""

    uri: P[str]
    """The address, with http or https."""
    method: P[str] = "GET"
    """The method, such as GET or POST."""
    body: P[str | None] = None
    """What is sent."""
    form_data: D[Mapping[str, Any] | str | None] = None
    """Fields of a form; one that is a map with ``name`` and ``content`` is a file."""
    params: D[Mapping[str, Any] | str | None] = None
    """Query parameters; a list repeats its parameter."""
    content_type: P[str] = "application/json"
    """What kind of data the body is."""
    headers: D[Mapping[str, Any] | str | None] = None
    """Headers of the request."""
    options: D[Options | None] = None
    """How the connection is made."""
    allow_failed: P[bool | None] = None
    """Old place of ``options.allowFailed``."""
    ssl_options: D[Ssl | None] = None
    """Old place of ``options.ssl``."""

    @field_validator("body", mode="before")
    @classmethod
    def _body_as_text(cls, value: object) -> object:
        """A body that is written as YAML is sent as JSON."""
        import orjson

        return orjson.dumps(value).decode() if isinstance(value, Mapping | list) else value

    @contextmanager
    def answer(self, ctx: RunContext) -> Generator[tuple[str, Options, Response]]:
        """Send the request; gives its URI, the options and the answer.

        Raises TaskFailed when the answer is a failure.
        """
        options = self._rendered_options(ctx)
        request = self._request(options, ctx)
        with ctx.http(request) as response:
            if options.is_failure(response.status):
                raise TaskFailed(_failure(request, response))
            yield request.url, options, response

    def _rendered_options(self, ctx: RunContext) -> Options:
        written = self.options.model_dump(by_alias=True, exclude_unset=True) if self.options else {}
        if self.allow_failed is not None:
            written = {"allowFailed": self.allow_failed, **written}
        if self.ssl_options is not None:
            written = {"ssl": self.ssl_options.model_dump(by_alias=True, exclude_unset=True), **written}
        return Options.model_validate(ctx.render(written), context=RENDERED)

    def _request(self, options: Options, ctx: RunContext) -> Request:
        body = self._body(ctx)
        url = _with_params(self.uri.replace(" ", "%20"), _rendered_map(self.params, ctx))
        return options.request(self.method, url, self._headers(body, ctx), body.content if body else None)

    def _headers(self, body: Body | None, ctx: RunContext) -> dict[str, str]:
        """Kestra: without a body, the content type is sent unless headers are given."""
        given = {name: str(value) for name, value in _rendered_map(self.headers, ctx).items() if value is not None}
        if any(name.lower() == "content-type" for name in given) or (given and body is None):
            return given
        return {"Content-Type": self.content_type if body is None else body.content_type, **given}

    def _body(self, ctx: RunContext) -> Body | None:
        """The encoded body and its type."""
        fields = _rendered_map(self.form_data, ctx)
        if not fields:
            return None if self.body is None else bodies.text(self.body, self.content_type)
        if self.content_type.lower().startswith("multipart/form-data"):
            return Body(*encode(fields, ctx))
        return bodies.form(fields)


def _rendered_map(written: Mapping[str, Any] | str | None, ctx: RunContext) -> dict[str, Any]:
    import orjson

    value: object = ctx.render(written) if written else None
    if isinstance(value, str):
        try:
            value = orjson.loads(value) if value.strip() else None
        except orjson.JSONDecodeError as error:
            raise TaskFailed(f"a map is expected, but its text is no JSON: {error}") from None
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise TaskFailed(f"a map is expected, not {value!r:.100}")
    return {str(name): each for name, each in cast("Mapping[object, Any]", value).items()}


def _with_params(url: str, params: Mapping[str, Any]) -> str:
    """Kestra: values are texts or lists, other types are refused."""
    pairs: list[tuple[str, str]] = []
    for name, value in params.items():
        if not isinstance(value, str | list):
            raise TaskFailed(f"the parameter '{name}' has to be a text or a list, not {type(value).__name__}")
        values = cast("list[object]", value) if isinstance(value, list) else [value]
        pairs += [(name, _text(each)) for each in values]
    if not pairs:
        return url
    before, hash_sign, fragment = url.partition("#")
    return f"{before}{'&' if '?' in before else '?'}{urlencode(pairs, quote_via=quote)}{hash_sign}{fragment}"


def _text(value: object) -> str:
    import orjson

    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _failure(request: Request, response: Response) -> str:
    said = bytearray()
    for chunk in response.stream:
        said += chunk
        if len(said) >= _SHOWN:
            break
    body = bytes(said[:_SHOWN]).decode("utf-8", "replace")
    return f"{request.method} {request.url} was answered with {response.status}{f': {body}' if body else ''}"
