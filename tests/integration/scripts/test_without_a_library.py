"""What a Python script tells without any library: outputs, levels of its log, what went wrong."""

import re
from pathlib import Path
from typing import Any

import pytest
from script_kit import FolderContext, make_task

from pauta.errors import CommandFailed, EnvironmentFailed
from pauta.sdk.states import Level

COMMANDS = "io.kestra.plugin.scripts.python.Commands"


def test_a_variable_named_outputs_is_the_outputs(python: Any, ctx: FolderContext):
    script = "outputs = {'rows': 3, 'nested': {'list': [1, None, 'ü']}}\nopen('x.txt', 'w').close()"
    result = python(script, outputFiles=["**"])
    assert result.outputs["vars"] == {"rows": 3, "nested": {"list": [1, None, "ü"]}}
    assert list(result.outputs["outputFiles"]) == ["x.txt"]
    assert {level for level, _ in ctx.logs} == {Level.DEBUG}


@pytest.mark.parametrize(
    "script",
    [
        "outputs = [1]",
        "outputs = 'text'",
        "def f():\n    outputs = {'a': 1}\nf()",
        "import os\noutputs = {'a': 1}\nif os.fork() == 0:\n    raise SystemExit\nos.wait()\ndel outputs",
    ],
)
def test_what_is_no_map_at_the_end_of_the_script_is_none(python: Any, ctx: FolderContext, script: str):
    assert python(script).outputs["vars"] == {}
    assert ctx.lines(Level.WARN) == []


def test_a_variable_that_is_no_plain_data_is_said(python: Any, ctx: FolderContext):
    assert python("outputs = {'a': object()}").outputs["vars"] == {}
    assert "Object of type object is not JSON serializable" in ctx.lines(Level.WARN)[0]


def test_a_variable_counts_only_when_no_marker_was_printed(python: Any):
    script = """outputs = {'a': 1}\nprint('::{"outputs": {"b": 2}}::')"""
    assert python(script).outputs["vars"] == {"b": 2}


def test_a_variable_is_kept_when_the_script_fails(python: Any):
    with pytest.raises(CommandFailed) as failed:
        python("import sys\noutputs = {'a': 1}\nsys.exit(3)")
    assert failed.value.outputs["vars"] == {"a": 1}  # type: ignore[index]


def test_a_file_named_outputs_json_is_the_outputs(python: Any, ctx: FolderContext):
    script = "import json, pathlib\npathlib.Path('outputs.json').write_text(json.dumps({'a': 1, 'b': 1}))\n"
    assert python(script).outputs["vars"] == {"a": 1, "b": 1}
    assert python(script + """print('::{"outputs": {"b": 2}}::')""").outputs["vars"] == {"a": 1, "b": 2}
    commands = ["""echo '{"c": 3}' > outputs.json"""]
    assert make_task(COMMANDS, commands=commands).run(ctx).outputs["vars"] == {"c": 3}


def test_a_file_that_was_there_before_does_not_count(python: Any, ctx: FolderContext):
    assert python("1", inputFiles={"outputs.json": '{"a": 1}'}).outputs["vars"] == {}
    assert ctx.lines(Level.WARN) == []


@pytest.mark.parametrize("content", ["[1]", "{", "\\xff", "[" * 100_000])
def test_a_file_that_is_no_map_is_said(python: Any, ctx: FolderContext, content: str):
    assert python(f"open('outputs.json', 'w', encoding='latin-1').write('{content}')").outputs["vars"] == {}
    assert "outputs.json is not taken as outputs" in ctx.lines(Level.WARN)[0]


def test_a_link_named_outputs_json_is_not_followed(python: Any, tmp_path: Path):
    (tmp_path / "secret.json").write_text('{"a": 1}')
    assert python(f"import os\nos.symlink('{tmp_path}/secret.json', 'outputs.json')").outputs["vars"] == {}


# log records


def test_records_of_logging_keep_their_levels(python: Any, ctx: FolderContext):
    python(
        "import logging\nlogging.basicConfig(level=1)\nlog = logging.getLogger('etl.load')\n"
        "log.log(5, 'fine')\nlog.debug('d')\nlog.info('two\\nlines')\nlog.warning('w %s', 1)\nlog.error('e')\nlog.critical('c')"
    )
    said = [(level, text) for level, text in ctx.logs if text.startswith("etl.load")]
    assert said == [
        (Level.TRACE, "etl.load:fine"),
        (Level.DEBUG, "etl.load:d"),
        (Level.INFO, "etl.load:two\nlines"),
        (Level.WARN, "etl.load:w 1"),
        (Level.ERROR, "etl.load:e"),
        (Level.ERROR, "etl.load:c"),
    ]


def test_a_format_of_the_script_stays(python: Any, ctx: FolderContext):
    python(
        "import logging, sys\nlogging.basicConfig(format='%(levelname)s|%(message)s', stream=sys.stdout, level=20)\n"
        "logging.info('x')"
    )
    assert ctx.lines() == ["INFO|x"]


