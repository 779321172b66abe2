import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from script_kit import FolderContext, alive, make_task, wait_until

from pauta.errors import CommandFailed, TaskFailed
from pauta.runners import keeper
from pauta.sdk.states import Level

HERE = Path(__file__).parent


def test_a_command_runs_in_the_working_directory(shell: Any, ctx: FolderContext):
    shell("pwd", 'echo "$WORKING_DIR"', 'test -d "$OUTPUT_DIR"')
    assert ctx.lines() == [str(ctx.working_dir)] * 2


def test_the_exit_code_fails_the_task_and_keeps_outputs(shell: Any):
    with pytest.raises(CommandFailed, match="Command failed with exit code 3") as failed:
        shell("""echo '::{"outputs": {"a": 1}}::'""", "exit 3")
    assert failed.value.outputs == {"exitCode": 3, "vars": {"a": 1}, "outputFiles": {}}


def test_a_signal_counts_as_128_and_its_number(shell: Any):
    with pytest.raises(CommandFailed) as failed:
        shell("kill -9 $$")
    assert failed.value.exit_code == 137


def test_a_program_that_does_not_exist_is_said(shell: Any):
    with pytest.raises(TaskFailed, match="'/no/such/program' cannot be started: No such file or directory"):
        shell("x", interpreter=["/no/such/program"])


def test_secrets_and_settings_of_pauta_stay_out_of_the_environment(
    shell: Any, ctx: FolderContext, monkeypatch: pytest.MonkeyPatch
):
    for name in ("SECRET_A", "PAUTA_DATA", "DATABASE_URL", "UV_INDEX_PRIVATE_PASSWORD"):
        monkeypatch.setenv(name, "hidden")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:1")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    shell("env", env={"OWN": "1"})
    names = {line.partition("=")[0] for line in ctx.lines()}
    assert "hidden" not in "".join(ctx.lines())
    assert {"PATH", "HOME", "HTTPS_PROXY", "LC_ALL", "OWN", "WORKING_DIR", "OUTPUT_DIR"} <= names


def test_file_descriptors_are_not_inherited(shell: Any, ctx: FolderContext, tmp_path: Path):
    with (tmp_path / "secret").open("w") as file:
        os.set_inheritable(file.fileno(), True)  # noqa: FBT003 -- its only argument
        shell("readlink /proc/$$/fd/* || true")
    kinds = {line.partition(":")[0] for line in ctx.lines()}
    assert kinds <= {"/dev/null", "pipe"}


def test_signals_have_their_usual_meaning(shell: Any, ctx: FolderContext):
    shell("yes | head -n 1", "grep SigIgn /proc/self/status")
    assert ctx.lines()[0] == "y"
    ignored = int(ctx.lines()[1].split()[1], 16)
    assert not ignored & (1 << (signal.SIGPIPE - 1))


def test_a_command_that_closes_its_output_still_ends(shell: Any):
    assert shell("exec >&- 2>&-", "true").outputs["exitCode"] == 0


def test_a_daemon_that_holds_the_output_is_stopped(shell: Any, ctx: FolderContext):
    started = time.monotonic()
    shell("sleep 1000 & echo $!", "setsid sleep 1000 & echo $!")
    assert time.monotonic() - started < 10
    assert not any(alive(int(line)) for line in ctx.lines())
    assert "the command left processes running" in ctx.lines(Level.WARN)[0]


def test_a_daemon_that_left_quietly_is_stopped_too(shell: Any, ctx: FolderContext):
    shell("setsid sleep 1000 >/dev/null 2>&1 & echo $!")
    assert wait_until(lambda: not alive(int(ctx.lines()[0])))


def test_late_output_of_what_was_left_behind_is_read(shell: Any, ctx: FolderContext):
    shell("(sleep 0.1; echo late) & echo early")
    assert ctx.lines() == ["early", "late"]


class InBackground:
    """Runs a task in a thread, which waits until the task has printed ``begun``."""

    def __init__(self, ctx: FolderContext, *commands: str) -> None:
        self.error: Exception | None = None
        self.task = make_task("io.kestra.plugin.scripts.shell.Commands", commands=list(commands))
        self.thread = threading.Thread(target=self._run, args=(ctx,))
        self.thread.start()
        assert wait_until(lambda: "begun" in ctx.lines())

    def _run(self, ctx: FolderContext) -> None:
        try:
            self.task.run(ctx)
        except CommandFailed as error:
            self.error = error


