import fcntl
import subprocess
import sys
import threading
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from script_kit import FolderContext, make_task

from pauta.errors import EnvironmentFailed, TaskFailed
from pauta.runners import environments, interpreters
from pauta.runners.process import PROCESS, Process
from pauta.runners.shelf import _Lock
from pauta.sdk.runners import PythonPackages
from pauta.sdk.states import Level


def make_wheel(folder: Path, name: str, version: str = "1.0") -> None:
    """A package with one module that says its version."""
    about = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}.py", f"version = '{version}'\n")
        wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", f"{name}.py,,\n{about}/METADATA,,\n{about}/WHEEL,,\n{about}/RECORD,,\n")


@pytest.fixture(autouse=True)
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package index of this machine, and an own cache."""
    folder = tmp_path / "index"
    folder.mkdir()
    for name in ("alpha", "beta"):
        make_wheel(folder, name)
    make_wheel(folder, "beta", "2.0")
    monkeypatch.setenv("UV_FIND_LINKS", str(folder))
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    monkeypatch.setenv("PAUTA_CACHE_DIR", str(tmp_path / "cache"))
    return folder


class Installations:
    """Counts what is asked of uv."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        self._run = environments._run_uv
        monkeypatch.setattr(environments, "_run_uv", self.run)

    def run(self, arguments: Sequence[str], builder: environments.Builder) -> None:
        self.count += "install" in arguments
        self._run(arguments, builder)


def test_dependencies_can_be_imported(python: Any, ctx: FolderContext):
    python("import alpha, beta\nprint(alpha.version, beta.version)", dependencies=["beta<2", "alpha"])
    assert ctx.lines()[-1] == "1.0 1.0"


def test_the_second_run_installs_nothing(python: Any, ctx: FolderContext, monkeypatch: pytest.MonkeyPatch):
    installations = Installations(monkeypatch)
    python("import alpha", dependencies=["alpha", "beta"])
    python("import alpha", dependencies=[" beta", "alpha", "alpha"])
    assert installations.count == 1
    assert [line.rsplit(",", 2)[0] for line in ctx.lines()] == [
        "environment: 2 packages, built",
        "environment: 2 packages, cached",
    ]


def test_fifty_runs_at_once_build_one_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    installations = Installations(monkeypatch)
    found: list[bool] = []

    def run(number: int) -> None:
        folder = tmp_path / f"run{number}"
        folder.mkdir()
        with Process(type=PROCESS).python(PythonPackages(["alpha"]), FolderContext(folder), None) as variables:
            found.append(any(Path(place, "python").exists() for place in variables["PATH"].split(":")))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == [True] * 50
    assert installations.count == 1


