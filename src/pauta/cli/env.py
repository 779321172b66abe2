"""``pauta env``: the Python environments that are kept for scripts."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Annotated

import typer

from pauta.cli.apps import command_app
from pauta.cli.streams import print_json

if TYPE_CHECKING:
    from pauta.runners.shelf import Kept, Shelf

app = command_app("Look at the Python environments that are kept for scripts.")

_AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_DAY = 86_400


@app.command("list")
def list_environments(*, as_json: _AsJson = False) -> None:
    """List environments, the one that was used last first."""
    from pauta.cli.text import columns

    found = _shelf().entries()
    if as_json:
        _print_json(found)
        return
    rows = [[_size(each.size), _ago(each.used), each.version, ", ".join(each.requirements)] for each in found]
    print(columns(rows, indent="") if rows else "no environments")


@app.command()
def prune(
    *,
    everything: Annotated[bool, typer.Option("--all", help="Remove all of them.")] = False,
    unused_for: Annotated[int, typer.Option(metavar="DAYS", min=0, help="Remove those not used for so long.")] = 30,
    size: Annotated[
        str | None, typer.Option(help="Remove those not used for the longest time, until so much is left (5GB).")
    ] = None,
    as_json: _AsJson = False,
) -> None:
    """Remove environments that are not in use; they are built again when they are needed."""
    from pauta.runners.shelf import size_of

    limit, shelf = size_of(size) if size else None, _shelf()
    removed = shelf.forget(time.time() + 1 if everything else time.time() - unused_for * _DAY)
    removed += shelf.shrink(limit) if limit is not None else []
    if as_json:
        _print_json(removed)
        return
    for each in removed:
        print(f"removed {', '.join(each.requirements)} (Python {each.version})")
    print(f"{len(removed)} removed, {_size(sum(each.size for each in removed))}")


def _shelf() -> Shelf:
    from pauta.runners.shelf import shelf_of

    return shelf_of(os.environ)


def _print_json(environments: list[Kept]) -> None:
    documents = [
        {
            "folder": str(each.folder),
            "python": each.version,
            "requirements": each.requirements,
            "packages": each.packages,
            "bytes": each.size,
            "lastUsed": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(each.used)),
        }
        for each in environments
    ]
    print_json(documents)


def _size(number: int) -> str:
    """A size to read: ``12.3 MB``."""
    return f"{number / (1 << 20):.1f} MB"


def _ago(moment: float) -> str:
    """How long ago a moment was."""
    minutes = max(0, int(time.time() - moment) // 60)
    if minutes < 120:
        return f"{minutes} m ago"
    return f"{minutes // 60} h ago" if minutes < 2 * 24 * 60 else f"{minutes // 1440} d ago"
