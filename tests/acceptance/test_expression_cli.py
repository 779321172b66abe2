"""The command ``pauta expression`` as a process: pipes that break, disks that are full, answers that come at once."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PAUTA = [sys.executable, "-m", "pauta", "expression", "render"]


def run(*arguments: str | bytes, **more: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*PAUTA, *arguments], capture_output=True, timeout=60, check=False, **more)


def test_each_line_is_answered_before_the_next_is_read():
    with subprocess.Popen([*PAUTA, "--lines"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        for number in range(5):
            process.stdin.write(json.dumps({"template": f"{{{{ {number} * 2 }}}}", "typed": True}) + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline()) == {"value": number * 2}
        process.stdin.write("broken\n" + json.dumps({"template": "after"}) + "\n")
        process.stdin.close()
        assert "error" in json.loads(process.stdout.readline())
        assert json.loads(process.stdout.readline()) == {"value": "after"}
    assert process.returncode == 0


def test_a_pipe_that_breaks_ends_it_without_a_traceback():
    with subprocess.Popen(
        [*PAUTA, "--lines"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdin.write(b'{"template": "a"}\n')
        process.stdin.flush()
        process.stdout.readline()
        process.stdout.close()
        process.stdin.write(b'{"template": "b"}\n' * 3)
        process.stdin.close()
        assert b"Traceback" not in process.stderr.read()
    assert process.returncode != 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_full_disk_is_told():
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run([*PAUTA, "a"], stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)
    assert result.returncode == 1
    assert b"the output cannot be written: No space left on device" in result.stderr
    assert b"Traceback" not in result.stderr


def test_a_template_that_is_not_utf8_is_no_crash():
    result = run(b"\xff{{ 1 }}")
    assert result.returncode == 0
    assert result.stdout.strip().endswith(b"1")


@pytest.mark.parametrize("variables", ["@/no/such/file", "@/", '{"a":', "[1]"])
def test_bad_variables_are_told(variables):
    result = run("x", "--vars", variables)
    assert result.returncode == 2
    assert b"--vars" in result.stderr
    assert b"Traceback" not in result.stderr


def test_an_error_names_its_place():
    result = run("ok {{ 1 }}", "first\n{{ inptu }}", "--vars", '{"input": 1}')
    assert result.returncode == 1
    assert result.stdout == b"ok 1\n"
    assert b"did you mean input?" in result.stderr
    assert b"at line 2, column 4" in result.stderr
