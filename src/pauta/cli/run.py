"""``pauta run FLOW.yaml``: one flow, in this process, to its end."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from pauta.cli.apps import command_app
from pauta.cli.options import DataDir
from pauta.cli.streams import print_json, to_nowhere
from pauta.errors import InvalidFlow, InvalidInputs, PautaError, Problem
from pauta.sdk.states import Containers

if TYPE_CHECKING:
    from types import FrameType

    from pauta.flow.model import Flow
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
    _warn([*_undeclared(deployed, inputs)])
    accepted = _labels(labels)
    for named in files:
        namespace, _, folder = named.rpartition("=")
        local.put_namespace_files(_namespace(namespace or deployed.namespace), _folder(folder))
    return local.start(deployed, inputs, accepted)


def _undeclared(flow: Flow, inputs: Mapping[str, Any]) -> Iterator[Problem]:
    """Inputs that the flow does not know: Kestra passes over them, and a slip of the pen would never be seen."""
    from difflib import get_close_matches

    declared = [each.id for each in flow.inputs]
    for name in map(str, inputs):
        if not any(each == name or each.startswith(f"{name}.") for each in declared):
            near = get_close_matches(name, declared, n=1)
            message = "the flow has no such input: it is not used"
            yield Problem(message, path=f"inputs.{name}", severity="warning", suggestion=near[0] if near else None)


def _labels(given: list[str] | None) -> tuple[tuple[str, str], ...]:
    from pauta.sdk.labels import read_labels

    try:
        return read_labels(_values(given, "--label"))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--label") from None


def _namespace(name: str) -> str:
    from pauta.flow.model import NAMESPACE

    if not re.fullmatch(NAMESPACE, name):
        expected = "lower case letters and digits, then also '.', '_' and '-'"
        raise typer.BadParameter(f"'{name}' is no namespace: {expected}", param_hint="--files")
    return name


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
    _tell_of_others(local)
    return document


def _tell_of_others(local: Local) -> None:
    """Executions that nobody waited for stop with this process: say so, and what becomes of them."""
    for other in local.open():
        name = f"{other['id']} of {other['namespace']}.{other['flowId']}"
        state = other["state"]["current"]
        typer.echo(
            f"pauta: the execution {name} is still {state}; the next run in this folder goes on with it", err=True
        )


def _print_result(document: Mapping[str, Any], paint: Any, *, as_json: bool, quiet: bool) -> None:
    from pauta.cli.report import headline, report

    if as_json:
        print_json(document)
    elif quiet:
        print(headline(document["execution"], paint))
    else:
        print()
        for block in report(document["execution"], document["metrics"], document["files"], paint):
            print(block)


@contextmanager
def _kill_on_interrupt(local: Local, execution_id: str) -> Generator[None]:
    """The first Ctrl+C (or SIGTERM, or a terminal that goes away) kills the execution properly: the run ends as KILLED."""

    def kill(number: int, frame: FrameType | None) -> None:
        del frame
        signal.signal(number, signal.SIG_IGN)
        if number == signal.SIGHUP:
            to_nowhere(terminals)
        local.kill(execution_id)

    terminals = [stream for stream in (sys.stdout, sys.stderr) if stream.isatty()]
    before = {number: signal.signal(number, kill) for number in _heeded()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _heeded() -> list[signal.Signals]:
    """The signals that end a run: what ``nohup`` makes the process deaf to stays unheard."""
    deaf = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return [signal.SIGINT, signal.SIGTERM, *([] if deaf else [signal.SIGHUP])]


def _refuse(error: InvalidFlow | InvalidInputs, *, as_json: bool) -> NoReturn:
    from pauta.cli.flow import problem_lines, problems_json

    if as_json:
        print_json({"problems": problems_json(error.problems)})
    else:
        for line in problem_lines(error.problems):
            typer.echo(line, err=True)
    raise typer.Exit(NOT_VALID)


def _all_inputs(file: Path | None, given: list[str] | None) -> dict[str, Any]:
    return {**_inputs_of(file), **_pairs(given, "--input", _input_value)}


def _inputs_of(file: Path | None) -> dict[str, Any]:
    if file is None:
        return {}
    from pauta.flow.document import read_yaml

    values = read_yaml(_read(file), file=str(file))
    if values is None:
        return {}
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
        pairs[_text(key, option)] = read(_text(value, option))
    return pairs


def _text(argument: str, option: str) -> str:
    """An argument as text: the bytes that were typed are UTF-8, whatever the locale says."""
    try:
        return os.fsencode(argument).decode("utf-8")
    except UnicodeError:
        raise typer.BadParameter(f"{argument!r} is not UTF-8 text", param_hint=option) from None


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
        raise typer.BadParameter(f"there is no file '{path}'" if not path.exists() else f"'{path}' is no ordinary file")
    return path


def _read(path: Path) -> str:
    try:
        return _file(path).read_text("utf-8")
    except UnicodeDecodeError as error:
        raise typer.BadParameter(f"'{path}' is not UTF-8 text (byte {error.start})") from None
    except OSError as error:
        raise PautaError(f"'{path}' cannot be read: {error.strerror}") from error
