"""A user without the clone: `pip install` of the wheel, then `pauta run`."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from uv import find_uv_bin

ROOT = Path(__file__).parents[2]
FLOW = """\
id: installed
namespace: company.team
tasks:
  - id: script
    type: io.kestra.plugin.scripts.python.Script
    script: |
      print('::{"outputs": {"answer": 42}}::')
  - id: say
    type: io.kestra.plugin.core.log.Log
    message: "the answer is {{ outputs.script.vars.answer }}"
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    uv("build", "--wheel", "--python", sys.executable, "--out-dir", str(folder), str(ROOT))
    (built,) = folder.glob("*.whl")
    return built


def uv(*arguments: str):
    trusting = {"UV_SYSTEM_CERTS": "true", **os.environ}
    subprocess.run([find_uv_bin(), *arguments], check=True, capture_output=True, text=True, env=trusting)


def test_the_wheel_has_the_package_and_its_licence_and_nothing_else(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"pauta", f"{'-'.join(wheel.name.split('-')[:2])}.dist-info"}
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any(name.endswith(".sql") for name in names)


def test_an_installed_pauta_runs_a_flow(wheel: Path, tmp_path: Path):
    home = tmp_path / "venv"
    uv("venv", "--python", sys.executable, str(home))
    uv("pip", "install", "--python", str(home), str(wheel))
    flow = tmp_path / "flow.yaml"
    flow.write_text(FLOW)
    run = subprocess.run([home / "bin/pauta", "run", flow], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "the answer is 42" in run.stdout
    assert "SUCCESS" in run.stdout
