from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from script_kit import FolderContext, make_task

from pauta.sdk.tasks import Result

Run = Callable[..., Result]


@pytest.fixture
def ctx(tmp_path: Path) -> FolderContext:
    return FolderContext(tmp_path)


@pytest.fixture
def shell(ctx: FolderContext) -> Run:
    def run(*commands: str, **properties: Any) -> Result:
        return make_task("io.kestra.plugin.scripts.shell.Commands", commands=list(commands), **properties).run(ctx)

    return run


@pytest.fixture
def python(ctx: FolderContext) -> Run:
    def run(script: str, **properties: Any) -> Result:
        return make_task("io.kestra.plugin.scripts.python.Script", script=script, **properties).run(ctx)

    return run
