import os
import resource
import sys
from pathlib import Path
from typing import Any

import pytest
from script_kit import FolderContext, make_task

from pauta.errors import CommandFailed, NotFound, PathRefused, StorageFailed, TaskFailed
from pauta.sdk.states import Level, MetricKind


def test_outputs_have_the_published_shape(shell: Any, ctx: FolderContext):
    result = shell("echo out", "echo err >&2", """echo '::{"outputs": {"a": 1}}::'""")
    assert result.outputs == {"exitCode": 0, "vars": {"a": 1}, "outputFiles": {}}
    assert ctx.lines() == ["out"]
    assert ctx.lines(Level.ERROR) == ["err"]


def test_markers_on_stderr_count_too(shell: Any, ctx: FolderContext):
    marker = '::{"metrics": [{"name": "rows", "type": "timer", "value": 2.5, "tags": {"a": "b"}}]}::'
    shell(f"echo '{marker}' >&2")
    assert [(each.name, each.kind, each.value, each.tags) for each in ctx.metrics] == [
        ("rows", MetricKind.TIMER, 2.5, {"a": "b"})
    ]


def test_fifty_megabytes_on_one_line_are_kept_and_the_marker_after_it_counts(tmp_path: Path):
    class Counting(FolderContext):
        count = 0

        def log(self, level: Level, message: str) -> None:
            self.count += message.count("x") if level is Level.INFO else 0

    ctx = Counting(tmp_path)
    commands = ["head -c 50000000 /dev/zero | tr '\\0' x", "echo", """echo '::{"outputs": {"after": 1}}::'"""]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = make_task("io.kestra.plugin.scripts.shell.Commands", commands=commands).run(ctx)
    assert result.outputs["vars"] == {"after": 1}
    assert ctx.count == 50_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kilobytes


def test_binary_output_is_shown_with_replacements(shell: Any, ctx: FolderContext):
    shell("printf 'a\\377b\\n'")
    assert ctx.lines() == ["a\ufffdb"]


def test_the_first_failing_command_ends_the_run(shell: Any, ctx: FolderContext):
    with pytest.raises(CommandFailed):
        shell("false", "echo after")
    assert ctx.lines() == []
    shell("false", "echo after", failFast=False)
    assert ctx.lines() == ["after"]


def test_before_commands_share_the_shell(shell: Any, ctx: FolderContext):
    shell("echo $X", beforeCommands=["X=before"])
    assert ctx.lines() == ["before"]


def test_another_interpreter_gets_all_commands_as_one_argument(shell: Any, ctx: FolderContext):
    shell("import sys", "print(len(sys.argv))", interpreter=["python3", "-c"])
    assert ctx.lines() == ["1"]


def test_without_an_interpreter_the_commands_are_a_program_and_its_arguments(shell: Any, ctx: FolderContext):
    shell("echo", "$HOME", "a  b", interpreter=[])
    assert ctx.lines() == ["$HOME a  b"]


def test_without_an_output_folder_the_working_directory_is_it(shell: Any, ctx: FolderContext):
    shell("echo {{ outputDir }}", "echo $OUTPUT_DIR", "ls")
    assert ctx.lines() == [str(ctx.working_dir)] * 2


def test_a_script_that_is_longer_than_an_argument_may_be_runs(shell: Any, ctx: FolderContext):
    shell(*[f": {'x' * 100}"] * 3000, "echo end")
    assert ctx.lines() == ["end"]


def test_texts_of_json_are_taken_where_lists_and_maps_are_expected(ctx: FolderContext):
    task = make_task(
        "io.kestra.plugin.scripts.shell.Commands", commands='["echo $A", "echo $B"]', env='{"A": 1, "B": true}'
    )
    task.run(ctx)
    assert ctx.lines() == ["1", "true"]


def test_variables_of_environment_that_are_null_are_left_out(shell: Any, ctx: FolderContext):
    shell("echo ${A-unset}", env={"A": None})
    assert ctx.lines() == ["unset"]


def test_folders_and_output_files_are_variables(shell: Any, ctx: FolderContext):
    result = shell(
        "echo {{ workingDir }}", "echo x > {{ outputDir }}/y.txt", "echo z > {{ outputFiles['z.txt'] }}",
        outputFiles=["z.txt"], outputDirectory=True,
    )  # fmt: skip
    assert ctx.lines() == [str(ctx.working_dir)]
    stored = {name: ctx.files[uri] for name, uri in result.outputs["outputFiles"].items()}
    assert stored == {"y.txt": b"x\n", "z.txt": b"z\n"}


def test_the_old_form_of_the_process_runner_works(shell: Any, ctx: FolderContext):
    shell("echo hi", runner="PROCESS", warningOnStdErr=True, targetOS="LINUX", containerImage="ubuntu")
    assert ctx.lines() == ["hi"]


# Files in


