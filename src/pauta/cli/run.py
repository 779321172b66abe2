"""``pauta run FLOW.yaml``: one flow, in this process, to its end."""

from __future__ import annotations

import signal
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from pauta.cli.apps import command_app
from pauta.cli.options import DataDir
from pauta.errors import InvalidFlow, InvalidInputs, PautaError, Problem
from pauta.sdk.states import Containers

if TYPE_CHECKING:
    from types import FrameType

    from pauta.wiring import Local

_ENDED_WELL = frozenset({"SUCCESS", "WARNING"})
NOT_VALID = 2
"""Exit code for a flow, an input or an option that is not valid."""

app = command_app()


@app.command()
def run(
    flow: Annotated[Path, typer.Argument(help="The flow's YAML file.", show_default=False)],
    inputs: Annotated[
        list[str] | None,
        typer.Option("--input", "-i", metavar="KEY=VALUE", help="An input; KEY=@FILE takes a file. Repeatable."),
    ] = None,
    inputs_file: Annotated[
        Path | None, typer.Option("--inputs", metavar="FILE", help="A YAML or JSON file with inputs.")
    ] = None,
    labels: Annotated[
        list[str] | None, typer.Option("--label", metavar="KEY=VALUE", help="A label of the execution. Repeatable.")
    ] = None,
    flows: Annotated[
        Path | None, typer.Option("--flows", metavar="DIR", help="Other flows that this one needs (subflows).")
    ] = None,
    files: Annotated[
        list[str] | None,
        typer.Option(
            "--files",
            metavar="[NAMESPACE=]DIR",
            help="Namespace files: the content of DIR, of the flow's namespace unless another is named. Repeatable.",
        ),
    ] = None,
    secrets: Annotated[
        list[str] | None,
        typer.Option(
            "--secret",
            metavar="NAME=VALUE",
            help="A secret; NAME=@FILE reads it. Others come from SECRET_NAME in the environment. Repeatable.",
        ),
    ] = None,
    data: DataDir = None,
    *,
    containers: Annotated[
        Containers | None,
        typer.Option(help="What happens to tasks that want a container; PAUTA_CONTAINERS, or auto, by default."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole result as one JSON document.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only the result.")] = False,
) -> None:
    """Run one flow to its end, here, without a server.

    The exit code is 0 for SUCCESS and WARNING, 1 for other final states, 2 for a flow or inputs that are not valid.
    """
    from pauta.wiring import open_local

    try:
        with open_local(data, secrets=_values(secrets, "--secret"), containers=containers) as local:
            execution_id = _begin(local, flow, flows, files or [], _all_inputs(inputs_file, inputs), labels)
            document = _follow(local, execution_id, as_json=as_json, quiet=quiet)
    except (InvalidFlow, InvalidInputs) as error:
        _refuse(error, as_json=as_json)
    sys.exit(0 if document["execution"]["state"]["current"] in _ENDED_WELL else 1)


def _begin(
    local: Local, flow: Path, flows: Path | None, files: list[str], inputs: Mapping[str, Any], labels: list[str] | None
) -> str:
    """Store what the run needs, and start it: gives the execution's id."""
    for other in _yaml_files(flows):
        if other.resolve() != flow.resolve():
            local.deploy(_read(other), file=str(other))
    deployed = local.deploy(_read(flow), file=str(flow))
    _warn(deployed.warnings)
    for named in files:
        namespace, _, folder = named.rpartition("=")
        local.put_namespace_files(namespace or deployed.namespace, _folder(folder))
    return local.start(deployed, inputs, tuple(_values(labels, "--label").items()))


def _warn(problems: Sequence[Problem]) -> None:
    """What the flow asks for and does not get: on stderr, before anything runs."""
    if problems:
        from pauta.cli.flow import problem_lines

        for line in problem_lines(problems):
            typer.echo(line, err=True)


def _follow(local: Local, execution_id: str, *, as_json: bool, quiet: bool) -> dict[str, Any]:
    """Show the run until it has ended, then its report; gives the document of the whole result.

    An execution that is retried as a new one is followed to the last.
    """
    from pauta.cli.text import paint_for
    from pauta.cli.view import view_for

    view = view_for(sys.stderr if as_json else sys.stdout, quiet=quiet or (as_json and not sys.stderr.isatty()))
    try:
        following: str | None = execution_id
        while following is not None:
            execution_id = following
            with _kill_on_interrupt(local, execution_id):
                local.run(execution_id, view)
            following = local.successor(execution_id)
    finally:
        view.close()
    document = local.document(execution_id, logs=as_json)
    _print_result(document, paint_for(sys.stdout), as_json=as_json, quiet=quiet)
    return document


def _print_result(document: Mapping[str, Any], paint: Any, *, as_json: bool, quiet: bool) -> None:
    from pauta.cli.report import headline, report

    if as_json:
        sys.stdout.write(_json(document))
    elif quiet:
        print(headline(document["execution"], paint))
    else:
        print()
        for block in report(document["execution"], document["metrics"], document["files"], paint):
            print(block)


@contextmanager
def _kill_on_interrupt(local: Local, execution_id: str) -> Generator[None]:
    """The first Ctrl+C (or SIGTERM) kills the execution properly; the run then ends as KILLED."""

    def kill(number: int, frame: FrameType | None) -> None:
        del frame
        signal.signal(number, signal.SIG_IGN)
        local.kill(execution_id)

    before = {number: signal.signal(number, kill) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _refuse(error: InvalidFlow | InvalidInputs, *, as_json: bool) -> NoReturn:
    from pauta.cli.flow import problem_lines, problems_json

    if as_json:
        sys.stdout.write(_json({"problems": problems_json(error.problems)}))
    else:
        for line in problem_lines(error.problems):
            typer.echo(line, err=True)
    raise typer.Exit(NOT_VALID)


def _json(document: Mapping[str, Any]) -> str:
    import orjson

    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS).decode() + "\n"


def _all_inputs(file: Path | None, given: list[str] | None) -> dict[str, Any]:
    return {**_inputs_of(file), **_pairs(given, "--input", _input_value)}


def _inputs_of(file: Path | None) -> dict[str, Any]:
    if file is None:
        return {}
    from pauta.flow.document import read_yaml

    values = read_yaml(_read(file), file=str(file))
    if not isinstance(values, dict):
        raise InvalidInputs([Problem("a map of inputs is expected", file=str(file))])
    return values  # pyright: ignore[reportUnknownVariableType] -- keys are checked against the flow's inputs


def _values(given: list[str] | None, option: str) -> dict[str, str]:
    return _pairs(given, option, _value)


def _pairs(given: list[str] | None, option: str, read: Any) -> dict[str, Any]:
    pairs: dict[str, Any] = {}
    for text in given or []:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise typer.BadParameter(f"'{text}' is not KEY=VALUE", param_hint=option)
        pairs[key] = read(value)
    return pairs


def _value(text: str) -> str:
    return _read(Path(text[1:])).rstrip("\n") if text.startswith("@") else text


def _input_value(text: str) -> str | Path:
    """A text, or the file that an input takes (whether its content or the file itself is up to the input's type)."""
    return _file(Path(text[1:])) if text.startswith("@") else text


def _yaml_files(folder: Path | None) -> list[Path]:
    if folder is None:
        return []
    return sorted(path for path in _folder(str(folder)).rglob("*") if path.suffix in {".yaml", ".yml"})


def _folder(name: str) -> Path:
    folder = Path(name)
    if not folder.is_dir():
        raise typer.BadParameter(f"there is no folder '{name}'")
    return folder


def _file(path: Path) -> Path:
    if not path.is_file():
        raise typer.BadParameter(f"there is no file '{path}'")
    return path


def _read(path: Path) -> str:
    try:
        return _file(path).read_text("utf-8")
    except UnicodeDecodeError as error:
        raise typer.BadParameter(f"'{path}' is not UTF-8 text (byte {error.start})") from None
    except OSError as error:
        raise PautaError(f"'{path}' cannot be read: {error.strerror}") from error
