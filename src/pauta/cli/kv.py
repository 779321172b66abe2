"""``pauta kv``: look at values of the key-value store, and change them."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from pauta.cli.apps import command_app
from pauta.cli.options import DataDir
from pauta.sdk.key_values import ValueKind

if TYPE_CHECKING:
    from pauta.operations.key_values import NamespaceValues
    from pauta.storage.key_values import KeyValueRow

app = command_app("Look at values that flows share, and change them.")

_Namespace = Annotated[str, typer.Argument(help="The namespace.", show_default=False)]
_Key = Annotated[str, typer.Argument(help="The key.", show_default=False)]
_AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_values(namespace: _Namespace, data: DataDir = None, *, as_json: _AsJson = False) -> None:
    """List the keys of a namespace, with their values."""
    from pauta.cli.text import columns

    with _values(namespace, data) as values:
        rows = values.rows()
    if as_json:
        _print_json([_document(row) for row in rows])
        return
    shown = [[row.key, row.kind, _short(row.content), _end(row), row.description or ""] for row in rows]
    print(columns(shown, indent="") if shown else f"the namespace {namespace} has no values")


@app.command("get")
def get_value(namespace: _Namespace, key: _Key, data: DataDir = None) -> None:
    """Print a value: a text as it is, anything else as JSON."""
    with _values(namespace, data) as values:
        found = values.get(key)
    if found is None:
        typer.echo(f"pauta: the key '{key}' has no value in the namespace '{namespace}'", err=True)
        sys.exit(1)
    if isinstance(found.value, str):
        print(found.value)
    else:
        _print_json(found.value)


@app.command("set")
def set_value(
    namespace: _Namespace,
    key: _Key,
    value: Annotated[str, typer.Argument(help="The value.", show_default=False)],
    data: DataDir = None,
    *,
    kind: Annotated[
        ValueKind | None, typer.Option("--type", help="What the value is read as.", case_sensitive=False)
    ] = None,
    ttl: Annotated[str | None, typer.Option(help="How long it is there: PT1H, P7D …")] = None,
    description: Annotated[str | None, typer.Option(help="What it is about.")] = None,
    overwrite: Annotated[bool, typer.Option(help="Replace a value that is there.")] = True,
) -> None:
    """Keep a value."""
    from pauta.sdk.durations import read_duration

    try:
        length = None if ttl is None else read_duration(ttl)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--ttl") from None
    with _values(namespace, data) as values:
        values.set(key, value, kind=kind, description=description, ttl=length, overwrite=overwrite)


@app.command("delete")
def delete_value(namespace: _Namespace, key: _Key, data: DataDir = None) -> None:
    """Remove a key."""
    with _values(namespace, data) as values:
        was_there = values.delete(key)
    if not was_there:
        typer.echo(f"pauta: the key '{key}' has no value in the namespace '{namespace}'", err=True)
        sys.exit(1)


@contextmanager
def _values(namespace: str, data: DataDir) -> Generator[NamespaceValues]:
    from pauta.wiring import open_key_values

    with open_key_values(data) as key_values:
        yield key_values.of(namespace, namespace)


def _document(row: KeyValueRow) -> dict[str, object]:
    import json

    from pauta import clock

    known = {
        "key": row.key,
        "type": row.kind,
        "value": json.loads(row.content),
        "description": row.description,
        "creationDate": clock.to_iso(row.created_at),
        "updateDate": clock.to_iso(row.updated_at),
        "expirationDate": None if row.expires_at is None else clock.to_iso(row.expires_at),
        "version": row.version,
    }
    return {name: value for name, value in known.items() if value is not None}


def _short(content: str) -> str:
    return content if len(content) <= 60 else f"{content[:59]}…"


def _end(row: KeyValueRow) -> str:
    """Until when the value is there."""
    from pauta import clock

    if row.expires_at is None:
        return ""
    return clock.to_datetime(row.expires_at).astimezone().strftime("until %Y-%m-%d %H:%M:%S")


def _print_json(value: object) -> None:
    import json

    print(json.dumps(value, ensure_ascii=False, indent=2))
