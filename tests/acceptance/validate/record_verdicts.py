"""Record what the published engine says about flows: accepted, or the message with which it refuses them.

    record_verdicts.py --engine COMMAND --as 1.3 [--only TOPIC]

COMMAND starts an engine that reads requests as JSON lines (see ``record.py`` for flows). A topic is a YAML file here
with a list of cases, each with a ``name`` and a flow: ``flow`` is the whole text, ``add`` is written below a plain
flow, ``task`` into the task of it. What the engine says is written beside it (``<topic>.json``): for each case, by its
name, the verdict of each version: ``accepted`` or the message. Where we differ on purpose, the case has a line
``differs:`` with the reason.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
ACCEPTED = "accepted"
PLAIN = """\
id: case
namespace: company.team
tasks:
  - id: t
    type: io.kestra.plugin.core.log.Log
    message: hello
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", required=True)
    parser.add_argument("--as", dest="version", required=True, choices=["1.3", "2.0"])
    parser.add_argument("--only", default="", help="topics whose name contains this text")
    wanted = parser.parse_args()
    sys.path.append(str(HERE.parent))
    from record import Engine

    with tempfile.TemporaryDirectory() as storage:
        engine = Engine(wanted.engine, storage)
        for topic in topics():
            if wanted.only in topic:
                record(engine, topic, wanted.version)
        engine.close()


def topics() -> list[str]:
    return sorted(file.stem for file in HERE.glob("*.yaml"))


def cases(topic: str) -> list[dict[str, Any]]:
    return yaml.safe_load((HERE / f"{topic}.yaml").read_text("utf-8"))


def verdicts(topic: str) -> dict[str, dict[str, str]]:
    file = HERE / f"{topic}.json"
    return json.loads(file.read_text("utf-8")) if file.exists() else {}


def source(case: dict[str, Any]) -> str:
    if "flow" in case:
        return case["flow"]
    inside = "".join(f"    {line}\n" for line in case.get("task", "").splitlines())
    return PLAIN + inside + case.get("add", "") + "\n"


def record(engine: Any, topic: str, version: str) -> None:
    known = verdicts(topic)
    listed = {
        case["name"]: {**known.get(case["name"], {}), version: verdict(engine, source(case))} for case in cases(topic)
    }
    text = json.dumps(listed, indent=1, ensure_ascii=False)
    (HERE / f"{topic}.json").write_text(text + "\n", "utf-8")
    sys.stdout.write(f"{topic}: {len(listed)}\n")


def verdict(engine: Any, text: str) -> str:
    try:
        engine.ask(op="flow", source=text)
    except RuntimeError as error:
        return str(error)
    return ACCEPTED


if __name__ == "__main__":
    main()
