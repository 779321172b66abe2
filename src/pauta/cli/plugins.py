"""``pauta plugins``: the types that flows can use."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pauta.cli.apps import command_app
from pauta.cli.streams import print_json
from pauta.errors import PautaError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pauta.flow.schema.describe import PropertyDoc, TypeDoc

app = command_app("See what types of tasks, triggers and runners there are.")

_AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_plugins(
    *,
    missing: Annotated[bool, typer.Option("--missing", help="Those of Kestra that are not supported yet.")] = False,
    as_json: _AsJson = False,
) -> None:
    """List the types that are installed."""
    from pauta.cli.text import columns

    found = _missing() if missing else _installed()
    if as_json:
        print_json(found)
    elif found:
        print(columns([[each["type"], each["kind"], each["description"]] for each in found], indent=""))


@app.command()
def doc(
    type_name: Annotated[
        str, typer.Argument(metavar="TYPE", help="A type, or its last part, such as Log.", show_default=False)
    ],
    *,
    as_json: _AsJson = False,
) -> None:
    """Show the properties and outputs of a type."""
    from pauta.flow.schema.describe import describe

    description = describe(_class_of(type_name))
    if as_json:
        print_json({**asdict(description), "kind": str(description.kind)})
    else:
        print("\n".join(_lines(description)))


def _installed() -> list[dict[str, Any]]:
    from pauta import registry
    from pauta.flow.schema.describe import kind_of
    from pauta.flow.schema.docstrings import summary

    return [
        {
            "type": name,
            "kind": str(kind_of(cls)),
            "description": summary(cls),
            "aliases": list(registry.names_of(cls)[1:]),
        }
        for name, cls in registry.installed().items()
    ]


def _missing() -> list[dict[str, Any]]:
    from pauta import registry
    from pauta.flow.core_types import core_types

    types = {each.name: each for each in core_types().values() if each.name not in registry.declared()}
    return [
        {"type": name, "kind": str(each.kind), "description": f"only {each.only}.x" if each.only else ""}
        for name, each in sorted(types.items())
    ]


def _class_of(name: str) -> Any:
    """The class of a type, by its name, an old name, or the last part of it. Raises PautaError."""
    from pauta import registry

    found = registry.find(name)
    if found is not None:
        return found
    ending = [each for each in registry.installed() if each.endswith(f".{name}")]
    if len(ending) == 1:
        return registry.find(ending[0])
    raise PautaError(f"there is no type '{name}'{_instead(name, ending)}")


def _instead(name: str, several: Sequence[str]) -> str:
    """What was probably meant, or that it is not supported yet."""
    from pauta import registry
    from pauta.flow.core_types import core_types
    from pauta.flow.names import nearest, nearest_type

    if several:
        return f" alone: there are {', '.join(several)}"
    if name in core_types():
        return " yet: it is one of Kestra's that is not supported ('pauta plugins list --missing' shows all of them)"
    meant = (
        nearest_type(name) if "." in name else nearest(name, [each.rpartition(".")[2] for each in registry.declared()])
    )
    return f"; did you mean '{meant}'?" if meant else "; 'pauta plugins list' shows those that there are"


def _lines(description: TypeDoc) -> Iterator[str]:
    from pauta.cli.text import paint_for

    paint = paint_for(sys.stdout)
    yield f"{paint.bold(description.type)}  {paint.dim(str(description.kind))}"
    yield description.description
    if description.aliases:
        yield f"Also: {', '.join(description.aliases)}"
    sections = {"Properties": description.properties, **description.parts, "Outputs": description.outputs}
    for title, rows in sections.items():
        if rows:
            yield from ("", paint.bold(title), *_table(rows))
    if description.example:
        yield from ("", paint.bold("Example"), *(f"  {line}" for line in description.example.splitlines()))


def _table(rows: Sequence[PropertyDoc]) -> Iterator[str]:
    from pauta.cli.text import columns

    yield columns([[each.name, _type(each), _marks(each), each.description] for each in rows])


def _type(each: PropertyDoc) -> str:
    return " | ".join(map(str, each.choices)) if each.choices else each.type


def _marks(each: PropertyDoc) -> str:
    """Whether it must be there, what it is otherwise, and what it may be."""
    default = "" if each.default in (None, "") else f"= {_text(each.default)}"
    words = (
        "required" if each.required else default,
        "{{ }}" if each.dynamic else "",
        "old" if each.deprecated else "",
    )
    return ", ".join(word for word in words if word)


def _text(value: Any) -> str:
    import orjson

    return value if isinstance(value, str) else orjson.dumps(value, default=str).decode()
