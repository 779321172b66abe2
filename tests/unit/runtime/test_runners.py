import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from pauta import registry
from pauta.runtime.runners import DOCKER, PROCESS, ByDeclaration
from pauta.sdk.runners import TaskRunner
from pauta.sdk.states import Containers


def runner(name: str, **properties: str) -> TaskRunner:
    return registry.find(name).model_validate({"type": name, **properties})  # type: ignore[union-attr]


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[str]:
    """The address of something that listens."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        server.listen()
        yield f"unix://{tmp_path}/s"


def chosen(mode: Containers, *declared: TaskRunner | None) -> tuple[list[str], list[str]]:
    """The types of the chosen runners, and the warnings."""
    warnings: list[str] = []
    choice = ByDeclaration(mode)
    return [choice.choose(each, "execution", warnings.append).type for each in declared], warnings


@pytest.mark.parametrize("mode", Containers)
def test_a_process_runner_is_taken_as_it_is(mode: Containers):
    process = runner(PROCESS)
    assert ByDeclaration(mode).choose(process, "e", pytest.fail) is process


def test_a_container_runner_is_taken_when_an_engine_listens(listening: str):
    docker = runner(DOCKER, host=listening)
    assert ByDeclaration().choose(docker, "e", pytest.fail) is docker


def test_without_an_engine_it_is_a_process_with_one_warning(tmp_path: Path):
    docker = runner(DOCKER, host=f"unix://{tmp_path}/nothing")
    types, (warning,) = chosen(Containers.AUTO, docker, docker, None)
    assert types == [PROCESS] * 3
    assert warning.startswith(f"the task asks for {DOCKER}, but no Docker engine answers at unix://{tmp_path}/nothing:")
    assert warning.endswith(": it runs as a process of this machine, with what is installed on it")


def test_a_task_that_names_none_is_a_process_unless_told_otherwise():
    types, (warning,) = chosen(Containers.AUTO, None)
    assert types == [PROCESS]
    assert "names no taskRunner, for which Kestra would use a container (--containers=docker does)" in warning
    assert chosen(Containers.DOCKER, None) == ([DOCKER], [])


def test_docker_never_falls_back(tmp_path: Path):
    assert chosen(Containers.DOCKER, runner(DOCKER, host=f"unix://{tmp_path}/nothing")) == ([DOCKER], [])


def test_process_never_uses_a_container(listening: str):
    types, (warning,) = chosen(Containers.PROCESS, runner(DOCKER, host=listening))
    assert types == [PROCESS]
    assert "but --containers=process is set" in warning


def test_each_execution_is_warned():
    warnings: list[str] = []
    choice = ByDeclaration()
    for execution in ("a", "b", "a"):
        choice.choose(None, execution, warnings.append)
    assert len(warnings) == 2
