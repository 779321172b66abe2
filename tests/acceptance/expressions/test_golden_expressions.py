"""The real command answers the golden expressions as the published engine does."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from golden_expressions import CASES, Engine, differences, load, topics

COMMAND = [sys.executable, "-m", "pauta", "expression", "render", "--lines"]


@pytest.fixture(scope="session")
def engine():
    engine = Engine(COMMAND, env={**os.environ, "TZ": "UTC"}, stderr=subprocess.DEVNULL)
    yield engine
    engine.close()


@pytest.mark.parametrize("topic", topics())
def test_expressions_give_what_the_published_engine_gives(engine, topic, record_property):
    found = [*differences(topic, engine)]
    wrong = [each for each in found if "differs" not in each.case]
    agreement = 100 - 50 * len(found) / len(load(topic))
    record_property("agreement", f"{agreement:.1f} %")
    assert not wrong, f"{agreement:.1f} % agree\n" + "\n".join(map(str, wrong))


@pytest.mark.parametrize("topic", topics())
def test_what_differs_on_purpose_still_differs(engine, topic):
    marked = [case["template"] for case in load(topic) if "differs" in case]
    found = {each.case["template"] for each in differences(topic, engine)} if marked else set()
    assert [template for template in marked if template not in found] == []


def test_recording_again_changes_nothing_where_the_engines_agree(tmp_path):
    for name in ("golden_expressions.py", "record.py"):
        shutil.copy(Path(__file__).with_name(name), tmp_path)
    shutil.copytree(CASES, tmp_path / "cases")
    topic = (tmp_path / "cases" / "coalesce.json").read_bytes()
    done = subprocess.run(
        [sys.executable, "record.py", "--engine", shlex.join(COMMAND), "--topics", "coalesce"],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "cases" / "coalesce.json").read_bytes() == topic
