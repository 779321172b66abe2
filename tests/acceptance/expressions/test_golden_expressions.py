"""The real command answers the golden expressions as the published engine does."""

import os
import subprocess
import sys

import pytest
from golden_expressions import Engine, differences, load, topics


@pytest.fixture(scope="session")
def engine():
    command = [sys.executable, "-m", "pauta", "expression", "render", "--lines"]
    engine = Engine(command, env={**os.environ, "TZ": "UTC"}, stderr=subprocess.DEVNULL)
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
