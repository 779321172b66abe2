"""``pauta expression``: see what an expression gives, or what is wrong with it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

import typer

from pauta.cli.apps import command_app
from pauta.errors import PautaError
from pauta.expression.dialect import Dialect

if TYPE_CHECKING:
    from io import TextIOWrapper

    from pauta.runtime.jq_process import JqProcess

app = command_app("Try expressions.")

_Dialect = Annotated[
    Dialect, typer.Option("--dialect", help="Whose expressions: of flows for Kestra 1.x or for 2.x.", show_default=True)
]


@app.callback()
def _expression() -> None:
    """Try expressions."""


@app.command()
def render(
    templates: Annotated[
        list[str] | None, typer.Argument(metavar="TEMPLATE…", help="Texts with expressions.", show_default=False)
    ] = None,
    variables: Annotated[
        str, typer.Option("--vars", metavar="JSON|@FILE", help="The variables: a JSON map, or a file with one.")
    ] = "{}",
    *,
    typed: Annotated[
        bool, typer.Option("--typed", help="Print the value as JSON: one expression alone keeps its type.")
    ] = False,
    dialect: _Dialect = Dialect.V1,
    lines: Annotated[
        bool,
        typer.Option(
            "--lines",
            help="Read requests as JSON lines (template, variables, typed, dialect), answer each with a line.",
        ),
    ] = False,
) -> None:
    """Print what expressions give. The exit code is 1 when one of them fails, and the message says why."""
    requests = {"variables": _variables(variables), "typed": typed, "dialect": dialect}
    if lines:
        _answer_lines(sys.stdin.buffer, requests)
        return
    if not templates:
        raise typer.BadParameter("give at least one template, or --lines")
    failed = [_print_one({**requests, "template": template}) for template in templates].count(False)
    sys.exit(1 if failed else 0)


@app.command()
def functions(dialect: _Dialect = Dialect.V1) -> None:
    """List all functions, with their arguments."""
    _list_all("function", dialect)


@app.command()
def filters(dialect: _Dialect = Dialect.V1) -> None:
    """List all filters, with their arguments."""
    _list_all("filter", dialect)


def _list_all(kind: Literal["function", "filter"], dialect: Dialect) -> None:
    from pauta.expression import catalog
    from pauta.expression.reference import signature

    for callee in catalog.everything():
        if callee.kind == kind and callee.only in (None, dialect):
            _write(f"{signature(callee)}\n    {callee.summary.replace('``', '')}")


def _print_one(request: Mapping[str, Any]) -> bool:
    """Print one result, or on the error stream why there is none. Whether it went well."""
    from pauta.cli.text import printable

    try:
        text = _rendered(request)
    except PautaError as error:
        print(f"pauta: {_encodable(str(error))}", file=sys.stderr)
        return False
    text = _encodable(text)
    _write(printable(text) if sys.stdout.isatty() else text)
    return True


def _write(line: str) -> None:
    """A line, written at once."""
    print(line, flush=True)


def _answer_lines(requests: Iterable[bytes], defaults: Mapping[str, Any]) -> None:
    """Answer each line with one line, at once, in UTF-8; empty lines are not answered."""
    cast("TextIOWrapper", sys.stdout).reconfigure(encoding="utf-8", errors="replace")
    for line in requests:
        if line.strip():
            _write(_answer(line, defaults))


def _answer(line: bytes, defaults: Mapping[str, Any]) -> str:
    from pauta.expression.values import quoted

    try:
        request = {**defaults, **_map(_decoded(line), "a request")}
        text = _rendered(request)
        return f'{{"value":{text if request["typed"] else quoted(text)}}}'
    except PautaError as error:
        return f'{{"error":{quoted(str(error))}}}'


def _decoded(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        raise PautaError(f"a request is not UTF-8: {error.reason} at byte {error.start}") from None


def _rendered(request: Mapping[str, Any]) -> str:
    """The text that a request asks for; its value as JSON when it asks for it typed. Raises PautaError."""
    from pauta.expression import compile as compile_template
    from pauta.expression.values import to_json

    scope = _CommandScope(_as_map(request["variables"], "'variables'"))
    template = compile_template(_text(request.get("template")), _dialect(request["dialect"]))
    try:
        return to_json(template.evaluate(scope), nulls=True) if request["typed"] else template.render(scope)
    except RecursionError:
        raise PautaError("the value is nested too deep to be written") from None


class _CommandScope:
    """The variables of a command; of the outside world there are the time, randomness and secrets."""

    def __init__(self, variables: Mapping[str, object]) -> None:
        self._variables = variables

    def get(self, name: str) -> object:
        return self._variables[name]

    def names(self) -> Iterable[str]:
        return self._variables.keys()

    def outside(self, function: str, arguments: Mapping[str, Any]) -> object:
        answer = _OUTSIDE.get(function)
        if answer is None:
            raise PautaError("it asks an execution, and there is none on the command line")
        return answer(**arguments)


def _now() -> int:
    from pauta.clock import SystemClock

    return SystemClock().now()


def _random(bytes: int) -> bytes:  # noqa: A002 -- the argument's name in the scope's protocol
    import os

    return os.urandom(bytes)


def _random_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return cast("int", probe.getsockname()[1])


def _secret(key: str, namespace: str | None = None, subkey: str | None = None) -> str:
    import os

    from pauta.secrets.environment import Secrets

    del namespace
    return Secrets({}, os.environ).get(key, subkey)


@cache
def _jq_process() -> JqProcess:
    from pauta.runtime.jq_process import JqProcess

    return JqProcess()


def _jq(program: str, text: str) -> object:
    return _jq_process().query(program, text)


_OUTSIDE = {"jq": _jq, "now": _now, "random": _random, "randomPort": _random_port, "secret": _secret}


# what is given


def _variables(text: str) -> Mapping[str, object]:
    """The variables of the option: JSON, or the file behind ``@``."""
    if not text.startswith("@"):
        return _given_map(text, "--vars")
    try:
        content = Path(text[1:]).read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"--vars: {error}") from None
    return _given_map(content, f"--vars {text}")


def _given_map(text: str, what: str) -> Mapping[str, object]:
    try:
        return _map(text, what)
    except PautaError as error:
        raise typer.BadParameter(str(error)) from None


def _map(text: str, what: str) -> Mapping[str, object]:
    """A JSON map. The standard library's reader keeps integers of any size. Raises PautaError."""
    import json

    try:
        return _as_map(json.loads(text), what)
    except (ValueError, RecursionError) as error:
        raise PautaError(f"{what} is not JSON: {error}") from None


def _as_map(value: object, what: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise PautaError(f"{what} must be a map")
    return cast("dict[str, object]", value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise PautaError("'template' must be a text")
    return value


def _dialect(value: object) -> Dialect:
    try:
        return Dialect(str(value))
    except ValueError:
        raise PautaError(f"'dialect' must be one of {', '.join(Dialect)}") from None


def _encodable(text: str) -> str:
    """The text with a question mark for each half of a surrogate pair, which no stream can write."""
    return text.encode(errors="replace").decode()
