"""The script tasks from before each language had its own."""

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from script_kit import FolderContext, make_task

from pauta.errors import CommandFailed, TaskFailed

OLD = "io.kestra.core.tasks.scripts"


def run(name: str, ctx: FolderContext, **properties: Any) -> dict[str, Any]:
    return dict(make_task(f"{OLD}.{name}", **properties).run(ctx).outputs)


def test_bash_runs_commands_and_keeps_files_under_both_names(ctx: FolderContext):
    outputs = run(
        "Bash",
        ctx,
        commands=["echo 1 > {{ outputFiles['first'] }}", """echo '::{"outputs": {"a": 1}}::'""", "cat {{ inputFiles['in.txt'] }}"],
        files=["first"],
        inputFiles={"in.txt": "given"},
    )  # fmt: skip
    assert outputs["vars"] == {"a": 1}
    assert outputs["files"] == outputs["outputFiles"]
    assert list(outputs["files"]) == ["first"]
    assert ctx.lines() == ["given"]


def test_folders_of_outputs_are_there_and_kept(ctx: FolderContext):
    outputs = run(
        "Bash",
        ctx,
        commands=["mkdir {{ outputDirs['xml'] }}/sub", "echo 1 > {{ outputDirs['xml'] }}/sub/a.xml"],
        outputDirs=["xml"],
    )
    assert list(outputs["outputFiles"]) == ["xml/sub/a.xml"]


def test_a_failing_command_ends_the_run_unless_told_otherwise(ctx: FolderContext):
    with pytest.raises(CommandFailed):
        run("Bash", ctx, commands=["false", "echo after"])
    assert ctx.lines() == []
    run("Bash", ctx, commands=["false", "echo after"], exitOnFailed=False)
    assert ctx.lines() == ["after"]


def test_the_interpreter_is_a_program_and_its_options(ctx: FolderContext):
    run("Bash", ctx, commands=["print(1 + 1)"], interpreter="python3", interpreterArgs=["-I", "-c"])
    run("Bash", ctx, commands=["echo $0"], interpreter="/bin/bash")
    assert ctx.lines() == ["2", "/bin/bash"]


def test_python_runs_files_with_its_packages(ctx: FolderContext):
    files = {"main.py": "import sys\nfrom kestra import Kestra\nKestra.outputs({'given': sys.argv[1:]})"}
    outputs = run("Python", ctx, inputFiles=files, commands=["main.py a b"], requirements=["kestra"])
    assert outputs["vars"] == {"given": ["a", "b"]}


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_node_runs_its_main_file(ctx: FolderContext):
    run("Node", ctx, inputFiles={"main.js": "console.log('from node')"}, outputFiles=["main.js"])
    assert ctx.lines() == ["from node"]


class Choosing(FolderContext):
    """Remembers the runner that was declared."""

    declared: Any = None

    def runner(self, declared: Any) -> Any:
        self.declared = declared
        return super().runner(None)


def test_the_old_options_of_containers_are_those_of_the_docker_runner(tmp_path: Path):
    ctx = Choosing(tmp_path)
    docker = {"image": "ubuntu:24.04", "user": "root", "networkMode": "host", "memory": {"memory": "1GB"}}
    make_task("io.kestra.plugin.scripts.shell.Commands", commands=["true"], docker=docker).run(ctx)
    assert ctx.declared.type == "io.kestra.plugin.scripts.runner.docker.Docker"
    assert (ctx.declared.user, ctx.declared.network_mode, ctx.declared.memory.memory) == ("root", "host", "1GB")
    make_task(f"{OLD}.Bash", commands=["true"], runner="DOCKER", dockerOptions={"image": "a"}).run(ctx)
    assert ctx.declared.image == "a"
    make_task(f"{OLD}.Bash", commands=["true"]).run(ctx)
    assert ctx.declared.type == "io.kestra.plugin.core.runner.Process"


def test_old_options_that_do_not_exist_are_said(ctx: FolderContext):
    task = make_task("io.kestra.plugin.scripts.shell.Commands", commands=["true"], docker={"imagee": "x"})
    with pytest.raises(TaskFailed, match="the properties in 'docker' do not fit: imagee"):
        task.run(ctx)


def test_the_image_of_the_old_options_says_which_python_is_expected_where_there_are_no_containers(tmp_path: Path):
    ctx = Choosing(tmp_path)
    script = "import sys; print(sys.version_info[:2])"
    docker = {"image": f"python:{sys.version_info[0]}.{sys.version_info[1]}-slim"}
    task = "io.kestra.plugin.scripts.python.Script"
    make_task(task, script=script, runner="DOCKER", docker=docker, containerImage="python:2.7").run(ctx)
    assert ctx.lines()[-1] == str(sys.version_info[:2])