def test_a_kill_stops_the_whole_tree(ctx: FolderContext):
    running = InBackground(
        ctx, "sleep 1000 & echo $!", "setsid sh -c 'sleep 1000 & echo $!; wait' &", "sleep 0.2; echo begun; wait"
    )
    ctx.kill()
    running.thread.join(10)
    pids = [int(line) for line in ctx.lines() if line.isdigit()]
    assert len(pids) == 2
    assert not any(alive(pid) for pid in pids)
    assert isinstance(running.error, CommandFailed)
    assert running.error.exit_code == 128 + signal.SIGTERM


def test_a_stopped_command_may_tidy_up_and_report(ctx: FolderContext):
    running = InBackground(
        ctx,
        """trap 'echo "::{\\"outputs\\": {\\"tidy\\": true}}::"; exit 7' TERM""",
        "echo begun",
        "while :; do sleep 0.01; done",
    )
    ctx.kill()
    running.thread.join(10)
    assert isinstance(running.error, CommandFailed)
    assert running.error.outputs["vars"] == {"tidy": True}


def test_what_ignores_the_request_to_end_is_killed(ctx: FolderContext):
    running = InBackground(ctx, "trap '' TERM", "echo begun", "while :; do sleep 0.01; done")
    started = time.monotonic()
    ctx.kill()
    running.thread.join(20)
    assert time.monotonic() - started >= keeper.GRACE
    assert isinstance(running.error, CommandFailed)
    assert running.error.exit_code == 137


def test_a_task_that_was_killed_before_it_started_ends_at_once(ctx: FolderContext):
    ctx.killed.set()
    with pytest.raises(CommandFailed):
        make_task("io.kestra.plugin.scripts.shell.Commands", commands=["sleep 1000"]).run(ctx)


def test_nothing_survives_when_pauta_dies(tmp_path: Path):
    code = """
import sys, pathlib
from script_kit import FolderContext, make_task
commands = ["sleep 1000 & echo $! >> pids", "setsid sh -c 'sleep 1000 & echo $! >> pids; wait' &", "echo $$ >> pids", "wait"]
make_task("io.kestra.plugin.scripts.shell.Commands", commands=commands).run(FolderContext(pathlib.Path(sys.argv[1])))
"""
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), *sys.path])},
    )
    pids = tmp_path / "work" / "pids"
    assert wait_until(lambda: pids.exists() and len(pids.read_text().split()) == 3)
    parent.kill()
    parent.wait()
    assert wait_until(lambda: not any(alive(int(pid)) for pid in pids.read_text().split()))


def test_a_keeper_that_is_killed_takes_its_command_along(ctx: FolderContext):
    commands = ["echo $$ > pid", "kill -9 $PPID", "sleep 1000"]
    with pytest.raises(TaskFailed, match="the process that looked after the command was killed"):
        make_task("io.kestra.plugin.scripts.shell.Commands", commands=commands).run(ctx)
    pid = int((ctx.working_dir / "pid").read_text())
    assert wait_until(lambda: not alive(pid))


def test_the_launcher_is_started_again_when_it_was_killed(shell: Any, ctx: FolderContext):
    shell("cut -d ' ' -f 4 /proc/$PPID/stat")
    os.kill(int(ctx.lines()[0]), signal.SIGKILL)
    assert wait_until(lambda: not alive(int(ctx.lines()[0])))
    shell("echo again")
    assert ctx.lines()[-1] == "again"


def test_many_commands_run_at_the_same_time(tmp_path: Path):
    contexts = [FolderContext(tmp_path / str(number)) for number in range(20)]
    for each in contexts:
        each.folder.mkdir()
    task = make_task("io.kestra.plugin.scripts.shell.Commands", commands=["sleep 0.05", "echo done"])
    threads = [threading.Thread(target=task.run, args=(each,)) for each in contexts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [each.lines() for each in contexts] == [["done"]] * 20


def test_what_a_command_used_is_told(shell: Any, ctx: FolderContext):
    shell("python3 -c 'x = bytearray(200_000_000); x[::4096] = x[::4096]'")
    (said,) = [line for line in ctx.lines(Level.DEBUG) if "of processor time" in line]
    found = re.fullmatch(r"process \d+ ended with exit code 0: ([\d.]+) s of processor time, (\d+) MB", said)
    assert found is not None
    assert float(found[1]) > 0
    assert 190 < int(found[2]) < 400
