# ruff: noqa: T201 -- a script prints
"""Record what an engine makes of the golden expressions, or compare.

    record.py --engine 'COMMAND' [--topics TOPIC…] [--compare | --add FILE]

COMMAND starts an engine that reads requests as JSON lines (``template``, ``variables``, ``typed``, ``dialect``) and answers
each with one line: ``{"value": …}`` or ``{"error": …}``. ``pauta expression render --lines`` is one. Every case is asked
twice; it is written when both answers agree, and reported when they do not. ``--compare`` writes nothing and prints how
many answers agree. ``--add`` appends the cases of a JSON file (a list of ``topic``, ``template``, ``variables``) that are
not recorded yet.
"""

from __future__ import annotations

import argparse
import json
import shlex
from pathlib import Path
from typing import Any

from golden_expressions import DIALECTS, Case, Engine, alike, differences, load, recorded, save, topics


def main() -> None:
    """Record or compare."""
    options = _options()
    engine = Engine(shlex.split(options.engine))
    try:
        if options.compare:
            _compare(engine, options.topics or topics())
        elif options.add:
            _add(engine, json.loads(options.add.read_text()))
        else:
            _record(engine, options.topics or topics())
    finally:
        engine.close()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", required=True, metavar="COMMAND")
    parser.add_argument("--topics", nargs="*", metavar="TOPIC")
    parser.add_argument("--compare", action="store_true")
    parser.add_argument("--add", type=Path, metavar="FILE")
    return parser.parse_args()


def _record(engine: Engine, names: list[str]) -> None:
    for topic in names:
        save(topic, [_answered(engine, case) for case in load(topic)])


def _add(engine: Engine, cases: list[dict[str, Any]]) -> None:
    for topic in sorted({case["topic"] for case in cases}):
        known = load(topic) if topic in topics() else []
        fresh = [case for case in cases if case["topic"] == topic and not _is_known(case, known)]
        save(topic, [*known, *(_answered(engine, case) for case in fresh)])
        print(f"{topic}: {len(fresh)} more")


def _is_known(case: Case, known: list[Case]) -> bool:
    return any(
        case["template"] == other["template"] and case.get("variables", {}) == other.get("variables", {})
        for other in known
    )


def _answered(engine: Engine, case: Case) -> Case:
    """The case with the engine's answers; as it was when they are not the same twice."""
    if "shape" in case:
        return case
    once, again = ({dialect: engine.ask(case, dialect) for dialect in DIALECTS} for _ in range(2))
    if not alike(once, again):
        print(f"not the same twice: {case['template']!r}\n   {once}\n   {again}")
        return case
    return recorded(case, once)


def _compare(engine: Engine, names: list[str]) -> None:
    total = dict.fromkeys(DIALECTS, 0)
    missed = dict.fromkeys(DIALECTS, 0)
    for topic in names:
        found = [*differences(topic, engine)]
        count = len(load(topic))
        for dialect in DIALECTS:
            total[dialect] += count
            missed[dialect] += sum(each.dialect == dialect for each in found)
        _print_topic(topic, count, found)
    for dialect in DIALECTS:
        share = 100 * (total[dialect] - missed[dialect]) / total[dialect]
        print(f"dialect {dialect}: {total[dialect] - missed[dialect]} of {total[dialect]} agree, {share:.2f} %")


def _print_topic(topic: str, count: int, found: list[Any]) -> None:
    shares = [count - sum(each.dialect == dialect for each in found) for dialect in DIALECTS]
    print(f"{topic}: {shares[0]} and {shares[1]} of {count}")
    for each in found:
        print(each if "differs" not in each.case else f"{each.case['template']!r} differs: {each.case['differs']}")


if __name__ == "__main__":
    main()
