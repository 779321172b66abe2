"""A web server that answers by path, for flows that send requests."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

_JSON, _TEXT = "application/json", "text/plain"
_EVENTS = (
    'id: 1\nevent: message\ndata: {"t": "Hel"}\n\n: comment\ndata: {"t": "lo"}\nretry: 10\n\n'
    "data: plain\n\ndata: a\ndata: b\n\n"
)
ANSWERS: dict[str, tuple[str | None, str]] = {
    "/json": (_JSON, '{"a": [1, 2.5, null, true]}'),
    "/list": (_JSON, "[1,2]"),
    "/text": (_TEXT, "hello"),
    "/json-as-text": (_TEXT, '{"a":1}'),
    "/yaml": ("application/yaml", "a: 1\nb: [x]\n"),
    "/xml": ("application/xml", "<r><a>1</a></r>"),
    "/broken": (_JSON, "{oops"),
    "/empty": (_JSON, ""),
    "/untyped": (None, '{"a":1}'),
    "/latin": ("text/plain; charset=ISO-8859-1", "caf\u00e9"),
    "/file.csv": ("text/csv", "a,b\n1,2\n"),
    "/named": ("application/octet-stream", "content"),
    "/events": ("text/event-stream", _EVENTS),
    "/parts": ("text/event-stream", 'data: {"t": "Hel"}\n\ndata: {"t": "lo"}\n\n'),
}
_LEFT_OUT = frozenset({"host", "user-agent", "accept-encoding", "connection", "accept"})
"""Request headers that tell about the client, not about the request."""


class Echo(BaseHTTPRequestHandler):
    """Answers with what it was asked, or with what the path stands for."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def answer(self) -> None:
        path, body = urlsplit(self.path).path, self._body()
        kind, text = ANSWERS.get(path) or (_JSON, self._echo(body))
        status = int(path.rpartition("/")[2]) if path.startswith("/status/") else 302 if path == "/moved" else 200
        content = b"" if status == 204 else text.encode("latin-1" if path == "/latin" else "utf-8")
        self.send_response_only(status)
        if kind:
            self.send_header("Content-Type", kind)
        if path == "/moved":
            self.send_header("Location", "/json")
        if path == "/named":
            self.send_header("Content-Disposition", 'attachment; filename="my file.txt"')
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = answer  # noqa: N815 -- names of the base class

    def _body(self) -> str:
        if self.headers.get("transfer-encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        body = ""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size).decode()
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _echo(self, body: str) -> str:
        kept = {name.lower(): value for name, value in self.headers.items() if name.lower() not in _LEFT_OUT}
        return json.dumps(
            {"method": self.command, "path": self.path, "headers": dict(sorted(kept.items())), "body": body}
        )


@contextmanager
def serving() -> Iterator[str]:
    """A running server; gives its URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
