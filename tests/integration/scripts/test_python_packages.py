"""Real packages from the package index: `kestra`, and what scripts install for themselves."""

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from script_kit import FolderContext, make_task

from pauta.runners import environments
from pauta.sdk.context import Metric
from pauta.sdk.states import Level, MetricKind

COMMANDS = "io.kestra.plugin.scripts.python.Commands"
REPORT = """
import time
from kestra import Kestra

logger = Kestra.logger()
for name in ("debug", "info", "warning", "error", "critical"):
    getattr(logger, name)(name)
try:
    {}["missing"]
except KeyError:
    logger.exception("went wrong")
Kestra.outputs({"nested": {"list": [1, None, "ü"]}, "number": 1.5})
Kestra.outputs({"number": 2})
Kestra.counter("rows", 5, {"table": "orders"})
Kestra.gauge("load", 0.25)
Kestra.timer("given", 2.5)
Kestra.timer("measured", lambda: time.sleep(0.01))
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def _own_cache(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAUTA_CACHE_DIR", str(cache))


@pytest.mark.parametrize("version", ["", "==0.20.0", "==1.0.0"])
def test_the_kestra_package_reports_outputs_metrics_and_logs(version: str, python: Any, ctx: FolderContext):
    has_gauge = not version  # older ones have none
    report = REPORT if has_gauge else REPORT.replace("Kestra.gauge", "Kestra.counter")
    result = python(report, dependencies=[f"kestra{version}"])
    assert result.outputs["vars"] == {"nested": {"list": [1, None, "ü"]}, "number": 2}
    given = [metric for metric in ctx.metrics if metric.name != "measured"]
    assert given == [
        Metric("rows", MetricKind.COUNTER, 5.0, {"table": "orders"}),
        Metric("load", MetricKind.GAUGE if has_gauge else MetricKind.COUNTER, 0.25),
        Metric("given", MetricKind.TIMER, 2.5),
    ]
    assert next(metric for metric in ctx.metrics if metric.name == "measured").kind is MetricKind.TIMER


def test_its_logger_keeps_levels(python: Any, ctx: FolderContext):
    python(REPORT, dependencies=["kestra"])
    said = [(level, message.partition(" - ")[2]) for level, message in ctx.logs if " - " in message]
    assert said[:5] == [
        (Level.DEBUG, "debug"),
        (Level.INFO, "info"),
        (Level.WARN, "warning"),
        (Level.ERROR, "error"),
        (Level.ERROR, "critical"),
    ]
    assert said[5][1].startswith("went wrong\nTraceback")


def test_the_second_run_needs_neither_an_installer_nor_a_network(
    python: Any, ctx: FolderContext, monkeypatch: pytest.MonkeyPatch
):
    python("import kestra, requests", dependencies=["kestra", "requests"])
    monkeypatch.setattr(environments, "find_uv", lambda: None)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    python("import kestra, requests\nprint('there')", dependencies=["requests", "kestra"])
    assert ctx.lines()[-1] == "there"
    assert "cached" in ctx.lines()[-2]


def test_commands_run_a_namespace_file_in_an_environment_of_their_own(ctx: FolderContext):
    script = b"import requests, sys\nprint(requests.__version__ != '', sys.prefix)"
    ctx.files.update({"company.team:etl/main.py": script, "company.team:etl/other.py": b"", "company.team:x.sql": b""})
    make_task(
        COMMANDS,
        namespaceFiles={"enabled": True, "folderPerNamespace": True, "include": ["etl/**"], "exclude": ["**/other.py"]},
        beforeCommands=[
            f"uv venv --quiet --python {sys.executable}",
            ". .venv/bin/activate",
            "uv pip install --quiet requests",
        ],
        commands=["find company.team -type f", "python company.team/etl/main.py"],
    ).run(ctx)
    assert ctx.lines() == ["company.team/etl/main.py", f"True {ctx.working_dir}/.venv"]


def test_namespaces_are_applied_in_order(ctx: FolderContext):
    ctx.files.update({"a:one.py": b"print('a')", "b:one.py": b"print('b')", "company.team:own.py": b""})
    make_task(COMMANDS, namespaceFiles={"namespaces": ["a", "b"]}, commands=["python one.py", "ls"]).run(ctx)
    assert ctx.lines() == ["b", "one.py"]


def test_uv_is_on_the_path_of_every_script(shell: Any, python: Any, ctx: FolderContext):
    shell("uv --version")
    python("import subprocess\nsubprocess.run(['uv', '--version'], check=True)")
    assert len([line for line in ctx.lines() if line.startswith("uv ")]) == 2


def test_installed_versions_are_found_behind_shims(shell: Any, ctx: FolderContext):
    major, minor = sys.version_info[:2]
    shell(f"uv venv --quiet --python {major}.{minor}", ".venv/bin/python -c 'import sys; print(sys.version_info[:2])'")
    assert ctx.lines() == [str((major, minor))]


def test_the_kestra_package_reads_ion_files_of_the_storage(python: Any, ctx: FolderContext):
    rows = b'{id: 1, name: "Ada", born: 1815-12-10T, rate: 1.5}\n{id: 2, name: null}\n'
    uri = ctx.put_file(rows, "rows.ion")
    script = f"from kestra import Kestra\nKestra.outputs({{'rows': [row['name'] for row in Kestra.read('{uri}')]}})"
    assert python(script, dependencies=["kestra"]).outputs["vars"] == {"rows": ["Ada", None]}


@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
def test_the_node_package_reports_outputs_and_metrics(ctx: FolderContext):
    script = """
        const kestra = require("@kestra-io/libs");
        const Kestra = kestra.default || kestra;
        Kestra.outputs({test: "value", list: [1, null]});
        Kestra.counter("rows", 1, {table: "orders"});
        Kestra.timer("took", 2.5);
    """
    before = ["npm install --silent --no-fund --no-audit --ignore-scripts @kestra-io/libs"]
    task = make_task("io.kestra.plugin.scripts.node.Script", script=script, beforeCommands=before)
    assert task.run(ctx).outputs["vars"] == {"test": "value", "list": [1, None]}
    assert [(each.name, each.kind, each.value) for each in ctx.metrics] == [
        ("rows", MetricKind.COUNTER, 1.0),
        ("took", MetricKind.TIMER, 2.5),
    ]
