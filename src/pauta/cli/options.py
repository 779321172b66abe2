"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--keep",
        "--data",
        metavar="DIR",
        help="Where runs are kept: database and files. Default: .pauta in this folder.",
        show_default=False,
    ),
]
