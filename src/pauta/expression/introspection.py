"""What a template reads and calls, told by its tree alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pauta.expression import nodes
from pauta.expression.nodes import Body, Expression, Tree
from pauta.expression.paths import static_path

EVERYTHING: tuple[str, ...] = ()
"""A path that stands for all variables."""
READS_EVERYTHING = frozenset({"printContext", "fetchContext", "render", "renderOnce"})
"""Functions that see all variables."""
_READS: dict[str, tuple[tuple[str, ...], ...]] = {
    "tasksWithState": (("tasks",),),
    "currentEachOutput": (("parents",), ("taskrun", "value")),
    "env": (("envs",),),
}
_RERENDERS = frozenset({"render", "renderOnce"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a template needs.

    Attributes:
        paths: what it reads of the variables, as far as it is written down; the empty path stands for everything.
        outside: functions and filters that need the outside world; ``render`` and ``renderOnce`` too, since nobody knows what is in
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


@dataclass(frozen=True, slots=True)
class Reference:
    """One place where a template reads a variable of its context.

    Attributes:
        path: the variable and the keys behind it, as far as they are written down.
        at: the offset of the variable.
        guarded: it stands where what is undefined is no error: left of ``??``, under ``default`` or ``is defined``.
    """

    path: tuple[str, ...]
    at: int
    guarded: bool


def reading(tree: Tree) -> Reading:
    """What a template needs."""
    from pauta.expression.library.index import AMBIENT, OUTSIDE, OUTSIDE_FILTERS

    found = [*walk(tree)]
    functions = frozenset(node.name for node in found if isinstance(node, nodes.FunctionCall)) - tree.macros.keys()
    filters = frozenset(_filters(found))
    return Reading(
        paths=frozenset(_paths(tree, functions)),
        outside=functions & (OUTSIDE | _RERENDERS) | filters & OUTSIDE_FILTERS,
        ambient=functions & AMBIENT,
        filters=filters,
        functions=functions,
        tests=frozenset(node.name for node in found if isinstance(node, nodes.Test)),
    )


def walk(tree: Tree) -> Iterator[Any]:
    """All nodes of a template, in no particular order."""
    pending: list[Any] = [*tree.body, *tree.macros.values(), *tree.blocks.values()]
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            pending.extend(node)  # pyright: ignore[reportUnknownArgumentType] -- bodies, arguments and entries alike
        elif type(node).__module__ == nodes.__name__:
            yield node
            pending.extend(getattr(node, name) for name in node.__slots__)


def references(tree: Tree) -> list[Reference]:
    """Where a template reads its context.

    Names are left out where the template surely gives them a value: variables of loops and parameters of macros inside
    of them, variables behind their ``set``.
    """
    return _References(tree).found


def _filters(found: list[Any]) -> Iterator[str]:
    for node in found:
        if isinstance(node, nodes.Filter):
            yield node.name
        elif isinstance(node, nodes.FilterBlock):
            yield from (name for _, name, _ in node.filters)


def _paths(tree: Tree, functions: frozenset[str]) -> Iterator[tuple[str, ...]]:
    for reference in references(tree):
        yield EVERYTHING if reference.path[0] == "_context" else reference.path
    if functions & READS_EVERYTHING:
        yield EVERYTHING
    for name in functions & _READS.keys():
        yield from _READS[name]


_Names = frozenset[str]
_NO_NAMES: _Names = frozenset()


class _References:
    """Goes through a template in the order of its evaluation, with the names that are surely given a value."""

    def __init__(self, tree: Tree) -> None:
        self.found: list[Reference] = []
        self._body(tree.body, _NO_NAMES)
        for macro in tree.macros.values():
            self._macro(macro)
        for body in tree.blocks.values():
            self._body(body, _NO_NAMES)

    def _body(self, body: Body, known: _Names) -> None:
        for statement in body:
            reader = _STATEMENTS.get(type(statement))
            if reader is not None:
                reader(self, statement, known)
            if isinstance(statement, nodes.Set):
                known |= {statement.name}

    def _macro(self, macro: nodes.Macro) -> None:
        """A macro sees its parameters, and of the variables only those of the context."""
        for _, default in macro.parameters:
            if default is not None:
                self._read(default, _NO_NAMES)
        self._body(macro.body, frozenset(name for name, _ in macro.parameters))

    def output(self, node: nodes.Output, known: _Names) -> None:
        self._read(node.expression, known)

    def if_(self, node: nodes.If, known: _Names) -> None:
        for condition, body in node.branches:
            self._read(condition, known)
            self._body(body, known)
        self._body(node.otherwise, known)

    def for_(self, node: nodes.For, known: _Names) -> None:
        self._read(node.items, known)
        self._body(node.body, known | {node.name, "loop"})
        self._body(node.otherwise, known)

    def set_(self, node: nodes.Set, known: _Names) -> None:
        self._read(node.value, known)

    def filter_block(self, node: nodes.FilterBlock, known: _Names) -> None:
        self._body(node.body, known)
        for _, _, arguments in node.filters:
            for argument in _values(arguments):
                self._read(argument, known)

    def _read(self, node: Expression, known: _Names) -> None:
        pending = [(node, False)]
        while pending:
            node, guarded = pending.pop()
            path = static_path(node)
            if path is None:
                pending.extend((inner, guarded or forgiven) for inner, forgiven in _inside(node))
            elif path[0] not in known:
                self.found.append(Reference(path, beginning(node), guarded))


_STATEMENTS: Mapping[type, Callable[[_References, Any, _Names], None]] = {
    nodes.Output: _References.output,
    nodes.If: _References.if_,
    nodes.For: _References.for_,
    nodes.Set: _References.set_,
    nodes.FilterBlock: _References.filter_block,
}


def _inside(node: Expression) -> Iterator[tuple[Expression, bool]]:
    """The expressions in an expression, and whether they may be undefined there."""
    if isinstance(node, nodes.Binary):
        yield node.left, node.operator in ("??", "???")
        yield node.right, False
    elif isinstance(node, nodes.Filter | nodes.Test):
        yield node.target, node.name in ("default", "defined")
        yield from ((argument, False) for argument in _values(node.arguments))
    else:
        yield from ((inner, False) for inner in _PARTS[type(node)](node))


def _values(arguments: nodes.Arguments) -> tuple[Expression, ...]:
    return (*arguments.positional, *(value for _, value in arguments.named))


_PARTS: Mapping[type, Callable[[Any], tuple[Expression, ...]]] = {
    nodes.Literal: lambda node: (),  # noqa: ARG005 -- the functions of the table are alike
    nodes.Attribute: lambda node: (node.target,),
    nodes.Subscript: lambda node: (node.target, node.key),
    nodes.MethodCall: lambda node: (node.target, *_values(node.arguments)),
    nodes.FunctionCall: lambda node: _values(node.arguments),
    nodes.Unary: lambda node: (node.operand,),
    nodes.Ternary: lambda node: (node.condition, node.then, node.otherwise),
    nodes.ListOf: lambda node: node.items,
    nodes.MapOf: lambda node: tuple(part for entry in node.entries for part in entry),
    nodes.Interpolated: lambda node: node.parts,
}


def beginning(node: Any) -> int:
    """Where a path begins: at its variable."""
    while not isinstance(node, nodes.Name):
        node = node.target
    return node.at
