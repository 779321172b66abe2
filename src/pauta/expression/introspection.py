"""What a template reads and calls, told by its tree alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pauta.expression import catalog, nodes
from pauta.expression.compiler import static_path
from pauta.expression.nodes import Tree

EVERYTHING: tuple[str, ...] = ()
"""A path that stands for all variables."""
_READS_EVERYTHING = frozenset({"printContext", "fetchContext", "render", "renderOnce"})
_READS: dict[str, tuple[tuple[str, ...], ...]] = {
    "tasksWithState": (("tasks",),),
    "currentEachOutput": (("parents",), ("taskrun", "value")),
}
_RERENDERS = frozenset({"render", "renderOnce"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a template needs.

    Attributes:
        paths: what it reads of the variables, as far as it is written down; the empty path stands for everything.
        outside: functions that need the outside world; ``render`` and ``renderOnce`` too, since nobody knows what is in
            the text that they render.
        ambient: functions whose result is different every time: the time, random numbers.
        filters, functions, tests: all names that are used.
    """

    paths: frozenset[tuple[str, ...]]
    outside: frozenset[str]
    ambient: frozenset[str]
    filters: frozenset[str]
    functions: frozenset[str]
    tests: frozenset[str]


def reading(tree: Tree) -> Reading:
    """What a template needs."""
    found = [*walk(tree)]
    functions = frozenset(node.name for node in found if isinstance(node, nodes.FunctionCall)) - tree.macros.keys()
    return Reading(
        paths=frozenset(_paths(tree, found, functions)),
        outside=(functions & _named("outside")) | (functions & _RERENDERS),
        ambient=functions & _named("ambient"),
        filters=frozenset(_filters(found)),
        functions=functions,
        tests=frozenset(node.name for node in found if isinstance(node, nodes.Test)),
    )


def walk(tree: Tree) -> Iterator[Any]:
    """All nodes of a template."""
    pending: list[Any] = [*tree.body, *tree.macros.values(), *tree.blocks.values()]
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            pending.extend(node)
        elif hasattr(node, "__slots__") and type(node).__module__ == nodes.__name__:
            yield node
            pending.extend(getattr(node, name) for name in node.__slots__)


def _named(kind: str) -> frozenset[str]:
    from pauta.expression.library.index import AMBIENT, OUTSIDE

    return OUTSIDE if kind == "outside" else AMBIENT


def _filters(found: list[Any]) -> Iterator[str]:
    for node in found:
        if isinstance(node, nodes.Filter):
            yield node.name
        elif isinstance(node, nodes.FilterBlock):
            yield from (name for _, name, _ in node.filters)


def _paths(tree: Tree, found: list[Any], functions: frozenset[str]) -> Iterator[tuple[str, ...]]:
    inner = {id(node.target) for node in found if isinstance(node, nodes.Attribute | nodes.Subscript)}
    local = _always_local(tree, found)
    for node in found:
        path = static_path(node) if isinstance(node, nodes.Name | nodes.Attribute | nodes.Subscript) else None
        if path is not None and path[0] not in local and not _is_part(node, inner, found):
            yield EVERYTHING if path[0] == "_context" else path
    if functions & _READS_EVERYTHING:
        yield EVERYTHING
    for name in functions & _READS.keys():
        yield from _READS[name]


def _is_part(node: Any, inner: set[int], found: list[Any]) -> bool:
    """Whether a longer static path goes through this node."""
    if id(node) not in inner:
        return False
    around = next(each for each in found if getattr(each, "target", None) is node)
    return isinstance(around, nodes.Attribute | nodes.Subscript) and static_path(around) is not None


def _always_local(tree: Tree, found: list[Any]) -> frozenset[str]:
    """Names that never mean a variable of the context: ``loop``, and variables of loops when nothing else uses them."""
    del tree
    return frozenset({"loop"}) if any(isinstance(node, nodes.For) for node in found) else frozenset()


_ = catalog
