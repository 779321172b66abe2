"""``pauta flow``: what can be said about flows without running them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pauta.cli.apps import command_app
from pauta.cli.streams import print_json
from pauta.errors import Problem

if TYPE_CHECKING:
    from pauta.flow.load import Examination

app = command_app("Check flows.")

NOT_VALID = 2
"""Exit code when a flow is not valid."""
_YAML = (".yaml", ".yml")
_SHOWN = 120
"""Characters of a source line that are shown around the place of a problem."""


@app.callback()
def _flow() -> None:
    """Check flows."""


@app.command()
def validate(
    paths: Annotated[
        list[Path], typer.Argument(metavar="FILE|DIR…", help="Flows, or folders with flows.", show_default=False)
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check flows and tell all that is wrong with them, without running anything.

    The exit code is 0 when all are valid (warnings do not count), 2 when one is not.
    """
    checked = [(file, _check(file)) for file in _flow_files(paths)]
    flows = [(file, examination) for file, examination in checked if examination is not None]
    if as_json:
        _print_json(flows)
    else:
        _print_text(flows)
    sys.exit(0 if flows and all(examination.valid for _, examination in flows) else NOT_VALID)


@app.command()
def schema() -> None:
    """Print the JSON Schema of flows, with every installed type, for editors that complete and check YAML."""
    from pauta.flow.schema import flow_schema

    print_json(flow_schema())


def problem_lines(problems: Iterable[Problem]) -> Iterator[str]:
    """Each problem as a line ``file:line:column: severity: path: message``, then the place in the file."""
    from pauta.cli.text import printable

    sources = _Sources()
    for problem in problems:
        yield printable(_sentence(problem))
        yield from sources.excerpt(problem)


def problems_json(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Each problem as a JSON object."""
    return [{name: getattr(problem, name) for name in _FIELDS} for problem in problems]


_FIELDS = ("severity", "file", "line", "column", "path", "message", "suggestion")


def _sentence(problem: Problem) -> str:
    place = ":".join(str(part) for part in (problem.file, problem.line, problem.column) if part is not None)
    hint = f"; did you mean '{problem.suggestion}'?" if problem.suggestion else ""
    return ": ".join(part for part in (place, problem.severity, problem.path, problem.message + hint) if part)


class _Sources:
    """Lines of the files that have problems."""

    def __init__(self) -> None:
        self._lines: dict[str, list[str]] = {}

    def excerpt(self, problem: Problem) -> Iterator[str]:
        """The line of a problem with a caret under the column; nothing when the file cannot be read."""
        if problem.file is None or problem.line is None or problem.column is None:
            return
        lines = self._of(problem.file)
        if problem.line <= len(lines):
            yield from _pointed(lines[problem.line - 1], problem.column - 1)

    def _of(self, file: str) -> list[str]:
        if file not in self._lines:
            try:
                self._lines[file] = Path(file).read_text("utf-8").splitlines()
            except (OSError, ValueError):
                self._lines[file] = []
        return self._lines[file]


def _pointed(line: str, column: int) -> Iterator[str]:
    """The part of a line around a column, and a caret below."""
    from pauta.cli.text import printable

    start = max(0, column - _SHOWN // 2) if len(line) > _SHOWN else 0
    shown = "".join(printable(character) or " " for character in line[start : start + _SHOWN].replace("\t", " "))
    yield f"    {shown}".rstrip()
    yield " " * (4 + column - start) + "^"


# files


def _flow_files(paths: Sequence[Path]) -> list[tuple[Path, bool]]:
    """The files to check; the second part tells that a file was named, not found in a folder."""
    return [each for path in paths for each in (_inside(path) if path.is_dir() else [(path, True)])]


def _inside(folder: Path) -> list[tuple[Path, bool]]:
    """YAML files at any depth; hidden folders and installed packages are left out."""
    found: list[tuple[Path, bool]] = []
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "node_modules")
        found += [(Path(here, name), False) for name in sorted(names) if name.endswith(_YAML)]
    return found


def _check(file: tuple[Path, bool]) -> Examination | None:
    """What is wrong with a file; None when it was found in a folder and is no flow."""
    from pauta.flow.load import examine, unreadable

    path, named = file
    if path.exists() and not path.is_file():
        return unreadable("this is no ordinary file", str(path)) if named else None
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        return unreadable(f"the file is not UTF-8 text (byte {error.start})", str(path))
    except OSError as error:
        return unreadable(f"the file cannot be read: {error.strerror}", str(path))
    examination = examine(text, file=str(path))
    return examination if named or examination.is_flow else None


# results

Flows = Sequence[tuple[tuple[Path, bool], "Examination"]]


def _print_text(flows: Flows) -> None:
    for _, examination in flows:
        for line in problem_lines(examination.problems):
            print(line)
    print(_summary(flows))


def _summary(flows: Flows) -> str:
    if not flows:
        return "no flow found"
    problems = [problem for _, examination in flows for problem in examination.problems]
    errors = sum(problem.severity == "error" for problem in problems)
    parts = [_count(len(flows), "flow"), _count(errors, "error"), _count(len(problems) - errors, "warning")]
    return ", ".join(parts)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _print_json(flows: Flows) -> None:
    documents = [
        {"file": str(path), "valid": examination.valid, "problems": problems_json(examination.problems)}
        for (path, _), examination in flows
    ]
    valid = bool(flows) and all(examination.valid for _, examination in flows)
    print_json({"valid": valid, "flows": documents})
