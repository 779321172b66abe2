"""What is wrong with a template, told without evaluating it: for ``flow validate`` and the editor.

    for problem in check(text, dialect, known_tasks=ids, known_inputs=names):
        …  # problem.line and problem.column count from 1 inside of ``text``

Kestra saves a flow whatever its expressions say, except where an id with a dash is read by dot in one of two written
forms (``Invalid input reference …``, ``Invalid output reference …``). Only these are problems with the severity
``error``; everything else fails when it is evaluated, if it ever is, and is a ``warning``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from pauta.errors import ExpressionError, ExpressionSyntaxError, Problem
from pauta.expression import catalog, introspection, nodes
from pauta.expression.dialect import Dialect
from pauta.expression.introspection import Reference
from pauta.expression.nodes import Tree
from pauta.expression.paths import static_path
from pauta.expression.source import Source, closest

_DELIMITED = re.compile(r"\{[{%#]")
_NAME = re.compile(r"[^\W\d]\w*(?:-\w+)*")


def check(
    template: str,
    dialect: Dialect = Dialect.V1,
    *,
    known_tasks: Collection[str] | Mapping[str, Collection[str] | None] | None = None,
    known_inputs: Collection[str] | None = None,
    known_variables: Collection[str] | None = None,
) -> list[Problem]:
    """All that is wrong with a template, in the order of the text.

    Found are: text that cannot be read; unknown functions, filters, tests and methods; argument names and numbers of
    arguments that a function does not take; outputs of tasks, inputs and variables that do not exist; ids with a dash
    that are read by dot (``{{ inputs.my-input }}`` is a subtraction).

    Args:
        template: a text, with or without expressions.
        dialect: the dialect of its flow.
        known_tasks: the ids of all tasks of the flow. A map tells the names of a task's outputs too; None there: they
            are not known (or the outputs of a loop, where the value stands in between).
        known_inputs: the ids of the flow's inputs; dots in them are levels (``a.b`` is read as ``inputs.a.b``).
        known_variables: all variables of the context where the template stands (``inputs``, ``outputs``, ``flow`` …).
            What is not given is not checked. Variables read under ``??``, ``default`` or ``is defined`` may be unknown.
    """
    if not _DELIMITED.search(template):
        return []
    source = Source(template)
    known = _Known(known_tasks, known_inputs, known_variables)
    refused = [*_refused(template, known)]
    errors = [_problem(source, each, severity="error") for each in refused]
    try:
        tree = _parsed(source, dialect)
    except ExpressionSyntaxError as error:
        return [*errors, Problem(error.reason, "", error.line, error.column, None, "warning", error.suggestion)]
    dashes = [each for each in _dashes(template, tree, known) if not _covered(each, refused)]
    others = [*_calls(tree, dialect), *_references(tree, known)]
    found = [*dashes, *(each for each in others if not _covered(each, [*refused, *dashes]))]
    return [*errors, *(_problem(source, each) for each in sorted(found, key=lambda each: each.at))]


class _Found(NamedTuple):
    """What is wrong from an offset to another: a sentence, and what was probably meant."""

    at: int
    end: int
    message: str
    suggestion: str | None


def _covered(found: _Found, others: Iterable[_Found]) -> bool:
    """Whether it follows from something else that is wrong there."""
    return any(other.at <= found.at < other.end for other in others)


def _parsed(source: Source, dialect: Dialect) -> Tree:
    from pauta.expression.parser import parse

    return parse(source, dialect)


def _problem(source: Source, found: _Found, severity: Literal["error", "warning"] = "warning") -> Problem:
    line, column = source.place(found.at)
    return Problem(found.message, "", line, column, None, severity, found.suggestion)


class _Known:
    """What exists around the template."""

    def __init__(
        self,
        tasks: Collection[str] | Mapping[str, Collection[str] | None] | None,
        inputs: Collection[str] | None,
        variables: Collection[str] | None,
    ) -> None:
        self.tasks = tasks
        self.inputs = inputs
        self.variables = variables

    def outputs_of(self, task: str) -> Collection[str] | None:
        """The names of a task's outputs; None when they are not known."""
        tasks: Any = self.tasks
        return tasks.get(task) if isinstance(tasks, Mapping) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] -- as the constructor says

    def dashed(self, root: str) -> list[str]:
        """The ids with a dash that are keys of ``inputs`` or ``outputs``."""
        ids = {"inputs": self.inputs, "outputs": self.tasks}.get(root)
        return [each for each in ids or () if "-" in each]


# what Kestra refuses


def _refused(template: str, known: _Known) -> Iterator[_Found]:
    """Ids with a dash read by dot, as Kestra looks for them: in the text, whatever surrounds it."""
    for name in known.dashed("inputs"):
        for found in re.finditer(rf"\{{\{{\s*(inputs\.{re.escape(name)})\s*\}}\}}", template):
            yield _refusal("input", name, found)
    for name in known.dashed("outputs"):
        for found in re.finditer(rf"\{{\{{\s*(outputs\.{re.escape(name)}\.)[^}}]+\}}\}}", template):
            yield _refusal("output", name, found)


