"""What happens to tasks that want a container, without an engine."""

from pathlib import Path

import pytest
from cli_kit import pauta, run_source

NONE = "unix:///nowhere/docker.sock"
FLOW = """
id: wants
namespace: company.team
tasks:
  - id: t
    type: io.kestra.plugin.scripts.shell.Commands
    containerImage: python:slim
    taskRunner: {type: io.kestra.plugin.scripts.runner.docker.Docker}
    commands: [echo here]
"""


@pytest.mark.parametrize("arguments", [(), ("--containers", "process")])
def test_it_runs_as_a_process_with_one_warning(tmp_path: Path, arguments: tuple[str, ...]):
    run = run_source(FLOW, *arguments, cwd=tmp_path, env={"DOCKER_HOST": NONE})
    assert run.lines("t", "INFO") == ["here"]
    (warning,) = run.lines("t", "WARN")
    assert "it runs as a process of this machine" in warning


def test_it_fails_and_says_what_to_do_when_it_has_to_be_one(tmp_path: Path):
    run = run_source(FLOW, "--containers", "docker", cwd=tmp_path, code=1, env={"DOCKER_HOST": NONE})
    (error,) = run.lines("t", "ERROR")
    assert f"no Docker engine answers at {NONE}: start it" in error
    asked = run_source(FLOW, cwd=tmp_path, code=1, env={"DOCKER_HOST": NONE, "PAUTA_CONTAINERS": "docker"})
    assert asked.states == {"t": "FAILED"}


def test_another_word_is_refused(tmp_path: Path):
    (tmp_path / "flow.yaml").write_text(FLOW)
    assert pauta("run", "flow.yaml", "--containers", "podman", cwd=tmp_path).returncode == 2
    done = pauta("run", "flow.yaml", cwd=tmp_path, env={"PAUTA_CONTAINERS": "podman"})
    assert done.returncode == 1
    assert "PAUTA_CONTAINERS is 'podman'" in done.stderr
