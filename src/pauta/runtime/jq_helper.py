"""The program of the process that runs jq: one request a line, one answer a line. It imports nothing of pauta.

A request is a JSON map: ``program``, ``text`` (the JSON that it reads), ``seconds`` (after which the process kills
itself, should nobody else), ``results`` and ``characters`` (how much may come out). An answer is ``+`` and the results as
a JSON list, or ``-`` and the reason why there are none.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import resource
import signal
import sys
from functools import lru_cache
from typing import Any

import jq

_HIDDEN = ("env", "input_filename", "get_search_list", "debug", "stderr", "halt", "halt_error", "input_line_number")
"""Functions of jq that look at the process around it, or end it."""
_MODULES = re.compile(r"\b(?:import|include)\s*\"")
_BEFORE = "".join(f'def {name}: error("{name} cannot be used here"); ' for name in _HIDDEN) + (
    # jq 1.6 (Kestra's): what is no text stays as it is
    'def _texts($x): type == "string" and ($x | type) == "string"; '
    "def ltrimstr($x): if _texts($x) and startswith($x) then .[($x | length):] else . end; "
    "def leaf_paths: paths(scalars); "
    "def rtrimstr($x): if _texts($x) and endswith($x) then .[:length - ($x | length)] else . end; "
)


def main() -> None:
    """Answer requests until there are no more; the argument is the bytes of memory that there may be."""
    _confine(int(sys.argv[1]))
    sys.stdout.buffer.write(b"+ready\n")
    sys.stdout.buffer.flush()
    for line in sys.stdin.buffer:
        request: dict[str, Any] = json.loads(line)
        signal.alarm(request["seconds"])
        answer = _answer(request)
        signal.alarm(0)
        sys.stdout.buffer.write(answer.encode() + b"\n")
        sys.stdout.buffer.flush()


def _confine(memory: int) -> None:
    """Leave nothing to be seen of the surroundings, and bound what can be used up."""
    os.environ.clear()
    os.chdir("/")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _answer(request: dict[str, Any]) -> str:
    try:
        return f"+[{','.join(_results(request))}]"
    except (ValueError, MemoryError) as error:
        return "-" + " ".join(str(error).split() or [type(error).__name__])


def _results(request: dict[str, Any]) -> list[str]:
    found: list[str] = []
    characters = 0
    for text in _compiled(request["program"]).input_text(request["text"]):
        found.append(text)
        characters += len(text)
        if len(found) > request["results"] or characters > request["characters"]:
            raise ValueError(f"it gives more than {request['results']} results or {request['characters']} characters")
    return found


@lru_cache(maxsize=256)
def _compiled(program: str) -> Any:
    """A program whose results are JSON texts, so that numbers stay as they are written."""
    if _MODULES.search(program):
        raise ValueError("modules cannot be used here")
    engine: Any = jq
    try:
        engine.compile(f"{_BEFORE}\n{program}")
    except ValueError as error:
        # the definitions before it are a line of their own
        raise ValueError(re.sub(r"line ([0-9]+)", lambda found: f"line {int(found[1]) - 1}", str(error))) from None
    return engine.compile(f"{_BEFORE}({program}\n) | tojson")


if __name__ == "__main__":
    main()
