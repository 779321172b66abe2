"""Scripts in all languages, with the interpreters that this machine has."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from script_kit import FolderContext, make_task

from pauta import registry
from pauta.errors import CommandFailed
from pauta.sdk.states import Level

FAMILY = "io.kestra.plugin.scripts"
MARKER = '::{"outputs": {"sum": 3}}::'
SCRIPTS = {
    "bun": ("bun", f"const a: number = 1; console.log('hello'); console.log('{MARKER}')"),
    "deno": ("deno", f"const a: number = 1; console.log('hello'); console.log('{MARKER}')"),
    "go": ("go", f'package main\nimport "fmt"\nfunc main() {{ fmt.Println("hello"); fmt.Println(`{MARKER}`) }}'),
    "groovy": ("groovy", f"println 'hello'\nprintln '{MARKER}'"),
    "jbang": ("jbang", f'class S {{ public static void main(String[] a) {{ System.out.println("{MARKER}"); }} }}'),
    "julia": ("julia", f"println(\"hello\")\nprintln('{MARKER}')"),
    "lua": ("lua", f"print('hello')\nprint('{MARKER}')"),
    "node": ("node", f"console.log('hello')\nconsole.log('{MARKER}')"),
    "perl": ("perl", f'use strict;\nprint "hello\\n";\nprint \'{MARKER}\', "\\n";'),
    "php": ("php", f'<?php echo "hello\\n"; echo \'{MARKER}\', "\\n";'),
    "powershell": ("pwsh", f"Write-Output 'hello'\nWrite-Output '{MARKER}'"),
    "python": ("python3", f"print('hello')\nprint('{MARKER}')"),
    "r": ("Rscript", f"cat('hello\\n')\ncat('{MARKER}\\n')"),
    "ruby": ("ruby", f"puts 'hello'\nputs '{MARKER}'"),
    "shell": ("sh", f"echo hello\necho '{MARKER}'"),
}


@pytest.mark.parametrize("language", SCRIPTS)
def test_a_script_of_every_language_reports_its_outputs(language: str, ctx: FolderContext):
    program, script = SCRIPTS[language]
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    result = make_task(f"{FAMILY}.{language}.Script", script=script, env={"GOTOOLCHAIN": "local"}).run(ctx)
    assert result.outputs["vars"] == {"sum": 3}
    assert ctx.lines() == ["hello"]
    assert ctx.lines(Level.ERROR) == []


@pytest.mark.parametrize("language", [*SCRIPTS, "dotnet"])
@pytest.mark.parametrize("form", ["Script", "Commands"])
def test_every_family_has_both_forms_with_an_image(language: str, form: str):
    task = registry.find(f"{FAMILY}.{language}.{form}")
    assert task is not None
    assert task.model_fields["container_image"].default  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", ["node", "perl", "ruby", "php", "lua", "r", "go"])
def test_commands_have_the_programs_of_the_language(language: str, ctx: FolderContext):
    program = SCRIPTS[language][0]
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    commands = [f"command -v {program}"]
    make_task(f"{FAMILY}.{language}.Commands", commands=commands, beforeCommands=["echo before"]).run(ctx)
    assert ctx.lines()[0] == "before"
    assert Path(ctx.lines()[1]).name == program


@pytest.mark.parametrize("language", ["python", "perl", "shell"])
def test_a_folder_may_have_any_name(language: str, tmp_path: Path):
    folder = tmp_path / 'it\'s $HOME; "a" folder'
    folder.mkdir()
    ctx = FolderContext(folder)
    script = SCRIPTS[language][1] + f"\n{'#' * (150_000 if language == 'shell' else 1)}"
    assert make_task(f"{FAMILY}.{language}.Script", script=script).run(ctx).outputs["vars"] == {"sum": 3}


def test_a_script_that_fails_fails_the_task_with_its_code(ctx: FolderContext):
    with pytest.raises(CommandFailed) as failed:
        make_task(f"{FAMILY}.perl.Script", script="exit 7").run(ctx)
    assert failed.value.outputs["exitCode"] == 7  # type: ignore[index]


@pytest.mark.parametrize("form", [{"Script": "script"}, {"Commands": "commands"}])
def test_a_program_that_is_not_installed_is_named(form: dict[str, str], ctx: FolderContext):
    ((name, prop),) = form.items()
    text: Any = "1" if name == "Script" else ["node -e 1"]
    task = make_task(f"{FAMILY}.node.{name}", **{prop: text}, env={"PATH": "/nowhere"})
    with pytest.raises(CommandFailed):
        task.run(ctx)
    assert any("is 'node' installed on the machine" in line for line in ctx.lines(Level.ERROR))


def test_the_quietness_of_jbang_can_be_lifted(ctx: FolderContext):
    program = ctx.folder / "jbang"
    program.write_text('#!/bin/sh\necho "$1" "${2##*.}"\n')
    program.chmod(0o755)
    for properties in ({}, {"quiet": False, "extension": ".jsh"}):
        env = {"PATH": f"{ctx.folder}:/usr/bin:/bin"}
        make_task(f"{FAMILY}.jbang.Script", script="1", env=env, **properties).run(ctx)
    assert ctx.lines()[0] == "--quiet java"
    assert ctx.lines()[1].endswith(".jsh ")


def test_powershell_takes_the_commands_itself(ctx: FolderContext):
    program = ctx.folder / "pwsh"
    program.write_text('#!/bin/sh\nfor each in "$@"; do echo "$each"; done\n')
    program.chmod(0o755)
    env = {"PATH": f"{ctx.folder}:/usr/bin:/bin"}
    make_task(f"{FAMILY}.powershell.Commands", commands=["Get-Item x"], env=env).run(ctx)
    assert ctx.lines() == [
        "-NoProfile",
        "-NonInteractive",
        "-Command",
        "$ErrorActionPreference = 'Stop'",
        "Get-Item x",
    ]
    make_task(f"{FAMILY}.powershell.Script", script="1", env=env, failFast=False).run(ctx)
    assert ctx.lines()[-1].startswith("& '")


def test_lines_for_windows_end_as_there(shell: Any, ctx: FolderContext):
    shell("print(1, end='')", "print(2)", interpreter=["python3", "-c"], targetOS="WINDOWS")
    assert ctx.lines() == ["12"]
