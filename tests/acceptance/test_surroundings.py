"""Odd arguments, streams, locales, names and folders: told in a sentence, and harmless."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest
from cli_kit import COMMAND, clean_environment, pauta, run_source
from test_bad_input import PROCESS, SHELL, a_flow, alive, wait_for

LOG = a_flow(
    "  - {id: t, type: io.kestra.plugin.core.log.Log, message: 'said {{ inputs.s }}'}\n",
    "inputs: [{id: s, type: STRING, defaults: x}]\n",
)


def a_file(folder: Path, source: str = LOG) -> Path:
    flow = folder / "flow.yaml"
    flow.write_text(source)
    return flow


def said(*arguments: object, cwd: Path, code: int, env: dict[str, str] | None = None) -> str:
    done = pauta("run", a_file(cwd), *arguments, cwd=cwd, env=env)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_what_an_encoding_lacks_is_a_question_mark(tmp_path: Path, encoding: str):
    done = subprocess.run(
        [*COMMAND, "run", a_file(tmp_path), "-i", "s=é✓"],
        cwd=tmp_path,
        env=clean_environment(PYTHONIOENCODING=encoding),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert b"? SUCCESS" in done.stdout


def test_arguments_and_json_are_utf_8_in_every_locale(tmp_path: Path):
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    run = run_source(LOG, "-i", "s=é✓", cwd=tmp_path, env=plain)
    assert run.lines("t") == ["said é✓"]


@pytest.mark.parametrize(
    "arguments", [["run", "flow.yaml", "-i", b"s=\xff"], ["executions", "show", b"\xff"]], ids=["input", "id"]
)
def test_bytes_that_are_no_text_are_told(tmp_path: Path, arguments: list[str | bytes]):
    a_file(tmp_path)
    pauta("run", "flow.yaml", "--quiet", cwd=tmp_path)
    done = subprocess.run(
        [*COMMAND, *arguments], cwd=tmp_path, env=clean_environment(), capture_output=True, check=False
    )
    assert done.returncode in (1, 2)
    assert b"UTF-8" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_a_closed_stream_stops_no_run(tmp_path: Path, closed: str):
    a_file(tmp_path)
    shell = " ".join([*COMMAND, "run", "flow.yaml", closed])
    done = subprocess.run(
        ["bash", "-c", shell], cwd=tmp_path, env=clean_environment(), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == b""
    assert json.loads(pauta("executions", "list", "--json", cwd=tmp_path).stdout)[0]["state"]["current"] == "SUCCESS"


@pytest.mark.parametrize("label", ["a b=c", "system.x=c", "a=", "A=b"])
def test_a_label_that_is_none_is_refused(tmp_path: Path, label: str):
    assert "--label" in said("--label", label, cwd=tmp_path, code=2)


def test_an_input_that_the_flow_does_not_have_is_told(tmp_path: Path):
    printed = said("-i", "ss=1", cwd=tmp_path, code=0)
    assert "warning: inputs.ss: the flow has no such input" in printed
    assert "did you mean 's'?" in printed


def test_an_empty_file_of_inputs_has_none(tmp_path: Path):
    (tmp_path / "none.yaml").write_text("# nothing yet\n")
    assert "said x" in said("--inputs", tmp_path / "none.yaml", cwd=tmp_path, code=0)


@pytest.mark.parametrize("path", ["/dev/zero", ".", "pipe"])
def test_a_path_that_is_no_file_is_told_as_such(tmp_path: Path, path: str):
    os.mkfifo(tmp_path / "pipe")
    for arguments in (["--inputs", path], ["-i", f"s=@{path}"]):
        assert "is no ordinary file" in said(*arguments, cwd=tmp_path, code=2)


def test_namespace_files_never_contain_the_folder_of_runs(tmp_path: Path):
    said(cwd=tmp_path, code=0)
    said("--files", ".", cwd=tmp_path, code=0)
    kept = {file.name for file in (tmp_path / ".pauta" / "files").rglob("*") if file.is_file()}
    assert kept == {"flow.yaml"}


def test_namespace_files_need_a_namespace(tmp_path: Path):
    assert "'../x' is no namespace" in said("--files", "../x=.", cwd=tmp_path, code=2)


def test_names_reach_the_terminal_without_control_characters(tmp_path: Path):
    script = (
        r"""printf '::{"metrics":[{"name":"m\\u001b[31m","type":"counter","value":1,"tags":{"k\\u202e":"v\\u001b[1m"}}]}::\n'"""
        "\n      " + r"""printf x > "$(printf 'a\033[31mb\nc.txt')" """
    )
    source = a_flow(
        f"  - id: t\n    type: io.kestra.plugin.scripts.shell.Script\n    {PROCESS}\n"
        f"    outputFiles: ['*.txt']\n    script: |\n      {script}\n"
    )
    done = pauta("run", a_file(tmp_path, source), cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "k=v" in done.stdout
    assert not {"\x1b", "\u202e"} & set(done.stdout)
    assert "t.ab c.txt" in done.stdout


def test_a_terminal_that_goes_away_kills_the_run_with_its_processes(tmp_path: Path):
    pids = tmp_path / "pids"
    commands = "'setsid sleep 1000 & echo $! > pids; mv pids $PIDS; wait'"
    flow = a_file(
        tmp_path, a_flow(f"  - id: t\n    {SHELL}\n    env: {{PIDS: '{pids}'}}\n    commands: [{commands}]\n")
    )
    master, terminal = os.openpty()
    with subprocess.Popen(
        [*COMMAND, "run", str(flow)], cwd=tmp_path, env=clean_environment(), stdout=terminal, stderr=terminal
    ) as running:
        os.close(terminal)
        try:
            wait_for(pids.is_file)
        finally:
            os.close(master)
            running.send_signal(signal.SIGHUP)
        assert running.wait(timeout=60) == 1
    wait_for(lambda: not any(alive(int(pid)) for pid in pids.read_text().split()))
    kept = json.loads(pauta("executions", "list", "--json", cwd=tmp_path).stdout)
    assert [each["state"]["current"] for each in kept] == ["KILLED"]


def test_an_execution_that_nobody_waits_for_is_told_when_the_command_ends(tmp_path: Path):
    (tmp_path / "flows").mkdir()
    child = a_flow(f"  - id: t\n    {SHELL}\n    commands: [sleep 20]\n").replace("id: bad", "id: child")
    (tmp_path / "flows" / "child.yaml").write_text(child)
    call = "{id: c, type: io.kestra.plugin.core.flow.Subflow, namespace: company.team, flowId: child, wait: false}"
    done = pauta("run", a_file(tmp_path, a_flow(f"  - {call}\n")), "--flows", "flows", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "of company.team.child is still" in done.stderr
    assert "goes on with it" in done.stderr


def test_validate_does_not_wait_for_pipes_and_devices(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.yaml")
    named = pauta("flow", "validate", "pipe.yaml", "/dev/zero", cwd=tmp_path)
    assert named.returncode == 2
    assert named.stdout.count("this is no ordinary file") == 2
    assert "no flow found" in pauta("flow", "validate", ".", cwd=tmp_path).stdout


def test_a_name_that_cannot_be_kept_is_refused_in_a_sentence(tmp_path: Path):
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a\x1b[31m").touch()
    printed = said("--files", "files", cwd=tmp_path, code=1)
    assert r"the path 'a\x1b[31m' must not contain backslashes or control characters" in printed


def test_a_run_that_is_held_says_so(tmp_path: Path):
    flow = a_file(tmp_path, a_flow("  - {id: p, type: io.kestra.plugin.core.flow.Pause, pauseDuration: PT0.1S}\n"))
    done = pauta("run", flow, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "p  PAUSED  it goes on when its time has passed" in done.stdout