def test_input_files_are_written(shell: Any, ctx: FolderContext):
    ctx.put_file(b"stored", "stored.txt")
    uri = next(iter(ctx.files))
    shell(
        "cat a.txt b/c.txt n.json s.txt; test -e empty.txt; test ! -e null.txt",
        inputFiles={"a.txt": "1", "b/c.txt": "2", "n.json": {"x": 3}, "s.txt": uri, "empty.txt": "", "null.txt": None},
    )
    assert ctx.lines() == ['12{"x":3}stored']


def test_input_files_may_be_a_text_of_json(shell: Any, ctx: FolderContext):
    shell("cat a.txt", inputFiles='{"a.txt": "x", "b.txt": null}')
    assert ctx.lines() == ["x"]
    with pytest.raises(TaskFailed, match="inputFiles is a text, but not the JSON text of a map"):
        shell("true", inputFiles="a.txt")


@pytest.mark.parametrize("name", ["../a", "/etc/x", "a/../../b", "c:\\x", "a\0b"])
def test_input_files_stay_inside(shell: Any, name: str):
    with pytest.raises(PathRefused):
        shell("true", inputFiles={name: "x"})


def test_input_files_that_are_in_each_others_way_are_said(shell: Any):
    with pytest.raises(StorageFailed, match=r"/work/a/b cannot be written: (Not a directory|File exists)"):
        shell("true", inputFiles={"a": "x", "a/b": "y"})


def test_references_in_commands_become_local_files(shell: Any, ctx: FolderContext):
    ctx.put_file(b"content", "my file.csv")
    ctx.files["company.team:q.sql"] = b"select"
    uri = next(iter(ctx.files))
    shell(f"cat {uri} '{uri}' nsfile:///q.sql; echo", "ls")
    assert ctx.lines()[0] == "contentcontentselect"
    assert sum(line.endswith(".csv") for line in ctx.lines()) == 1


def test_references_in_the_environment_stay(shell: Any, ctx: FolderContext):
    shell("echo $URI", env={"URI": "kestra:///a/b.txt"})
    assert ctx.lines() == ["kestra:///a/b.txt"]


def test_a_reference_to_nothing_is_said(shell: Any):
    with pytest.raises(NotFound, match=r"kestra:///a/b\.txt"):
        shell("cat kestra:///a/b.txt")


def test_namespace_files_are_copied(shell: Any, ctx: FolderContext):
    ctx.files.update({"company.team:a.py": b"1", "company.team:sub/b.py": b"2", "other:a.py": b"3"})
    shell("cat a.py sub/b.py", namespaceFiles={})
    shell("cat a.py sub/b.py", namespaceFiles={"namespaces": ["company.team", "other"]})
    shell("cat other/a.py", namespaceFiles={"namespaces": ["other"], "folderPerNamespace": True})
    assert ctx.lines() == ["12", "32", "3"]


def test_namespace_files_are_chosen_by_patterns(shell: Any, ctx: FolderContext):
    ctx.files.update({"company.team:a.py": b"1", "company.team:sub/b.py": b"2", "company.team:c.sql": b""})
    shell("find . -type f | sort", namespaceFiles={"include": ["**.py"], "exclude": ["sub/**"]})
    assert ctx.lines() == ["./a.py"]


@pytest.mark.parametrize(("if_exists", "content"), [("OVERWRITE", "new"), ("WARN", "old"), ("IGNORE", "old")])
def test_namespace_files_meet_files_that_are_there(shell: Any, ctx: FolderContext, if_exists: str, content: str):
    (ctx.working_dir / "a").write_text("old")
    ctx.files["company.team:a"] = b"new"
    shell("cat a", namespaceFiles={"ifExists": if_exists})
    assert ctx.lines() == [content]
    assert len(ctx.lines(Level.WARN)) == (if_exists == "WARN")


def test_namespace_files_may_refuse_to_overwrite(shell: Any, ctx: FolderContext):
    (ctx.working_dir / "a").write_text("old")
    ctx.files["company.team:a"] = b"new"
    with pytest.raises(TaskFailed, match="the namespace file 'a' is already in the working directory"):
        shell("true", namespaceFiles={"ifExists": "FAIL"})
    shell("true", namespaceFiles={"enabled": False, "ifExists": "FAIL"})


# Files out


def test_output_files_are_stored_by_name_and_pattern(shell: Any, ctx: FolderContext):
    result = shell(
        "mkdir -p s/d", "echo 1 > a.csv", "echo 2 > 's/d/b c.csv'", "echo 3 > .h", outputFiles=["a.csv", "s/**", ".h"]
    )
    stored = {name: (uri.rpartition("-")[2], ctx.files[uri]) for name, uri in result.outputs["outputFiles"].items()}
    assert stored == {"a.csv": ("a.csv", b"1\n"), "s/d/b c.csv": ("b+c.csv", b"2\n"), ".h": (".h", b"3\n")}