def _refusal(what: str, name: str, found: re.Match[str]) -> _Found:
    sentence = (
        f"Invalid {what} reference: use {what}s[key-name] instead of {what}s.key-name — "
        "keys with dashes require bracket notation"
    )
    return _Found(found.start(1), found.end(), sentence, f"{what}s['{name}']")


# functions, filters, tests, methods


def _calls(tree: Tree, dialect: Dialect) -> Iterator[_Found]:
    for node in introspection.walk(tree):
        if isinstance(node, nodes.FunctionCall):
            yield from _function(node, tree, dialect)
        elif isinstance(node, nodes.Filter):
            yield from _named("filter", node.at, node.name, node.arguments, dialect)
        elif isinstance(node, nodes.Test):
            yield from _named("test", node.at, node.name, node.arguments, dialect)
        elif isinstance(node, nodes.MethodCall):
            yield from _method(node)
        elif isinstance(node, nodes.FilterBlock):
            for at, name, arguments in node.filters:
                yield from _named("filter", at, name, arguments, dialect)


def _function(node: nodes.FunctionCall, tree: Tree, dialect: Dialect) -> Iterator[_Found]:
    if node.name != "block" and (node.name not in tree.macros or node.name in catalog.names("function")):
        yield from _named("function", node.at, node.name, node.arguments, dialect, tree.macros)


def _named(  # noqa: PLR0913, PLR0917 -- what a call is made of
    kind: catalog.Kind,
    at: int,
    name: str,
    arguments: nodes.Arguments,
    dialect: Dialect,
    others: Iterable[str] = (),
) -> Iterator[_Found]:
    """What is wrong with one call of a function, a filter or a test."""
    try:
        callee = catalog.find(kind, name, dialect)
        catalog.in_order(callee, arguments)
    except ExpressionError as error:
        nearest = closest(name, others) or error.suggestion
        yield _found(at, f"{kind} '{name}': {error.reason}", nearest)


def _method(node: nodes.MethodCall) -> Iterator[_Found]:
    from pauta.expression.library.methods import NAMES, known

    if not known(node.name):
        yield _found(node.at, f"no value has a method '{node.name}()'", closest(node.name, NAMES))


# what is read


def _references(tree: Tree, known: _Known) -> Iterator[_Found]:
    own = tree.assigned
    for reference in introspection.references(tree):
        root = reference.path[0]
        if root in own or root == "_context":
            continue
        if known.variables is not None and root not in known.variables:
            if not reference.guarded:
                yield _found(reference.at, f"there is no variable '{root}' here", closest(root, known.variables))
        elif len(reference.path) > 1:
            yield from _key(reference, known)


def _key(reference: Reference, known: _Known) -> Iterator[_Found]:
    root, key = reference.path[:2]
    if root == "outputs" and known.tasks is not None:
        yield from _output(reference, known.tasks, known.outputs_of(key))
    elif root == "tasks" and known.tasks is not None and key not in known.tasks:
        yield _found(reference.at, f"tasks.{key}: there is no task '{key}'", closest(key, known.tasks))
    elif root == "inputs" and known.inputs is not None:
        yield from _input(reference, known.inputs)


def _output(reference: Reference, tasks: Collection[str], outputs: Collection[str] | None) -> Iterator[_Found]:
    task = reference.path[1]
    if task not in tasks:
        yield _found(reference.at, f"outputs.{task}: there is no task '{task}'", closest(task, tasks))
    elif outputs is not None and len(reference.path) > 2 and reference.path[2] not in outputs:
        name = reference.path[2]
        exist = f"its outputs are {', '.join(sorted(outputs))}" if outputs else "it has none"
        message = f"outputs.{task}.{name}: the task '{task}' has no output '{name}'; {exist}"
        yield _found(reference.at, message, closest(name, outputs))


def _input(reference: Reference, inputs: Collection[str]) -> Iterator[_Found]:
    """Keys that neither lead to an input nor are a part of the way to one."""
    keys = reference.path[1:]
    written = ".".join(keys)
    if not any(f"{written}.".startswith(f"{each}.") or each.startswith(f"{written}.") for each in inputs):
        level = any(each.startswith(f"{keys[0]}.") for each in inputs)
        name = written if level else keys[0]
        yield _found(reference.at, f"inputs.{name}: there is no input '{name}'", closest(name, inputs))


# dashes


def _dashes(template: str, tree: Tree, known: _Known) -> Iterator[_Found]:
    """Differences without blanks that spell an id: ``outputs.my-task.value``."""
    for node in introspection.walk(tree):
        if isinstance(node, nodes.Binary) and node.operator == "-":
            yield from _dash(template, node, known)


def _dash(template: str, node: nodes.Binary, known: _Known) -> Iterator[_Found]:
    path = static_path(node.left)
    last = node.left
    if path is None or len(path) != 2 or not isinstance(last, nodes.Attribute):
        return
    spelled = _NAME.match(template, last.at)
    if spelled is not None and spelled.end() > node.at and spelled.group() in known.dashed(path[0]):
        root, name = path[0], spelled.group()
        at = introspection.beginning(last)
        sentence = f"{root}.{name} is a subtraction: keys with dashes require bracket notation"
        yield _Found(at, spelled.end(), sentence, f"{root}['{name}']")


def _found(at: int, message: str, suggestion: str | None) -> _Found:
    return _Found(at, at + 1, message, suggestion)
