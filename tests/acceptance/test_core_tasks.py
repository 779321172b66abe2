"""Flows of core tasks, run for real, against what the published engine made of them."""

import json
from pathlib import Path
from typing import Any

import pytest
from core_tasks_kit import FLOWS, SERVER, outcome
from echo_server import serving

from pauta.wiring import open_local

FILES = sorted(FLOWS.rglob("*.yaml"))


class Nobody:
    """A view that does not look."""

    def log(self, *_: object) -> None:
        pass

    def task_run(self, *_: object) -> None:
        pass


def test_all_flows_are_recorded():
    assert FILES
    assert {file.with_suffix(".json") for file in FILES} == set(FLOWS.rglob("*.json"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_the_outcome_is_that_of_the_published_engine(file: Path, tmp_path: Path):
    recorded = json.loads(file.with_suffix(".json").read_text())
    assert bool(recorded.pop("differs", None)) == ("ours" in recorded)
    assert by_task(played(file, tmp_path)) == by_task(recorded.get("ours", recorded))


def by_task(found: dict[str, Any]) -> dict[str, Any]:
    """An outcome without the order of task runs: the published engine does not always keep it."""
    return {**found, "taskRuns": sorted(found["taskRuns"], key=lambda run: (run["task"], run.get("value", "")))}


def played(file: Path, folder: Path) -> dict[str, Any]:
    """Run a flow with the defaults of its inputs."""
    with open_local(folder, secrets={"TOKEN": "hunter2"}) as local, serving() as server:
        execution_id = local.start(local.deploy(file.read_text().replace(SERVER, server)), {}, ())
        local.run(execution_id, Nobody())
        document = local.document(execution_id, logs=True)
    places = document["files"]

    def read(uri: str) -> str:
        return Path(places[uri]).read_text() if uri in places else "(gone)"

    return outcome(document["execution"], document["logs"], read)