def test_many_output_files_keep_their_order(shell: Any, ctx: FolderContext):
    result = shell("for i in $(seq 100 199); do echo $i > $i.txt; done", outputFiles=["150.txt", "*.txt"])
    names = ["150.txt", *(f"{number}.txt" for number in range(100, 200) if number != 150)]
    assert list(result.outputs["outputFiles"]) == names
    assert all(ctx.files[uri].decode() == f"{name[:3]}\n" for name, uri in result.outputs["outputFiles"].items())


def test_output_files_are_kept_when_the_command_fails(shell: Any, ctx: FolderContext):
    with pytest.raises(CommandFailed) as failed:
        shell("echo x > a", "exit 1", outputFiles=["a"])
    assert ctx.files[failed.value.outputs["outputFiles"]["a"]] == b"x\n"  # type: ignore[index]


def test_an_output_file_that_is_not_there_is_a_warning(shell: Any, ctx: FolderContext):
    assert shell("true", outputFiles=["a", "*.csv"]).outputs["outputFiles"] == {}
    assert ctx.lines(Level.WARN) == ["no file matches 'a' of outputFiles", "no file matches '*.csv' of outputFiles"]


@pytest.mark.parametrize(
    ("command", "name", "message"),
    [
        ("echo x > ../x", "../x", "must lie inside the working directory"),
        ("true", "a/../../x", "must lie inside the working directory"),
        ("true", "/etc/hostname", "must lie inside the working directory"),
        ("ln -s /etc/passwd link", "link", "is a symbolic link that leaves the working directory"),
        ("ln -s / root", "root/etc/passwd", "is a symbolic link that leaves the working directory"),
        ("ln -s missing broken", "broken", "cannot be read: No such file"),
        ("mkfifo pipe", "pipe", "is a named pipe; only regular files can be stored"),
        ("mknod device c 1 3 || mkfifo device", "device", "is a (device|named pipe); only regular"),
        ("mkdir folder; ln -s / folder/up", "folder/up/etc/passwd", "is a symbolic link that leaves"),
        ("python3 -c \"import socket; socket.socket(socket.AF_UNIX).bind('s')\"", "s", "is a socket"),
    ],
)
def test_output_files_that_leave_the_folder_or_are_no_files_fail_the_task(
    shell: Any, ctx: FolderContext, command: str, name: str, message: str
):
    with pytest.raises(TaskFailed, match=message) as failed:
        shell(command, "echo good > good", outputFiles=[name, "good"])
    assert list(failed.value.outputs["outputFiles"]) == ["good"]  # type: ignore[call-overload]
    assert list(ctx.files.values()) == [b"good\n"]


def test_patterns_leave_out_what_is_no_file_of_the_folder(shell: Any, ctx: FolderContext):
    result = shell("ln -s /etc/passwd link", "mkfifo pipe", "echo x > a; ln -s a inner; ln a hard", outputFiles=["*"])
    assert sorted(result.outputs["outputFiles"]) == ["a", "hard", "inner"]
    assert len(ctx.lines(Level.WARN)) == 2


def test_the_working_directory_may_be_named_in_output_files(shell: Any, ctx: FolderContext):
    result = shell("echo x > a; echo y > b", outputFiles=[f"{ctx.working_dir}/a", "/b"])
    assert sorted(result.outputs["outputFiles"]) == ["a", "b"]


def test_file_names_of_any_bytes_are_stored(shell: Any, ctx: FolderContext):
    name = b"a\n\xff\\b.txt"
    result = shell("true", outputFiles=["nothing"])
    (ctx.working_dir / os.fsdecode(name)).write_text("x")
    result = shell("true", outputFiles=["*.txt"])
    assert list(result.outputs["outputFiles"]) == ["a\n\ufffd\\b.txt"]
    assert next(iter(result.outputs["outputFiles"].values())).endswith("-a_\ufffd_b.txt")


# Python


def test_a_python_script_imports_from_its_folder(python: Any, ctx: FolderContext):
    result = python(
        "from mine import value\nprint(value)", inputFiles={"mine.py": "value = 'own'"}, outputFiles=["*.py"]
    )
    assert ctx.lines() == ["own"]
    assert list(result.outputs["outputFiles"]) == ["mine.py"]


def test_words_of_json_are_values_in_a_script(python: Any, ctx: FolderContext):
    python('from __future__ import annotations\nprint({"a": true, "b": [null, false]})')
    assert ctx.lines() == ["{'a': True, 'b': [None, False]}"]


def test_output_is_not_held_back(python: Any, ctx: FolderContext):
    with pytest.raises(CommandFailed):
        python("import os\nprint('said')\nos._exit(1)")
    assert ctx.lines() == ["said"]


def test_python_commands_have_the_interpreter_and_the_packages_of_pauta(ctx: FolderContext):
    commands = ["python -c 'import pydantic, sys; print(sys.version_info[:3])'", "echo $VIRTUAL_ENV"]
    make_task("io.kestra.plugin.scripts.python.Commands", commands=commands).run(ctx)
    assert ctx.lines()[0] == str(sys.version_info[:3])
    assert not Path(ctx.lines()[1]).exists()