def test_a_record_without_any_set_up_is_a_warning(python: Any, ctx: FolderContext):
    python("import logging\nlogging.warning('careful')\nlogging.getLogger('a').error('wrong')")
    assert ctx.lines(Level.WARN)[0].endswith("careful")
    assert ctx.lines(Level.ERROR)[0].endswith("wrong")


def test_an_exception_is_part_of_its_record(python: Any, ctx: FolderContext):
    python("import logging\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    logging.exception('oh')")
    (text,) = ctx.lines(Level.ERROR)
    assert text.startswith("root:oh\nTraceback")
    assert text.endswith("ZeroDivisionError: division by zero")


def test_records_after_a_progress_bar_are_whole(python: Any, ctx: FolderContext):
    python("import logging, sys\nsys.stderr.write('10 %')\nlogging.warning('w')\nsys.stderr.write('20 %\\n')")
    assert ctx.lines(Level.WARN) == ["root:w"]
    assert ctx.lines(Level.ERROR) == ["10 %", "20 %"]


def test_what_a_script_reads_itself_stays_text(python: Any, ctx: FolderContext):
    child = "import logging; logging.warning('inner'); raise ValueError('x')"
    python(
        "import subprocess, sys\n"
        f'done = subprocess.run([sys.executable, "-c", "{child}"], capture_output=True, text=True)\n'
        "print(done.stderr)"
    )
    assert ctx.lines()[0] == "WARNING:root:inner"
    assert ctx.lines()[1].startswith("Traceback")


def test_records_for_files_and_other_streams_stay_where_they_are(python: Any, ctx: FolderContext):
    python(
        "import logging, io\ns = io.StringIO()\nlogging.basicConfig(stream=s)\n"
        "logging.getLogger().addHandler(logging.FileHandler('x.log'))\nlogging.warning('w')\n"
        "print(s.getvalue().strip(), open('x.log').read().strip())"
    )
    assert ctx.lines() == ["WARNING:root:w w"]


# what went wrong


def test_a_traceback_is_one_entry_and_names_the_task(python: Any, ctx: FolderContext):
    with pytest.raises(CommandFailed):
        python("def f():\n    raise ValueError('a\\nb')\n\nf()")
    (text,) = ctx.lines(Level.ERROR)
    assert text.startswith("Traceback (most recent call last):\n")
    assert re.findall(r'File "the script of my_task", line (\d+)', text) == ["4", "2"]
    assert text.endswith("ValueError: a\nb")


def test_a_script_that_python_cannot_read_is_one_entry(python: Any, ctx: FolderContext):
    with pytest.raises(CommandFailed):
        python("x = = 1")
    (text,) = ctx.lines(Level.ERROR)
    assert "SyntaxError: invalid syntax" in text


# the light module


LIGHT = """
import sys, time
start = time.perf_counter()
from kestra import Kestra
print((time.perf_counter() - start) < 0.15, "requests" in sys.modules)
Kestra.outputs({"a": 1})
Kestra.counter("rows", 2, {"x": "y"})
Kestra.timer("took", lambda: time.sleep(0.01))
Kestra.timer("given", 2.5)
Kestra.gauge("load", 0.5)
Kestra.logger().info("told")
Kestra.logger().error("wrong")
"""


def test_a_light_kestra_module_is_there(python: Any, ctx: FolderContext):
    result = python(LIGHT)
    assert result.outputs["vars"] == {"a": 1}
    assert [(each.name, each.kind.value) for each in ctx.metrics] == [
        ("rows", "counter"),
        ("took", "timer"),
        ("given", "timer"),
        ("load", "gauge"),
    ]
    assert 0.01 <= ctx.metrics[1].value < 5
    assert ctx.lines() == ["True False", "told"]
    assert ctx.lines(Level.ERROR) == ["wrong"]


def test_what_the_light_module_has_not_is_said(python: Any, ctx: FolderContext):
    for script in ("from kestra import Flow", "from kestra import Kestra\nKestra.read('x.ion')"):
        with pytest.raises(CommandFailed):
            python(script)
    assert all("list 'kestra' among the dependencies" in text for text in ctx.lines(Level.ERROR))


def test_a_module_of_the_script_wins_over_the_light_one(python: Any, ctx: FolderContext):
    python("import kestra\nprint(kestra.own)", inputFiles={"kestra.py": "own = 1"})
    assert ctx.lines() == ["1"]


@pytest.mark.parametrize("version", ["3.8", "3.9", "3.11", "3.12", "3.13"])
def test_it_is_so_in_every_version_of_python(version: str, python: Any, ctx: FolderContext):
    script = (
        "import logging\nlogging.warning('w')\nfrom kestra import Kestra\nKestra.counter('c', 1)\noutputs = {'a': 1}"
    )
    try:
        result = python(script, pythonVersion=version)
    except EnvironmentFailed as missing:
        pytest.skip(str(missing))
    assert ctx.lines(Level.WARN) == ["root:w"]
    assert ctx.lines(Level.ERROR) == []
    assert len(ctx.metrics) == 1
    assert result.outputs["vars"] == ({} if version in ("3.8", "3.9") else {"a": 1})
