"""From the tree to closures: what a template does is decided once, evaluating it only does it.

An expression becomes a function of the ``Frame`` that gives its value; a statement one that appends what it writes to a
list, values as they are, so that text and typed rendering share everything but their end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar, cast

from pauta.errors import ExpressionError
from pauta.expression import catalog, introspection, limits, nodes
from pauta.expression.access import MAP_METHODS, NOTHING, look_up
from pauta.expression.calls import called, called_method, named
from pauta.expression.catalog import Callee
from pauta.expression.dialect import Dialect
from pauta.expression.frame import Evaluate, Frame, Out, Run
from pauta.expression.kinds import ADMITTED, HashMap, admit, hash_map, literal_capacity
from pauta.expression.loops import loop, turns
from pauta.expression.nodes import Arguments, Body, Expression, Statement, Tree
from pauta.expression.operators import OPERATORS, STRICT, UNARY
from pauta.expression.outcome import written
from pauta.expression.paths import path_text
from pauta.expression.source import FAILURES, Missing, Source
from pauta.expression.values import joined, truth


class Compiler:
    """Compiles one template."""

    def __init__(self, source: Source, tree: Tree, dialect: Dialect) -> None:
        self._source = source
        self._tree = tree
        self._dialect = dialect
        self._assigned = tree.assigned
        self._counted = not tree.named.isdisjoint(_COUNTED)
        self._macros: dict[str, Callable[[Frame, list[Any], dict[str, Any]], str]] = {}
        self._blocks: dict[str, tuple[Run, int]] = {}
        self.weight = 0
        """The steps that what was compiled takes when no loop turns and no macro is called."""

    def template(self) -> Run:
        """The whole template."""
        for macro in self._tree.macros.values():
            self._macros[macro.name] = self._macro(macro)
        for name, body in self._tree.blocks.items():
            self._blocks[name] = self._weighed(body)
        body = self.body(self._tree.body)
        if not self._assigned:
            return body

        def run(frame: Frame, out: Out) -> None:
            frame.locals.append({})
            body(frame, out)

        return run

    # statements

    def body(self, body: Body) -> Run:
        """Statements one after the other."""
        runs = [self._statement(statement) for statement in body]
        if len(runs) == 1:
            return runs[0]

        def run(frame: Frame, out: Out) -> None:
            for each in runs:
                each(frame, out)

        return run

    def _weighed(self, body: Body) -> tuple[Run, int]:
        """Statements, and the steps that they take when no loop turns."""
        before = self.weight
        return self.body(body), self.weight - before + 1

    def _statement(self, statement: Statement) -> Run:
        self.weight += 1
        return self._STATEMENTS[type(statement)](self, statement)

    def _text(self, node: nodes.Text) -> Run:
        text = node.text

        def run(frame: Frame, out: Out) -> None:
            del frame
            out.append(text)

        return run

    def _output(self, node: nodes.Output) -> Run:
        value = self.expression(node.expression)

        def run(frame: Frame, out: Out) -> None:
            out.append(value(frame))

        return run

    def _if(self, node: nodes.If) -> Run:
        branches = [(self._condition(condition, "'if'"), self.body(body)) for condition, body in node.branches]
        otherwise = self.body(node.otherwise)

        def run(frame: Frame, out: Out) -> None:
            for condition, body in branches:
                if condition(frame):
                    body(frame, out)
                    return
            otherwise(frame, out)

        return run

    def _for(self, node: nodes.For) -> Run:
        items = self.expression(node.items)
        each_turn = loop(node.name, *self._weighed(node.body), counted=self._counted)
        otherwise = self.body(node.otherwise)
        at, source = node.at, self._source

        def run(frame: Frame, out: Out) -> None:
            found = items(frame)
            if found is None:
                return
            try:
                each = turns(found)
                each_turn(frame, out, each)
            except ExpressionError as error:
                raise source.located(error, at, "'for'") from None
            if not each:
                otherwise(frame, out)

        return run

    def _set(self, node: nodes.Set) -> Run:
        value = self.expression(node.value)
        name = node.name

        def run(frame: Frame, out: Out) -> None:
            del out
            frame.assign(name, value(frame))

        return run

    def _block(self, node: nodes.Block) -> Run:
        name, at = node.name, node.at
        return lambda frame, out: self._run_block(frame, out, name, at)

    def _run_block(self, frame: Frame, out: Out, name: str, at: int) -> None:
        body, weight = self._blocks[name]
        try:
            limits.spend(weight)
            frame.enter()
        except ExpressionError as error:
            raise self._source.located(error, at, f"the block '{name}'") from None
        try:
            body(frame, out)
        finally:
            frame.leave()

    def _filter_block(self, node: nodes.FilterBlock) -> Run:
        body = self.body(node.body)

        def captured(frame: Frame) -> str:
            inner: Out = []
            body(frame, inner)
            return written(inner)

        value: Evaluate = captured
        for at, name, arguments in node.filters:
            value = self._applied("filter", name, at, value, arguments)

        def run(frame: Frame, out: Out) -> None:
            out.append(value(frame))

        return run

    def _macro(self, node: nodes.Macro) -> Callable[[Frame, list[Any], dict[str, Any]], str]:
        names = [name for name, _ in node.parameters]
        defaults = [(name, self.expression(value)) for name, value in node.parameters if value is not None]
        body, weight = self._weighed(node.body)
        title = node.name

        def call(frame: Frame, positional: list[Any], named: dict[str, Any]) -> str:
            limits.spend(weight + 2 * limits.CALL)
            inner = frame.isolated()
            given: dict[str, Any] = dict.fromkeys(names)
            inner.locals.append(given)
            for name, default in defaults:
                given[name] = default(inner)
            if len(positional) > len(names):
                raise ExpressionError(f"the macro '{title}' takes {len(names)} arguments, {len(positional)} are given")
            given.update(zip(names, positional, strict=False))
            _check_known(named, names, title)
            given.update(named)
            out: Out = []
            body(inner, out)
            return written(out)

        return call

    # expressions

    def expression(self, node: Expression) -> Evaluate:
        """The closure of an expression."""
        self.weight += 1
        return self._EXPRESSIONS[type(node)](self, node)

    def _literal(self, node: nodes.Literal) -> Evaluate:
        value = node.value
        return lambda frame: value  # noqa: ARG005 -- closures of expressions are alike

    def _name(self, node: nodes.Name) -> Evaluate:
        name, at, checked = node.name, node.at, self._checked
        if name in self._assigned:
            return self._local(name, at)
        if name == "_context":
            return Frame.everything

        def value(frame: Frame) -> Any:
            try:
                found = frame.scope.get(name)
            except KeyError:
                raise Missing(at, name, variables=frame.names) from None
            if type(found) not in ADMITTED:
                checked(found, at)
            return found

        return value

    def _local(self, name: str, at: int) -> Evaluate:
        """A variable that the template gives a value somewhere."""
        checked = self._checked

        def value(frame: Frame) -> Any:
            try:
                found = frame.variable(name)
            except KeyError:
                raise Missing(at, name, variables=frame.names) from None
            if type(found) not in ADMITTED:
                checked(found, at)
            return found

        return value

    def _checked(self, found: Any, at: int) -> None:
        """Refuse what is no plain data."""
        try:
            admit(found)
        except ExpressionError as error:
            raise self._source.located(error, at, "the variable") from None

    def _attribute(self, node: nodes.Attribute) -> Evaluate:
        target = self.expression(node.target)
        name, at, path, checked = node.name, node.at, path_text(node.target), self._checked
        is_method = name.lower() in MAP_METHODS

        def value(frame: Frame) -> Any:
            container = target(frame)
            if type(container) is dict:
                try:
                    found = cast("dict[Any, Any]", container)[name]
                except KeyError:
                    found = look_up(container, name) if is_method else NOTHING
            else:
                found = look_up(container, name)
            if found is NOTHING:
                raise Missing(at, name, path, container) from None
            if type(found) not in ADMITTED:
                checked(found, at)
            return found

        return value

    def _subscript(self, node: nodes.Subscript) -> Evaluate:
        target, key = self.expression(node.target), self.expression(node.key)
        at, path, source, checked = node.at, path_text(node.target), self._source, self._checked

        def value(frame: Frame) -> Any:
            container = target(frame)
            wanted = key(frame)
            try:
                found = look_up(container, wanted)
            except FAILURES as error:
                raise source.located(error, at, f"'[{joined(wanted)}]'") from None
            if found is NOTHING:
                raise Missing(at, joined(wanted), path, container)
            if type(found) not in ADMITTED:
                checked(found, at)
            return found

        return value

    def _method(self, node: nodes.MethodCall) -> Evaluate:
        self.weight += limits.CALL
        target = self.expression(node.target)
        arguments = [self.expression(argument) for argument in node.arguments.positional]
        return called_method(node, target, arguments, self._source)

    def _call(self, node: nodes.FunctionCall) -> Evaluate:
        if node.name == "block":
            return self._block_call(node)
        try:
            callee = catalog.find("function", node.name, self._dialect)
        except ExpressionError as error:
            return self._macro_call(node) if node.name in self._tree.macros else self._failing(error, node)
        return self._bound(callee, node.at, [], node.arguments)

    def _macro_call(self, node: nodes.FunctionCall) -> Evaluate:
        positional = [self.expression(argument) for argument in node.arguments.positional]
        named = [(name, self.expression(argument)) for name, argument in node.arguments.named]
        macros, name, at, source = self._macros, node.name, node.at, self._source

        def value(frame: Frame) -> str:
            given = [argument(frame) for argument in positional]
            by_name = {key: argument(frame) for key, argument in named}
            try:
                return macros[name](frame, given, by_name)
            except FAILURES as error:
                raise source.located(error, at, f"the macro {name}()") from None

        return value

    def _block_call(self, node: nodes.FunctionCall) -> Evaluate:
        name = self.expression(node.arguments.positional[0]) if node.arguments.positional else _always(None)
        blocks, at, source = self._blocks, node.at, self._source

        def value(frame: Frame) -> str:
            wanted = name(frame)
            if not isinstance(wanted, str) or wanted not in blocks:
                raise source.located(ExpressionError(f"there is no block '{joined(wanted)}'"), at, "block()")
            out: Out = []
            self._run_block(frame, out, wanted, at)
            return written(out)

        return value

    def _filter(self, node: nodes.Filter) -> Evaluate:
        return self._applied("filter", node.name, node.at, self.expression(node.target), node.arguments)

    def _test(self, node: nodes.Test) -> Evaluate:
        value = self._applied("test", node.name, node.at, self.expression(node.target), node.arguments)
        return (lambda frame: not value(frame)) if node.negated else value

    def _applied(self, kind: catalog.Kind, name: str, at: int, value: Evaluate, arguments: Arguments) -> Evaluate:
        """A filter or a test on a value."""
        try:
            callee = catalog.find(kind, name, self._dialect)
        except ExpressionError as error:
            return self._raising(error, at, f"{kind} '{name}'")
        forgiving = _FORGIVING.get((kind, name))
        return self._bound(callee, at, [_forgiven(value) if forgiving else value], arguments)

    def _bound(self, callee: Callee, at: int, first: list[Evaluate], arguments: Arguments) -> Evaluate:
        """A call with its arguments in the order in which the function takes them."""
        try:
            bound = catalog.in_order(callee, arguments)
        except ExpressionError as error:
            return self._raising(error, at, named(callee))
        self.weight += limits.CALL
        given = enumerate(bound)
        values = first + [_always(callee.default(at)) if node is None else self.expression(node) for at, node in given]
        return called(callee, values, at, self._source)

    def _unary(self, node: nodes.Unary) -> Evaluate:
        if node.operator == "not":
            condition = self._condition(node.operand, "'not'")
            return lambda frame: not condition(frame)
        operand = self.expression(node.operand)
        compute = UNARY[self._dialect][node.operator]
        at, source, piece = node.at, self._source, f"'{node.operator}'"

        def value(frame: Frame) -> Any:
            number = operand(frame)
            try:
                return compute(number)
            except FAILURES as error:
                raise source.located(error, at, piece) from None

        return value

    def _binary(self, node: nodes.Binary) -> Evaluate:
        special = self._SPECIAL.get(node.operator)
        if special is not None:
            return special(self, node)
        left, right = self.expression(node.left), self.expression(node.right)
        compute = OPERATORS[self._dialect][node.operator]
        at, source, piece = node.at, self._source, f"'{node.operator}'"
        failures = (*FAILURES, Missing) if node.operator in STRICT[self._dialect] else FAILURES

        def value(frame: Frame) -> Any:
            try:
                return compute(left(frame), right(frame))
            except failures as error:
                raise source.located(error, at, piece) from None

        return value

    def _concatenation(self, node: nodes.Binary) -> Evaluate:
        """``a ~ b ~ c`` as one step."""
        parts = [self.expression(part) for part in _chain(node, "~")]
        at, source = node.at, self._source

        def value(frame: Frame) -> str:
            texts = [joined(part(frame)) for part in parts]
            try:
                return limits.joined(texts)
            except ExpressionError as error:
                raise source.located(error, at, "'~'") from None

        return value

    def _contains(self, node: nodes.Binary) -> Evaluate:
        """``null contains x`` is false, whatever x is."""
        left, right = self.expression(node.left), self.expression(node.right)
        compute = OPERATORS[self._dialect]["contains"]
        at, source = node.at, self._source

        def value(frame: Frame) -> bool:
            container = left(frame)
            if container is None:
                return False
            item = right(frame)
            try:
                return compute(container, item)
            except FAILURES as error:
                raise source.located(error, at, "'contains'") from None

        return value

    def _and(self, node: nodes.Binary) -> Evaluate:
        left, right = self._condition(node.left, "'and'"), self._condition(node.right, "'and'")
        return lambda frame: left(frame) and right(frame)

    def _or(self, node: nodes.Binary) -> Evaluate:
        left, right = self._condition(node.left, "'or'"), self._condition(node.right, "'or'")
        return lambda frame: left(frame) or right(frame)

    def _coalesce(self, node: nodes.Binary) -> Evaluate:
        left, right = self.expression(node.left), self.expression(node.right)

        def value(frame: Frame) -> Any:
            try:
                found = left(frame)
            except Missing:
                return right(frame)
            return right(frame) if found is None else found

        return value

    def _undefined_coalesce(self, node: nodes.Binary) -> Evaluate:
        left, right = self.expression(node.left), self.expression(node.right)

        def value(frame: Frame) -> Any:
            try:
                return left(frame)
            except Missing:
                return right(frame)

        return value

    def _condition(self, node: Expression, what: str) -> Callable[[Frame], bool]:
        value = self.expression(node)
        at, source = node.at, self._source
        strict = what == "'if'"

        def condition(frame: Frame) -> bool:
            try:
                found = value(frame)
            except Missing as missing:
                if strict:
                    raise source.undefined(missing) from None
                raise
            if found is True or found is False:
                return found
            try:
                return truth(found, what)
            except ExpressionError as error:
                raise source.located(error, at, what) from None

        return condition

    def _ternary(self, node: nodes.Ternary) -> Evaluate:
        tested = self.expression(node.condition)
        then, otherwise = self.expression(node.then), self.expression(node.otherwise)
        at, source = node.condition.at, self._source

        def value(frame: Frame) -> Any:
            found = tested(frame)
            try:
                holds = found is not None and truth(found, "'?'")
            except ExpressionError as error:
                raise source.located(error, at, "'?'") from None
            return then(frame) if holds else otherwise(frame)

        return value

    def _list(self, node: nodes.ListOf) -> Evaluate:
        items = [self.expression(item) for item in node.items]
        return lambda frame: [item(frame) for item in items]

    def _map(self, node: nodes.MapOf) -> Evaluate:
        if all(isinstance(each, nodes.Literal) for entry in node.entries for each in entry):
            return self._constant_map(node)
        entries = [(self.expression(key), self.expression(value)) for key, value in node.entries]
        at, source, capacity = node.at, self._source, literal_capacity(len(entries))
        self.weight += limits.TURN * len(entries)

        def value(frame: Frame) -> dict[Any, Any]:
            try:
                return hash_map([(key(frame), each(frame)) for key, each in entries], capacity)
            except TypeError as error:
                raise source.located(error, at, "a map") from None

        return value

    def _constant_map(self, node: nodes.MapOf) -> Evaluate:
        """A map of literals: its order is found once, and everyone gets a map of his own."""
        entries = [(cast("nodes.Literal", key).value, cast("nodes.Literal", each).value) for key, each in node.entries]
        found = hash_map(entries, literal_capacity(len(entries)))
        self.weight += (2 + limits.TURN) * len(entries)
        return lambda frame: HashMap(found)  # noqa: ARG005 -- closures of expressions are alike

    def _interpolated(self, node: nodes.Interpolated) -> Evaluate:
        parts = [self.expression(part) for part in node.parts]

        def value(frame: Frame) -> str:
            return limits.joined(joined(part(frame)) for part in parts)

        return value

    # what cannot work fails when it is reached, not before

    def _failing(self, error: ExpressionError, node: nodes.FunctionCall) -> Evaluate:
        return self._raising(error, node.at, f"function '{node.name}'")

    def _raising(self, error: ExpressionError, at: int, piece: str) -> Evaluate:
        source = self._source

        def fail(frame: Frame) -> Any:
            del frame
            raise source.located(error, at, piece)

        return fail

    # the tables

    _STATEMENTS: ClassVar[dict[type, Callable[[Compiler, Any], Run]]] = {
        nodes.Text: _text,
        nodes.Output: _output,
        nodes.If: _if,
        nodes.For: _for,
        nodes.Set: _set,
        nodes.Block: _block,
        nodes.FilterBlock: _filter_block,
    }
    _EXPRESSIONS: ClassVar[dict[type, Callable[[Compiler, Any], Evaluate]]] = {
        nodes.Literal: _literal,
        nodes.Name: _name,
        nodes.Attribute: _attribute,
        nodes.Subscript: _subscript,
        nodes.MethodCall: _method,
        nodes.FunctionCall: _call,
        nodes.Filter: _filter,
        nodes.Test: _test,
        nodes.Unary: _unary,
        nodes.Binary: _binary,
        nodes.Ternary: _ternary,
        nodes.ListOf: _list,
        nodes.MapOf: _map,
        nodes.Interpolated: _interpolated,
    }
    _SPECIAL: ClassVar[dict[str, Callable[[Compiler, nodes.Binary], Evaluate]]] = {
        "~": _concatenation,
        "and": _and,
        "or": _or,
        "??": _coalesce,
        "???": _undefined_coalesce,
        "contains": _contains,
    }


def _check_known(named: dict[str, Any], names: list[str], macro: str) -> None:
    for name in named:
        if name not in names:
            known = ", ".join(names) or "none"
            raise ExpressionError(f"the macro '{macro}' has no argument '{name}'; its arguments are: {known}")


def _always(value: object) -> Evaluate:
    return lambda frame: value  # noqa: ARG005 -- closures of expressions are alike


def _forgiven(value: Evaluate) -> Evaluate:
    """A value that is null when something in it does not exist."""

    def forgiven(frame: Frame) -> Any:
        try:
            return value(frame)
        except Missing:
            return None

    return forgiven


_COUNTED = introspection.READS_EVERYTHING | {"loop", "_context"}
"""Names in a template whose loops must say which turn it is."""
_FORGIVING = {("filter", "default"): True, ("test", "defined"): True}


# what the tree says


def _chain(node: Expression, operator: str) -> Iterator[Expression]:
    """The operands of a left-associative chain of one operator."""
    operands: list[Expression] = []
    while isinstance(node, nodes.Binary) and node.operator == operator:
        operands.append(node.right)
        node = node.left
    yield node
    yield from reversed(operands)
