"""Golden expressions: templates with what the published engine makes of them, one file for each topic, a case a line.

A case has a ``template``, the ``variables`` that it sees, and the answers: ``text`` (rendered to text) and ``typed`` (its
value; left out when it is the text), or ``text_error``, ``typed_error``, ``error`` (both) where the engine refuses it;
which error it is does not matter. Where the two dialects answer differently, the answers stand under ``"1"`` and ``"2"``
instead. A text that is different every time has a ``shape``, a regular expression. Where we differ on purpose, ``differs``
says why.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

CASES = Path(__file__).parent / "cases"
DIALECTS = ("1", "2")
_ANSWERS = ("text", "typed", "text_error", "typed_error", "error", "shape")

Case = dict[str, Any]
Answer = dict[str, Any]


# files


def topics() -> list[str]:
    """The names of all files, without their ends."""
    return sorted(path.stem for path in CASES.glob("*.json"))


def load(topic: str) -> list[Case]:
    """The cases of a topic."""
    return json.loads((CASES / f"{topic}.json").read_text())


def save(topic: str, cases: Iterable[Case]) -> None:
    """Write the cases of a topic, each on a line of its own."""
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    (CASES / f"{topic}.json").write_text(f"[\n{lines}\n]\n")


# answers


def expected(case: Case, dialect: str) -> Answer:
    """The recorded answer in a dialect, with ``typed`` filled in."""
    answer = {key: value for key, value in case.get(dialect, case).items() if key in _ANSWERS}
    if "text" in answer and "typed" not in answer and "typed_error" not in answer:
        answer["typed"] = answer["text"]
    return answer


def recorded(case: Case, answers: dict[str, Answer]) -> Case:
    """The case with these answers by dialect, in the short form."""
    kept = {key: case[key] for key in ("template", "variables", "differs") if case.get(key)}
    short = {dialect: _short(answer) for dialect, answer in answers.items()}
    if len(short) == 1 or not alike(short["1"], short["2"]):
        return {**kept, **short}
    return {**kept, **short["1"]}


def _short(answer: Answer) -> Answer:
    """An answer without the messages of errors, and without a value that is its text."""
    if "text_error" in answer and "typed_error" in answer:
        return {"error": True}
    short = {key: True if key.endswith("error") else value for key, value in answer.items()}
    if "text" in short and "typed" in short and alike(short["text"], short["typed"]):
        del short["typed"]
    return short


def agree(wanted: Answer, found: Answer) -> bool:
    """Whether an answer is the recorded one: both refuse, or both give the same text and value."""
    if "shape" in wanted:
        return "text" in found and re.fullmatch(wanted["shape"], found["text"], re.DOTALL) is not None
    return all(_agree_on(key, wanted, found) for key in ("text", "typed"))


def _agree_on(key: str, wanted: Answer, found: Answer) -> bool:
    if "error" in wanted or f"{key}_error" in wanted:
        return f"{key}_error" in found
    return key in found and alike(_without_nulls(wanted[key]), _without_nulls(found[key]))


def alike(one: Any, other: Any) -> bool:
    """Equal and of the same JSON kind: 1 is neither 1.0 nor true."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(alike, one, other))
    return one == other


def _without_nulls(value: Any) -> Any:
    """A value without null entries of maps, which the published engine leaves out."""
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


# engines


class Engine:
    """An engine that answers JSON lines: ``template``, ``variables``, ``typed``, ``dialect``."""

    def __init__(self, command: Sequence[str], **options: Any) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", **options
        )

    def ask(self, case: Case, dialect: str) -> Answer:
        """What it makes of a case: as text, and as a value."""
        answer: Answer = {}
        for key in ("text", "typed"):
            found = self._answer(case, dialect, typed=key == "typed")
            answer |= {f"{key}_error": found["error"]} if "error" in found else {key: found["value"]}
        return answer

    def close(self) -> None:
        """Let it end."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()

    def _answer(self, case: Case, dialect: str, *, typed: bool) -> dict[str, Any]:
        request = {"template": case["template"], "variables": case.get("variables", {})}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({**request, "typed": typed, "dialect": dialect}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the engine ended at {case['template']!r}")
        return json.loads(line)


# comparison


class Difference(NamedTuple):
    """A case that an engine answers otherwise than it is recorded."""

    topic: str
    dialect: str
    case: Case
    wanted: Answer
    found: Answer

    def __str__(self) -> str:
        place = f"[{self.topic}, dialect {self.dialect}] {self.case['template']!r}"
        variables = json.dumps(self.case.get("variables", {}), ensure_ascii=False)[:200]
        return f"{place} with {variables}\n   wanted {_shown(self.wanted)}\n   found  {_shown(self.found)}"


def _shown(answer: Answer) -> str:
    return json.dumps(answer, ensure_ascii=False)[:400]


def differences(topic: str, engine: Engine) -> Iterator[Difference]:
    """The cases of a topic that an engine answers otherwise, those that differ on purpose too."""
    for case in load(topic):
        for dialect in DIALECTS:
            wanted, found = expected(case, dialect), engine.ask(case, dialect)
            if not agree(wanted, found):
                yield Difference(topic, dialect, case, wanted, found)
