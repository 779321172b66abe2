"""What a user does wrong, or the machine: a clear message, the right state, and no process left behind."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_kit import COMMAND, clean_environment, pauta, run_source

PROCESS = "taskRunner: {type: io.kestra.plugin.core.runner.Process}"
SHELL = f"type: io.kestra.plugin.scripts.shell.Commands\n    {PROCESS}"


def a_flow(tasks: str, head: str = "") -> str:
    return f"id: bad\nnamespace: company.team\n{head}tasks:\n{tasks}"


def refused(tmp_path: Path, source: str | bytes, *arguments: object) -> str:
    """What ``pauta run`` says about a flow that it does not run."""
    flow = tmp_path / "flow.yaml"
    flow.write_bytes(source if isinstance(source, bytes) else source.encode())
    done = pauta("run", flow, *arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr) < 20_000
    return done.stderr


def test_broken_yaml_is_shown_with_its_place(tmp_path: Path):
    said = refused(tmp_path, "id: bad\nnamespace: company.team\ntasks:\n  - id: [one\n    type: x\n")
    assert "flow.yaml:5:" in said


def test_a_yaml_bomb_is_refused_at_once(tmp_path: Path):
    levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]\n" for n in range(1, 12))
    said = refused(
        tmp_path, a_flow("  - {id: t, type: io.kestra.plugin.core.log.Log, message: x}\n") + f"l0: &l0 x\n{levels}"
    )
    assert "alias" in said


def test_a_flow_of_10_megabytes_is_answered(tmp_path: Path):
    message = "x" * 10_000_000
    flow = tmp_path / "flow.yaml"
    flow.write_text(a_flow(f"  - {{id: t, type: io.kestra.plugin.core.log.Log, message: {message}}}\n"))
    done = pauta("run", flow, "--quiet", cwd=tmp_path)
    assert done.returncode in (0, 2)
    assert "Traceback" not in done.stderr


def test_all_errors_of_a_flow_are_told_at_once_with_suggestions(tmp_path: Path):
    said = refused(
        tmp_path,
        a_flow(
            "  - id: one\n    type: io.kestra.plugin.scripts.shell.Commands\n    comands: [ls]\n"
            "  - id: two\n    type: io.kestra.plugin.core.log.Logg\n    message: x\n"
            "  - id: two\n    type: io.kestra.plugin.core.log.Log\n    message: x\n"
        ),
    )
    assert "flow.yaml:6:" in said
    assert "tasks[0].comands" in said
    assert "unknown property 'comands'" in said
    assert "did you mean 'commands'?" in said
    assert "did you mean 'io.kestra.plugin.core.log.Log'?" in said
    assert "two" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "number"),
        (("-i", "number=many"), "number"),
        (("-i", "number=1", "-i", "day=tomorrow"), "day"),
    ],
)
def test_inputs_that_are_missing_or_of_the_wrong_type_are_named(tmp_path: Path, arguments: tuple[str, ...], said: str):
    inputs = "inputs:\n  - {id: number, type: INT}\n  - {id: day, type: DATE, required: false}\n"
    source = a_flow("  - {id: t, type: io.kestra.plugin.core.log.Log, message: x}\n", inputs)
    assert f"inputs.{said}" in refused(tmp_path, source, *arguments)


def test_an_undefined_variable_fails_its_task_and_says_what_there_is(tmp_path: Path):
    tasks = (
        "  - {id: one, type: io.kestra.plugin.core.output.OutputValues, values: {row_count: 1}}\n"
        "  - {id: two, type: io.kestra.plugin.core.log.Log, message: '{{ outputs.one.values.row_cout }}'}\n"
    )
    run = run_source(a_flow(tasks), cwd=tmp_path, code=1)
    assert run.states == {"one": "SUCCESS", "two": "FAILED"}
    (message,) = run.lines("two", "ERROR")
    assert "Unable to find `row_cout` used in the expression" in message
    assert "row_count" in message


def test_a_script_that_exits_3_fails_and_keeps_its_exit_code(tmp_path: Path):
    run = run_source(a_flow(f"  - id: t\n    {SHELL}\n    commands: [exit 3]\n"), cwd=tmp_path, code=1)
    assert run.state == "FAILED"
    assert "Command failed with exit code 3" in run.lines("t", "ERROR")
    assert run.output("t")["exitCode"] == 3


def test_50_megabytes_on_one_line_are_kept_in_pieces(tmp_path: Path):
    command = "head -c 50000000 /dev/zero | tr '\\\\0' x"
    flow = tmp_path / "flow.yaml"
    flow.write_text(a_flow(f'  - id: t\n    {SHELL}\n    commands:\n      - "{command}"\n'))
    done = pauta("run", flow, "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    logs = pauta("executions", "logs", "last", "--json", "--level", "info", cwd=tmp_path)
    assert sum(json.loads(line)["message"].count("x") for line in logs.stdout.splitlines()) == 50_000_000


@pytest.mark.parametrize(
    ("commands", "outputs"),
    [
        ("touch ../escaped", "../escaped"),
        ("ln -s /etc/passwd link", "link"),
        ("ln -s /etc dir", "dir/passwd"),
        ("mkfifo pipe", "pipe"),
    ],
)
def test_an_output_file_that_leaves_the_working_directory_is_refused(tmp_path: Path, commands: str, outputs: str):
    source = a_flow(f"  - id: t\n    {SHELL}\n    outputFiles: ['{outputs}']\n    commands: ['{commands}']\n")
    run = run_source(source, cwd=tmp_path, code=1)
    assert run.state == "FAILED"
    assert any(outputs.split("/", maxsplit=1)[0] in line for line in run.lines("t", "ERROR"))
    kept = [file for file in (tmp_path / ".pauta" / "files").rglob("*") if file.is_file()]
    assert kept == []


def test_a_dependency_that_does_not_exist_is_told_in_the_words_of_the_installer(tmp_path: Path):
    script = "  - id: t\n    type: io.kestra.plugin.scripts.python.Script\n    dependencies: ['./nowhere']\n    script: x = 1\n"
    run = run_source(a_flow(script.replace("script:", f"{PROCESS}\n    script:")), cwd=tmp_path, code=1)
    assert run.state == "FAILED"
    assert any("cannot be installed" in line and "nowhere" in line for line in run.lines("t", "ERROR"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small file system")
def test_no_space_for_the_working_directory_fails_the_task_with_a_clear_message(tmp_path: Path):
    small = tmp_path / "data" / "tmp"
    small.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)], check=True)
    try:
        source = a_flow(f"  - id: t\n    {SHELL}\n    commands: ['head -c 1000000 /dev/zero > file']\n")
        written = run_source(source, "--keep", tmp_path / "data", cwd=tmp_path, code=1)
        inputs = a_flow(f"  - id: t\n    {SHELL}\n    inputFiles: {{big: {'x' * 200_000}}}\n    commands: [ls]\n")
        given = run_source(inputs, "--keep", tmp_path / "data", cwd=tmp_path, code=1)
    finally:
        subprocess.run(["umount", str(small)], check=True)
    assert any("No space left on device" in line for line in written.lines("t"))
    assert any("no space left" in line.lower() for line in given.lines("t", "ERROR"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_kills_the_run_with_all_its_processes(tmp_path: Path, number: signal.Signals):
    flow = tmp_path / "flow.yaml"
    commands = "'sleep 1000 & echo $! > pids; setsid sleep 1000 & echo $! >> pids; mv pids $PIDS; wait'"
    pids = tmp_path / "pids"
    flow.write_text(a_flow(f"  - id: t\n    {SHELL}\n    env: {{PIDS: '{pids}'}}\n    commands: [{commands}]\n"))
    with subprocess.Popen(
        [*COMMAND, "run", str(flow), "--json"],
        cwd=tmp_path,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            wait_for(pids.is_file)
        finally:
            running.send_signal(number)
        printed, errors = running.communicate(timeout=60)
    assert running.returncode == 1, errors
    execution = json.loads(printed)["execution"]
    assert execution["state"]["current"] == "KILLED"
    assert [run["state"]["current"] for run in execution["taskRunList"]] == ["KILLED"]
    wait_for(lambda: not any(alive(int(pid)) for pid in pids.read_text().split()))


def test_a_secret_never_appears(tmp_path: Path):
    tasks = f"  - id: t\n    {SHELL}\n    env: {{TOKEN: \"{{{{ secret('TOKEN') }}}}\"}}\n    commands: [echo $TOKEN, 'echo $TOKEN | base64']\n"
    flow = tmp_path / "flow.yaml"
    flow.write_text(a_flow(tasks))
    done = pauta("run", flow, "--secret", "token=hunter2-and-more", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "******" in done.stdout
    assert "hunter2" not in done.stdout + done.stderr
    assert not any(b"hunter2" in file.read_bytes() for file in (tmp_path / ".pauta").rglob("*") if file.is_file())


def test_a_secret_input_is_kept_encrypted(tmp_path: Path):
    source = a_flow(
        "  - {id: t, type: io.kestra.plugin.core.log.Log, message: 'it is {{ inputs.password }}'}\n",
        "inputs:\n  - {id: password, type: SECRET}\n",
    )
    run = run_source(source, "-i", "password=hunter2-and-more", cwd=tmp_path)
    assert run.lines("t") == ["it is ******"]
    assert (tmp_path / ".pauta" / "secret.key").stat().st_mode & 0o777 == 0o600
    assert not any(b"hunter2" in file.read_bytes() for file in (tmp_path / ".pauta").rglob("*") if file.is_file())


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "nowhere.yaml"),
        ("run", "."),
        ("run", "flow.yaml", "-i", "x"),
        ("run", "flow.yaml", "--flows", "nowhere"),
    ],
)
def test_a_command_line_that_makes_no_sense_is_explained(tmp_path: Path, arguments: tuple[str, ...]):
    (tmp_path / "flow.yaml").write_text(a_flow("  - {id: t, type: io.kestra.plugin.core.log.Log, message: x}\n"))
    done = pauta(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert arguments[-1] in done.stderr


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return state[state.rindex(")") + 2] != "Z"


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