def test_a_cache_that_cannot_be_used_is_said(python: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PAUTA_CACHE_DIR", str(tmp_path / "file"))
    with pytest.raises(EnvironmentFailed, match=r"cannot be kept in .*Not a directory; PAUTA_CACHE_DIR names another"):
        python("1", dependencies=["alpha"])


def test_above_the_limit_what_was_not_used_for_long_is_removed(
    python: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("PAUTA_CACHE_LIMIT", "1kB")
    python("import alpha", dependencies=["alpha"])
    python("import beta", dependencies=["beta"])
    left = [place.name for place in (tmp_path / "cache" / "environments").iterdir()]
    assert len(left) == 2
    python("import beta", dependencies=["beta"])
    python("import alpha", dependencies=["alpha"])


def test_without_a_cache_it_is_built_each_time(python: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    installations = Installations(monkeypatch)
    for _ in range(2):
        python("import alpha", dependencies=["alpha"], dependencyCacheEnabled=False)
    assert installations.count == 2
    assert not (tmp_path / "cache").exists()


def test_a_package_that_is_a_local_path_is_not_kept(python: Any, ctx: FolderContext, index: Path, tmp_path: Path):
    python("import alpha\nprint(alpha.version)", dependencies=[f"{index}/alpha-1.0-py3-none-any.whl"])
    assert ctx.lines()[-1] == "1.0"
    assert not (tmp_path / "cache").exists()


def test_a_dependency_that_does_not_exist_fails_with_the_words_of_the_installer(python: Any, tmp_path: Path):
    with pytest.raises(EnvironmentFailed, match=r"cannot be installed: (?s:.*)gamma was not found"):
        python("import gamma", dependencies=["gamma"])
    kept = [place.name for place in (tmp_path / "cache" / "environments").iterdir() if not place.name.startswith(".")]
    assert [name for name in kept if not name.endswith(".lock")] == []


def test_options_are_no_dependencies(python: Any):
    with pytest.raises(EnvironmentFailed, match=r"'--index-url=http://x' is an option, not a dependency"):
        python("1", dependencies=["--index-url=http://x"])


def test_what_a_build_left_unfinished_is_built_again(python: Any, ctx: FolderContext, tmp_path: Path):
    python("import alpha", dependencies=["alpha"])
    root = tmp_path / "cache" / "environments"
    place = next(each for each in root.iterdir() if each.suffix != ".lock")
    place.rename(root / f".building-{place.name}")
    python("import alpha\nprint('again')", dependencies=["alpha"])
    assert ctx.lines()[-1] == "again"
    assert sorted(each.name for each in root.iterdir()) == [place.name, f"{place.name}.lock"]


def test_waiting_for_another_build_ends_when_the_task_is_killed(python: Any, ctx: FolderContext, tmp_path: Path):
    python("import alpha", dependencies=["alpha"])
    root = tmp_path / "cache" / "environments"
    place = next(each for each in root.iterdir() if each.suffix != ".lock")
    place.rename(tmp_path / "away")
    with _Lock(root / f"{place.name}.lock", lambda: False) as lock:
        lock.take(fcntl.LOCK_EX)
        ctx.killed.set()
        with pytest.raises(EnvironmentFailed, match="stopped while waiting"):
            python("import alpha", dependencies=["alpha"])


def test_what_a_script_installs_stays_in_its_run(python: Any, ctx: FolderContext):
    install = {"beforeCommands": ["uv pip install --quiet beta"]}
    python("import alpha, beta\nprint(beta.version)", dependencies=["alpha"], **install)
    assert ctx.lines()[-1] == "2.0"
    python("import importlib.util\nprint(importlib.util.find_spec('beta'))", dependencies=["alpha"])
    assert ctx.lines()[-1] == "None"


def test_pip_lists_what_is_there(ctx: FolderContext):
    commands = ["pip list --format freeze", "which python pip | xargs -n1 dirname | uniq | wc -l"]
    make_task("io.kestra.plugin.scripts.python.Commands", commands=commands, dependencies=["alpha"]).run(ctx)
    assert "alpha==1.0" in ctx.lines()
    assert ctx.lines()[-1].strip() == "1"


def test_a_virtual_environment_of_the_script_wins(python: Any, ctx: FolderContext):
    before = ["uv venv --quiet", ". .venv/bin/activate", "uv pip install --quiet beta"]
    python("import sys, beta\nprint(sys.prefix)", beforeCommands=before)
    assert ctx.lines()[-1] == str(ctx.working_dir / ".venv")


def test_a_version_that_is_installed_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    other = tmp_path / "pyenv" / "versions" / "3.99.1" / "bin" / "python"
    other.parent.mkdir(parents=True)
    other.write_text("")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    found = interpreters.find_interpreter("3.99", None)
    assert (found.path, found.version, found.is_own) == (other, "3.99.1", False)
    assert interpreters.find_interpreter("3.99.1", None).path == other


def test_shims_of_version_managers_are_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    for folder in ("shims", "bin"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "python3.98").write_text("")
    monkeypatch.setenv("PATH", f"{tmp_path}/shims:{tmp_path}/bin")
    assert interpreters.find_interpreter("3.98", None).path == tmp_path / "bin" / "python3.98"


def test_a_version_that_is_missing_is_said(python: Any):
    with pytest.raises(EnvironmentFailed, match=r"there is no Python 2\.99 on this machine: install it"):
        python("1", pythonVersion="2.99")


def test_a_version_that_yaml_reads_as_a_number_keeps_its_zero(python: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(interpreters, "_search", lambda _: None)
    monkeypatch.setattr(interpreters, "_found", {})
    with pytest.raises(EnvironmentFailed, match=r"there is no Python 3\.10 on"):
        python("1", pythonVersion=3.10)


def test_the_version_of_an_image_is_preferred_but_not_required():
    assert interpreters.version_in("python:3.12-slim") == "3.12"
    assert interpreters.version_in("docker.io/library/python:3.12") == "3.12"
    assert interpreters.version_in("ubuntu:24.04") is None
    assert interpreters.find_interpreter(None, "2.99").is_own


def test_the_environment_is_reported_quietly_when_nothing_was_asked(python: Any, ctx: FolderContext):
    python("1")
    assert ctx.lines() == []
    assert any(line.startswith("environment: Python") for line in ctx.lines(Level.DEBUG))


# packages that files beside the script declare

HEADER = '# /// script\n# requires-python = ">=3.9"\n# dependencies = [\n#   "beta<2",\n# ]\n# ///\n'


def test_the_header_of_a_script_is_honoured(python: Any, ctx: FolderContext):
    python(f"{HEADER}import beta\nprint(beta.version)")
    assert ctx.lines()[-1] == "1.0"
    python(f"{HEADER}import alpha, beta\nprint(beta.version)", dependencies=["alpha"])
    assert ctx.lines()[-1] == "1.0"


def test_a_header_that_cannot_be_read_is_said(python: Any):
    with pytest.raises(TaskFailed, match="the header '# /// script' of the script cannot be read"):
        python("# /// script\n# dependencies = [\n# ///\n")


def test_a_list_of_requirements_beside_the_script_is_honoured(
    ctx: FolderContext, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    installations = Installations(monkeypatch)
    ctx.files["company.team:requirements.txt"] = b"# ours\nbeta<2  # the old one\nalpha ; python_version > '3'\n"
    task = make_task(
        "io.kestra.plugin.scripts.python.Commands",
        namespaceFiles={},
        commands=["python -c 'import alpha, beta; print(beta.version)'"],
    )
    for _ in range(2):
        task.run(ctx)
    assert ctx.lines()[-1] == "1.0"
    assert "environment: 2 packages, cached" in ctx.lines()[-2]
    assert installations.count == 1
    ctx.files["company.team:requirements.txt"] = b"beta>=2\nalpha"
    task.run(ctx)
    assert ctx.lines()[-1] == "2.0"
    assert len(list((tmp_path / "cache" / "environments").glob("*.lock"))) == 2


def test_dependencies_of_the_task_win_over_a_list(python: Any, ctx: FolderContext):
    python("import beta\nprint(beta.version)", dependencies=["beta"], inputFiles={"requirements.txt": "nonsense!"})
    assert ctx.lines()[-1] == "2.0"


def test_a_list_that_leads_to_other_files_is_not_kept(python: Any, ctx: FolderContext, tmp_path: Path):
    files = {"requirements.txt": "-r more.txt\n", "more.txt": "beta<2"}
    python("import beta\nprint(beta.version)", inputFiles=files)
    assert ctx.lines()[-1] == "1.0"
    assert not (tmp_path / "cache").exists()


def test_a_list_that_cannot_be_installed_is_a_warning(python: Any, ctx: FolderContext):
    python("print('all the same')", inputFiles={"requirements.txt": "gamma"})
    assert ctx.lines()[-1] == "all the same"
    (warning,) = ctx.lines(Level.WARN)
    assert warning.startswith("goes on without what requirements.txt declares: the dependencies cannot be installed")


def test_a_project_beside_the_script_is_honoured(python: Any, ctx: FolderContext):
    python(
        "import alpha\nprint('there')", inputFiles={"pyproject.toml": '[project]\nname = "x"\ndependencies = ["alpha"]'}
    )
    assert ctx.lines()[-1] == "there"
    python("print('no project')", inputFiles={"pyproject.toml": "[tool.ruff]\nline-length = 1"})
    assert ctx.lines()[-1] == "no project"


def test_a_lock_file_beside_the_script_is_honoured(python: Any, ctx: FolderContext, tmp_path: Path):
    project = tmp_path / "project"
    project.mkdir()
    about = '[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["beta"]\n'
    (project / "pyproject.toml").write_text(about + '[tool.uv]\nconstraint-dependencies = ["beta<2"]\n')
    subprocess.run(
        [str(interpreters.find_uv()), "lock", "--quiet", "--python", sys.executable], cwd=project, check=True
    )
    files = {name: (project / name).read_text() for name in ("pyproject.toml", "uv.lock")}
    for _ in range(2):
        python("import beta\nprint(beta.version)", inputFiles=files)
        assert ctx.lines()[-1] == "1.0"
    assert "environment: 1 package, cached" in ctx.lines()[-2]
