"""The Docker runner on a real engine."""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from script_kit import FolderContext, make_task, wait_until

from pauta.errors import CommandFailed, TaskFailed
from pauta.runners import docker_engine
from pauta.runners.docker_engine import OWNER
from pauta.sdk.states import Level
from pauta.sdk.tasks import Result

RUNNER = "io.kestra.plugin.scripts.runner.docker.Docker"
SHELL = "io.kestra.plugin.scripts.shell.Commands"
PYTHON = "io.kestra.plugin.scripts.python.Script"
Run = Callable[..., Result]


@pytest.fixture
def run(engine: str, ctx: FolderContext) -> Run:
    """Runs commands in a container; ``docker`` has properties of the runner."""

    def run(*commands: str, docker: dict[str, Any] | None = None, **properties: Any) -> Result:
        runner = {"type": RUNNER, "host": engine, "networkMode": "none", **(docker or {})}
        properties = {"containerImage": "python:slim", **properties}
        return make_task(SHELL, commands=list(commands), taskRunner=runner, **properties).run(ctx)

    return run


def left(client: Any) -> list[Any]:
    return client.containers(all=True, filters={"label": OWNER})


def test_commands_run_in_the_image_and_the_container_goes(run: Run, ctx: FolderContext, client: Any):
    result = run("echo out", "echo err >&2", """echo '::{"outputs": {"a": 1}}::'""", "test ! -e /etc/hostname.real")
    assert result.outputs == {"exitCode": 0, "vars": {"a": 1}, "outputFiles": {}}
    assert ctx.lines() == ["out"]
    assert ctx.lines(Level.ERROR) == ["err"]
    assert left(client) == []


def test_files_go_in_and_out(run: Run, ctx: FolderContext):
    result = run(
        "cat in/a.txt",
        "mkdir -p out",
        "echo one > out/1.csv; echo two > 'out/2 b.csv'; echo x > single.txt",
        "echo $WORKING_DIR",
        inputFiles={"in/a.txt": "given\n"},
        outputFiles=["out/*.csv", "single.txt", "missing.txt"],
    )
    assert ctx.lines() == ["given", str(ctx.working_dir)]
    stored = {name: ctx.files[uri] for name, uri in result.outputs["outputFiles"].items()}
    assert stored == {"out/1.csv": b"one\n", "out/2 b.csv": b"two\n", "single.txt": b"x\n"}


def test_single_files_are_fetched_without_the_others(run: Run, ctx: FolderContext):
    result = run("mkdir d; echo 1 > d/a; echo 2 > b", outputFiles=["d/a"])
    assert list(result.outputs["outputFiles"]) == ["d/a"]
    assert not (ctx.working_dir / "b").exists()


def test_the_folder_of_outputs_comes_back(run: Run):
    result = run("echo 1 > {{ outputDir }}/a.txt", outputDirectory=True)
    assert list(result.outputs["outputFiles"]) == ["a.txt"]


def test_links_and_pipes_of_a_container_stay_there(run: Run, ctx: FolderContext):
    result = run("ln -s /etc/passwd link; mkfifo pipe; ln -s good inner; echo 1 > good", outputFiles=["*"])
    assert sorted(result.outputs["outputFiles"]) == ["good", "inner"]
    assert len([line for line in ctx.lines(Level.WARN) if line.startswith("left out")]) == 2
    assert not (ctx.working_dir / "link").is_symlink()


def test_the_exit_code_is_the_commands_and_files_are_kept(run: Run, ctx: FolderContext):
    with pytest.raises(CommandFailed) as failed:
        run("echo 1 > a", "exit 3", outputFiles=["a"])
    outputs: Any = failed.value.outputs
    assert outputs["exitCode"] == 3
    assert ctx.files[outputs["outputFiles"]["a"]] == b"1\n"


def test_a_kill_ends_the_container(run: Run, ctx: FolderContext, client: Any):
    done: list[object] = []

    def work() -> None:
        try:
            run("echo started", "sleep 1000")
        except CommandFailed as error:
            done.append(error.outputs["exitCode"])  # type: ignore[index]

    thread = threading.Thread(target=work)
    thread.start()
    assert wait_until(lambda: ctx.lines() == ["started"], 60)
    began = time.monotonic()
    ctx.kill()
    thread.join(60)
    assert done == [137]
    assert time.monotonic() - began < 30
    assert left(client) == []


