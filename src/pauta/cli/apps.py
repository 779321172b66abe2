"""How each command is set up, so that all of them look alike."""

from __future__ import annotations

import typer


def command_app(description: str | None = None, *, name: str | None = None) -> typer.Typer:
    """An app for one command, or for several with what they have in common as the description."""
    return typer.Typer(
        name=name,
        help=description,
        no_args_is_help=description is not None,
        add_completion=False,
        # rich help and tracebacks would cost 60 ms of every start
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
