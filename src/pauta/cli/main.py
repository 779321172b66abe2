"""The command ``pauta``: one file per command, imported when the command is asked for."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from typer.core import TyperGroup
from typer.main import get_command

from pauta import __version__
from pauta.cli import streams
from pauta.errors import PautaError

if TYPE_CHECKING:
    from typer._click import Command, Context

_FILES = ("run", "flow", "executions", "expression", "kv", "env", "plugins")
"""The commands, in the order of the help: each is the ``app`` of ``pauta.cli.<name>``."""


class _Commands(TyperGroup):
    """Knows the commands by their files: importing and describing all of them would be a tenth of every start."""

    def list_commands(self, ctx: Context) -> list[str]:
        """All names."""
        del ctx
        return [*_FILES]

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """The command of a name; for a name that is none all are read, so that the nearest can be suggested."""
        for name in (cmd_name,) if cmd_name in _FILES else _FILES:
            if name not in self.commands:
                self.commands[name] = get_command(import_module(f"pauta.cli.{name}").app)
                self.commands[name].name = name
        return super().get_command(ctx, cmd_name)


app = typer.Typer(
    name="pauta",
    cls=_Commands,
    help="Run data workflows written in declarative YAML, compatible with Kestra's flow language.",
    no_args_is_help=True,
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


def main() -> None:
    """Run the command line; what goes wrong on purpose is one clear message, never a traceback."""
    streams.prepare()
    try:
        _run()
    except PautaError as error:
        _give_up(str(error))
    except UnicodeEncodeError as error:
        _give_up(f"{error.object!r} is not text in UTF-8")
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
