"""Where the output of a command goes may be full, or gone."""

import subprocess
from pathlib import Path

import pytest
from cli_kit import COMMAND, EXAMPLES, clean_environment

COMMANDS = [
    ["--version"],
    ["--help"],
    ["flow", "validate", EXAMPLES],
    ["run", EXAMPLES / "hello.yaml", "--json"],
    ["run", EXAMPLES / "hello.yaml"],
    ["plugins", "list", "--json"],
]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(Path(each).name for each in command))
def test_a_full_disk_is_told(command, tmp_path: Path):
    with Path("/dev/full").open("wb") as full:
        done = run(command, tmp_path, full)
    assert done.returncode == 1, done.stderr
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", COMMANDS[2:], ids=lambda command: " ".join(Path(each).name for each in command))
def test_a_reader_that_goes_away_is_no_traceback(command, tmp_path: Path):
    shell = " ".join(map(str, [*COMMAND, *command])) + " | true"
    done = subprocess.run(
        ["bash", "-c", shell], cwd=tmp_path, env=clean_environment(), capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def run(command, folder: Path, target):
    return subprocess.run(
        [*COMMAND, *map(str, command)],
        cwd=folder,
        env=clean_environment(),
        stdout=target,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
