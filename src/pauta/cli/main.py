"""The command ``pauta``: one file per command, mounted here."""

from __future__ import annotations

import os
import sys
from typing import Annotated, NoReturn

import typer

from pauta import __version__
from pauta.cli import env, executions, expression, flow, kv, plugins
from pauta.cli.run import run
from pauta.errors import PautaError

app = typer.Typer(
    name="pauta",
    help="Run data workflows written in declarative YAML, compatible with Kestra's flow language.",
    no_args_is_help=True,
    # rich help and tracebacks would cost 60 ms of every start
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:  # noqa: FBT001 -- typer passes the option's value
    if wanted:
        typer.echo(f"pauta {__version__}")
        raise typer.Exit


@app.callback()
def _pauta(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    del version


app.command()(run)
app.add_typer(flow.app, name="flow")
app.add_typer(executions.app, name="executions")
app.add_typer(expression.app, name="expression")
app.add_typer(kv.app, name="kv")
app.add_typer(env.app, name="env")
app.add_typer(plugins.app, name="plugins")


def main() -> None:
    """Run the command line; what goes wrong on purpose is one clear message, never a traceback."""
    try:
        _run()
    except PautaError as error:
        _give_up(str(error))
    except BrokenPipeError:
        _drop_output()
        sys.exit(1)
    except OSError as error:
        _give_up(f"{error.filename or 'the output cannot be written'}: {error.strerror}")


def _run() -> None:
    try:
        app()
    finally:
        # what is still in the buffer may not fit on a full disk, either
        sys.stdout.flush()


def _give_up(message: str) -> NoReturn:
    _drop_output()
    typer.echo(f"pauta: {message}", err=True)
    sys.exit(1)


def _drop_output() -> None:
    """Let go what cannot be written: Python would try once more at its end, and complain."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
