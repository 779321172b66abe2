"""Record what the published engine makes of values for inputs and flow outputs.

    record_inputs.py --engine COMMAND --as 1.3 [--only TOPIC]

COMMAND starts an engine that reads requests as JSON lines (see ``record.py`` for flows). A topic is a YAML file here
with a list of cases: ``input`` or ``output`` (a definition without an id) with ``values``, or ``inputs`` with what is
``given``. What the engine says is written beside it (``<topic>.json``): for each version a list with one outcome for
each question, in their order. An outcome is ``{"inputs": …}`` or ``{"outputs": …}``, ``{"refused": message}`` when the
execution is refused or fails, ``{"invalid": message}`` when the flow is.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", required=True)
    parser.add_argument("--as", dest="version", required=True, choices=["1.3", "2.0"])
    parser.add_argument("--only", default="", help="topics whose name contains this text")
    wanted = parser.parse_args()
    from record import Engine

    with tempfile.TemporaryDirectory() as storage:
        engine = Engine(wanted.engine, storage)
        for file in sorted(HERE.glob("*.yaml")):
            if wanted.only in file.stem:
                record(engine, file, wanted.version)
        engine.close()


def record(engine: Any, file: Path, version: str) -> None:
    target = file.with_suffix(".json")
    known = json.loads(target.read_text()) if target.exists() else {}
    known[version] = [outcome(engine, each) for each in questions(file)]
    target.write_text(_listed(known))
    sys.stdout.write(f"{file.stem}: {len(known[version])}\n")


def questions(file: Path) -> Iterator[dict[str, Any]]:
    """Each with a definition (``inputs`` or ``outputs``) and what is ``given``."""
    return (question for _, question, _ in cases(file))


def cases(file: Path) -> Iterator[tuple[dict[str, Any], dict[str, Any], Any]]:
    """Each question with the case that it comes from and, when the case has several, its value."""
    for case in yaml.load(file.read_text("utf-8"), _Loader):
        if "inputs" in case:
            yield case, {"inputs": case["inputs"], "given": case["given"]}, None
        for value in case.get("values", []):
            yield case, _question(case, value), value


def _question(case: dict[str, Any], value: Any) -> dict[str, Any]:
    if "input" not in case:
        return {"outputs": [{"id": "x", **case["output"], "value": value}], "given": {}}
    return {"inputs": [{"id": "x", **case["input"]}], "given": {} if value is None else {"x": value}}


class _Loader(yaml.SafeLoader):
    """Dates stay texts, as in JSON."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def outcome(engine: Any, question: dict[str, Any]) -> dict[str, Any]:
    try:
        stored = engine.ask(op="flow", source=source(question))
    except RuntimeError as error:
        return {"invalid": str(error)}
    flow = {"namespace": stored["namespace"], "flow": stored["id"]}
    try:
        started = engine.ask(op="start", **flow, inputs=question["given"])
    except RuntimeError as error:
        return {"refused": str(error)}
    if "inputs" in question:
        return {"inputs": _plain(_stored(engine, started["id"]).get("inputs"))}
    ended = engine.ask(op="wait", id=started["id"], timeout=25)
    if ended["state"]["current"] != "SUCCESS":
        return {"refused": _reason(engine, started["id"])}
    return {"outputs": _plain(ended.get("outputs"))}


def source(question: dict[str, Any]) -> str:
    parts = {name: question[name] for name in ("inputs", "outputs") if name in question}
    flow = {"id": "golden", "namespace": "golden", "variables": {"v": 1}, **parts}
    return json.dumps({**flow, "tasks": [{"id": "t", "type": "io.kestra.plugin.core.debug.Return", "format": "x"}]})


def _stored(engine: Any, execution_id: str) -> dict[str, Any]:
    for _ in range(100):
        try:
            return engine.ask(op="get", id=execution_id)
        except RuntimeError:
            time.sleep(0.03)
    sys.exit(f"{execution_id} does not appear")


def _reason(engine: Any, execution_id: str) -> str:
    for _ in range(20):
        lines = [line["message"] for line in engine.ask(op="logs", id=execution_id) if line["level"] == "ERROR"]
        if lines:
            return lines[0]
        time.sleep(0.1)
    return ""


def _plain(value: Any) -> Any:
    """Encrypted values are different every time."""
    if isinstance(value, dict):
        kind = value.get("type")
        if kind == "io.kestra.datatype:aes_encrypted":
            return {"type": kind, "value": "<encrypted>"}
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value


def _listed(known: dict[str, list[Any]]) -> str:
    versions = (
        f"{json.dumps(version)}: [\n"
        + ",\n".join(json.dumps(each, ensure_ascii=False) for each in known[version])
        + "\n]"
        for version in sorted(known)
    )
    return "{" + ",\n".join(versions) + "}\n"


if __name__ == "__main__":
    main()
