"""The script tasks from before each language had its own."""

import shutil
from typing import Any

import pytest
from script_kit import FolderContext, make_task

from pauta.errors import CommandFailed

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


def test_the_image_of_the_old_options_of_containers_says_which_python_is_expected(python: Any, ctx: FolderContext):
    python("import sys\nprint(sys.version_info[:2])", runner="DOCKER", docker={"image": "python:3.11-slim"})
    assert ctx.lines()[-1] == "(3, 11)"