def test_memory_beyond_the_limit_is_said(run: Run, ctx: FolderContext):
    with pytest.raises(CommandFailed):
        run("python -c 'x = bytearray(400_000_000)'", docker={"memory": {"memory": "64MB"}})
    assert any(
        "out of memory: the command wanted more than its limit of 64MB" in line for line in ctx.lines(Level.ERROR)
    )


def test_settings_reach_the_container(run: Run, ctx: FolderContext):
    run(
        "id -u",
        "cat /etc/hosts",
        "echo $SETTING",
        docker={"user": "1234:1234", "extraHosts": ["db.example:10.1.2.3"], "cpu": {"cpus": 0.5}, "shmSize": "16MB"},
        env={"SETTING": "yes"},
    )
    assert ctx.lines()[0] == "1234"
    assert any(line.split() == ["10.1.2.3", "db.example"] for line in ctx.lines())
    assert ctx.lines()[-1] == "yes"


def test_a_user_of_the_container_can_write_its_files(run: Run):
    result = run("cat a; echo new > b", docker={"user": "1234"}, inputFiles={"a": "in"}, outputFiles=["b"])
    assert list(result.outputs["outputFiles"]) == ["b"]


def test_the_working_directory_can_be_mounted(run: Run, ctx: FolderContext):
    result = run(
        "cat a; echo new > b", docker={"fileHandlingStrategy": "MOUNT"}, inputFiles={"a": "in\n"}, outputFiles=["b"]
    )
    assert ctx.lines() == ["in"]
    assert list(result.outputs["outputFiles"]) == ["b"]


def test_volumes_and_privileges_are_refused_unless_they_are_allowed(
    run: Run, ctx: FolderContext, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "x").write_text("shared\n")
    mount = {"volumes": [f"{tmp_path}/shared:/shared"]}
    for docker, name in ((mount, "volumes"), ({"privileged": True}, "privileged")):
        with pytest.raises(TaskFailed, match=f"'{name}' of the Docker runner is not allowed here: PAUTA_DOCKER_"):
            run("true", docker=docker)
    monkeypatch.setenv("PAUTA_DOCKER_VOLUMES", "true")
    run("cat /shared/x", docker=mount)
    assert ctx.lines() == ["shared"]


def test_an_image_that_does_not_exist_is_said(run: Run):
    with pytest.raises(TaskFailed, match=r"the image 'nowhere\.invalid/x:1' cannot be pulled"):
        run("true", containerImage="nowhere.invalid/x:1")
    with pytest.raises(TaskFailed, match="is not on the engine, and pullPolicy is NEVER"):
        run("true", containerImage="nowhere:1", docker={"pullPolicy": "NEVER"})


def test_a_program_that_the_image_has_not_is_said(run: Run):
    with pytest.raises(TaskFailed, match=r"the container cannot be started: .*no-such-program"):
        run("true", interpreter=["no-such-program"])


def test_an_engine_that_does_not_answer_is_said(ctx: FolderContext, tmp_path: Path):
    runner = {"type": RUNNER, "host": f"unix://{tmp_path}/none.sock"}
    with pytest.raises(TaskFailed, match=r"no Docker engine answers at unix://.*: start it, .* or use the task runner"):
        make_task(SHELL, commands=["true"], taskRunner=runner).run(ctx)


def test_what_a_dead_process_left_is_removed(client: Any):
    for label in (f"{os.uname().nodename} 999999 1", docker_engine.owner(), "elsewhere 1 1"):
        client.create_container("python:slim", command=["true"], labels={OWNER: label})
    docker_engine.sweep(client)
    still = [each["Labels"][OWNER] for each in left(client)]
    assert sorted(still) == sorted([docker_engine.owner(), "elsewhere 1 1"])
    for each in left(client):
        client.remove_container(each["Id"], force=True)


def test_a_python_script_has_its_packages(
    engine: str, ctx: FolderContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PAUTA_CACHE_DIR", str(tmp_path / "cache"))
    runner = {"type": RUNNER, "host": engine, "networkMode": "none"}
    script = "import json, six\njson.dump({'six': six.__file__}, open('outputs.json', 'w'))"
    for _ in range(2):
        task = make_task(PYTHON, script=script, dependencies=["six"], containerImage="python:slim", taskRunner=runner)
        assert task.run(ctx).outputs["vars"] == {"six": "/pauta-packages/six.py"}
    assert ["built" in line for line in ctx.lines() if line.startswith("environment: 1 packages")] == [True, False]
