"""Discovery: from a type name to the class that implements it, without importing anything else.

A plugin's file is named after its type: ``io.kestra.plugin.core.log.Log`` is ``plugins/core/log/log.py`` and
``io.kestra.plugin.core.flow.If`` is ``plugins/core/flow/if_.py``; task runners live in ``runners/`` under their last
name (``runners/process.py``). A class says its type and aliases in its decorator, ``@plugin("io.kestra…", aliases=…)``;
an alias is found by reading these declarations as text, so that nothing is imported before it is used.

Packages installed beside pauta enter by the same door: the entry point group ``pauta.plugins`` names packages that
are searched after our own, with the type prefix as the entry point's name.
"""

from __future__ import annotations

import importlib
import importlib.util
import keyword
import re
from functools import cache
from pathlib import Path

_PREFIX = "io.kestra.plugin."
_DECLARATION = re.compile(r"^@plugin\(([^)]*)\)", re.MULTILINE | re.DOTALL)
_QUOTED = re.compile(r"\"([\w.]+)\"")
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

_classes: dict[str, type] = {}


def register(cls: type, name: str, aliases: tuple[str, ...]) -> None:
    """Make ``cls`` known under its type and its aliases (the ``plugin`` decorator calls it)."""
    for key in (name, *aliases):
        _classes[key] = cls


def find(type_name: str) -> type | None:
    """The class of a type name or alias; None when there is none. Imports that one module."""
    if type_name in _classes:
        return _classes[type_name]
    # looking for declarations takes longer than all the rest, and is for old names only
    for module_of in (_module_of, _declaring):
        module = module_of(type_name)
        if module is not None and importlib.util.find_spec(module) is not None:
            importlib.import_module(module)
            if type_name in _classes:
                return _classes[type_name]
    return None


def _declaring(type_name: str) -> str | None:
    return declared().get(type_name)


def installed() -> dict[str, type]:
    """The classes of all types, by their canonical names; imports everything."""
    for module in sorted(set(declared().values())):
        importlib.import_module(module)
    found = {name: _classes[name] for name in sorted(declared()) if name in _classes}
    return {name: cls for name, cls in found.items() if getattr(cls, "type_name", None) == name}


def names_of(cls: type) -> tuple[str, ...]:
    """The names that a class is registered under: its type first, then its aliases."""
    names = [name for name, known in _classes.items() if known is cls]
    return tuple(sorted(names, key=lambda name: (name != getattr(cls, "type_name", None), name)))


@cache
def declared() -> dict[str, str]:
    """All declared type names and aliases, with the module of each; nothing is imported."""
    found: dict[str, str] = {}
    for package, folder in _packages():
        for file in sorted(folder.rglob("*.py")):
            module = ".".join((package, *file.relative_to(folder).with_suffix("").parts))
            for names in _DECLARATION.findall(file.read_text("utf-8")):
                found.update(dict.fromkeys(_QUOTED.findall(names), module))
    return found


def _module_of(type_name: str) -> str | None:
    """Where the file of a type should be, by its name alone."""
    if not type_name.startswith(_PREFIX) or not re.fullmatch(r"[\w.]+", type_name):
        return None
    *rooms, name = type_name.removeprefix(_PREFIX).split(".")
    file = _WORD.sub("_", name).lower()
    file = f"{file}_" if keyword.iskeyword(file) else file
    if "runner" in rooms:
        return f"pauta.runners.{file}"
    module = ".".join(("pauta.plugins", *rooms))
    try:
        return f"{module}.{file}" if importlib.util.find_spec(module) else None
    except ModuleNotFoundError:
        return None


def _packages() -> list[tuple[str, Path]]:
    here = Path(__file__).parent
    ours = [("pauta.plugins", here / "plugins"), ("pauta.runners", here / "runners")]
    return ours + [place for name in _entry_points() if (place := _folder_of(name)) is not None]


def _entry_points() -> list[str]:
    from importlib.metadata import entry_points

    return [point.value for point in entry_points(group="pauta.plugins")]


def _folder_of(package: str) -> tuple[str, Path] | None:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return package, Path(spec.submodule_search_locations[0])
