"""What happens when the disk of the working directory is full: a small file system in memory, mounted for the test."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from script_kit import FolderContext, make_task

from pauta.runtime import attempt
from pauta.runtime.attempt import Outcome
from pauta.runtime.context import Stop
from pauta.sdk.states import Level, State

SHELL = "io.kestra.plugin.scripts.shell.Commands"
PYTHON = "io.kestra.plugin.scripts.python.Script"


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A folder that holds 64 kB."""
    place = tmp_path / "small"
    place.mkdir()
    options = ["-t", "tmpfs", "-o", "size=64k,nr_inodes=64", "tmpfs", str(place)]
    mounted = subprocess.run(["mount", *options], capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"a file system in memory cannot be mounted here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def outcome_of(context: FolderContext, type_name: str, **properties: Any) -> Outcome:
    """How an attempt ends."""
    return attempt.run(make_task(type_name, **properties), context, Stop())  # type: ignore[arg-type]


def test_an_input_file_that_does_not_fit_is_said(small: Path):
    context = FolderContext(small)
    outcome = outcome_of(context, SHELL, commands=["true"], inputFiles={"big.bin": "x" * 100_000})
    assert outcome.state is State.FAILED
    assert context.lines(Level.ERROR) == [f"there is no space left for {small}/work/big.bin: free some space"]


def test_a_stored_file_that_does_not_fit_is_said(small: Path):
    context = FolderContext(small)
    context.files["company.team:big.bin"] = b"x" * 100_000
    outcome = outcome_of(context, SHELL, commands=["true"], namespaceFiles={})
    assert outcome.state is State.FAILED
    assert context.lines(Level.ERROR) == [f"there is no space left for {small}/work/big.bin: free some space"]


def test_a_script_that_does_not_fit_is_said(small: Path):
    context = FolderContext(small)
    outcome = outcome_of(context, PYTHON, script=f"# {'x' * 100_000}")
    assert outcome.state is State.FAILED
    (message,) = context.lines(Level.ERROR)
    assert message.startswith(f"there is no space left for {small}/work/my_task")


def test_a_script_that_fills_the_disk_fails_with_its_own_words(small: Path):
    context = FolderContext(small)
    outcome = outcome_of(context, PYTHON, script="open('big', 'wb').write(bytes(100_000))", outputFiles=["big"])
    assert outcome.state is State.FAILED
    assert outcome.outputs is not None
    assert outcome.outputs["exitCode"] == 1
    assert "No space left on device" in "\n".join(context.lines(Level.ERROR))


def test_a_disk_without_room_for_the_folder_is_said(small: Path):
    context = FolderContext(small)
    for number in range(100):
        try:
            (small / str(number)).touch()
        except OSError:
            break
    outcome = outcome_of(context, SHELL, commands=["true"])
    assert outcome.state is State.FAILED
    assert context.lines(Level.ERROR) == [f"there is no space left for {small}/work: free some space"]
