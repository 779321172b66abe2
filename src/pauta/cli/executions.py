"""``pauta executions``: look at the runs that were kept."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pauta.cli.apps import command_app
from pauta.cli.options import DataDir
from pauta.cli.streams import print_json
from pauta.sdk.states import Level, State

if TYPE_CHECKING:
    from pauta.wiring import Archive

app = command_app("Look at runs that were kept.")

_AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_Id = Annotated[str, typer.Argument(help="The execution's id, or 'last'.", show_default=False)]


@app.command("list")
def list_executions(
    data: DataDir = None,
    *,
    namespace: Annotated[str | None, typer.Option(help="Only this namespace and those below it.")] = None,
    flow: Annotated[str | None, typer.Option(help="Only this flow's id.")] = None,
    state: Annotated[State | None, typer.Option(help="Only this state.", case_sensitive=False)] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, newest first.")] = 25,
    as_json: _AsJson = False,
) -> None:
    """List executions, newest first."""
    from pauta.cli.text import columns, paint_for

    with _archive(data) as archive:
        found = archive.list(namespace=namespace, flow_id=flow, state=state, limit=limit)
    if as_json:
        print_json(found)
        return
    paint = paint_for(sys.stdout)
    rows = [
        [
            each["id"],
            paint.state(State(each["state"]["current"])),
            f"{each['namespace']}.{each['flowId']}",
            _start(each),
        ]
        for each in found
    ]
    print(columns(rows, indent="") if rows else "no executions")


@app.command()
def show(execution_id: _Id, data: DataDir = None, *, as_json: _AsJson = False) -> None:
    """Show one execution: state, task runs, outputs, metrics, files."""
    from pauta.cli.report import report
    from pauta.cli.text import paint_for

    with _archive(data) as archive:
        document = archive.document(archive.resolve(execution_id), logs=as_json)
    if as_json:
        print_json(document)
        return
    for block in report(document["execution"], document["metrics"], document["files"], paint_for(sys.stdout)):
        print(block)


@app.command()
def logs(
    execution_id: _Id,
    data: DataDir = None,
    *,
    level: Annotated[Level, typer.Option(help="The least severe level shown.", case_sensitive=False)] = Level.TRACE,
    task: Annotated[str | None, typer.Option(help="Only this task's id.")] = None,
    as_json: _AsJson = False,
) -> None:
    """Print the log of one execution."""
    from pauta.cli.text import paint_for
    from pauta.cli.view import log_line

    paint = paint_for(sys.stdout)
    with _archive(data) as archive:
        for line in archive.logs(archive.resolve(execution_id), level=level, task_id=task):
            if as_json:
                print_json(line, compact=True)
            else:
                print(log_line(paint, line["at"], Level(line["level"]), line.get("taskId"), line["message"]))


@contextmanager
def _archive(data: Any) -> Generator[Archive]:
    from pauta.wiring import open_archive

    with open_archive(data) as archive:
        yield archive


def _start(execution: dict[str, Any]) -> str:
    from datetime import datetime

    started = datetime.fromisoformat(execution["state"]["startDate"])
    return started.astimezone().strftime("%Y-%m-%d %H:%M:%S")
