"""From the tree to closures: what a template does is decided once, evaluating it only does it.

An expression becomes a function of the ``Frame`` that gives its value; a statement one that appends what it writes to a
list, values as they are, so that text and typed rendering share everything but their end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from pauta.errors import ExpressionError
from pauta.expression import catalog, introspection, limits, nodes
from pauta.expression.access import NOTHING, look_up
from pauta.expression.catalog import Callee
from pauta.expression.dialect import Dialect
from pauta.expression.frame import Evaluate, Frame, Out, Run
from pauta.expression.kinds import hash_map, literal_capacity
from pauta.expression.nodes import Arguments, Body, Expression, Statement, Tree
from pauta.expression.operators import OPERATORS, STRICT, UNARY, concatenated
from pauta.expression.paths import path_text
from pauta.expression.source import FAILURES, Missing, Source
from pauta.expression.values import Entry, is_list, joined, kind_of, text_of, truth


class Compiler:
    """Compiles one template."""

    def __init__(self, source: Source, tree: Tree, dialect: Dialect) -> None:
        self._source = source
        self._tree = tree
        self._dialect = dialect
        self._assigned = introspection.assigned(tree)
        self._macros: dict[str, Callable[[Frame, list[Any], dict[str, Any]], str]] = {}
        self._blocks: dict[str, Run] = {}

    def template(self) -> Run:
        """The whole template."""
        for macro in self._tree.macros.values():
            self._macros[macro.name] = self._macro(macro)
        for name, body in self._tree.blocks.items():
            self._blocks[name] = self.body(body)
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

    def _statement(self, statement: Statement) -> Run:
        return _STATEMENTS[type(statement)](self, statement)

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
        body = self.body(node.body)
        otherwise = self.body(node.otherwise)
        name, at, source = node.name, node.at, self._source

        def run(frame: Frame, out: Out) -> None:
            found = items(frame)
            if found is None:
                return
            turns = _turns(found)
            if turns is None:
                error = ExpressionError(f"'for' needs a list or a map, not {kind_of(found)}")
                raise source.located(error, at, "for")
            try:
                _loop(frame, out, name, turns, body)
            except ExpressionError as error:
                raise source.located(error, at, "for") from None
            if not turns:
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
        blocks, name = self._blocks, node.name

        def run(frame: Frame, out: Out) -> None:
            blocks[name](frame, out)

        return run

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
        body = self.body(node.body)
        title = node.name

        def call(frame: Frame, positional: list[Any], named: dict[str, Any]) -> str:
            inner = frame.isolated()
            given = dict.fromkeys(names)
            inner.locals.append(cast("dict[str, Any]", given))
            for name, default in defaults:
                given[name] = default(inner)
            if len(positional) > len(names):
                raise ExpressionError(f"the macro '{title}' takes {len(names)} arguments, {len(positional)} are given")
            given.update(zip(names, positional, strict=False))
            given.update(named)
            out: Out = []
            body(inner, out)
            return written(out)

        return call

    # expressions

    def expression(self, node: Expression) -> Evaluate:
        """The closure of an expression."""
        return _EXPRESSIONS[type(node)](self, node)

    def _literal(self, node: nodes.Literal) -> Evaluate:
        value = node.value
        return lambda frame: value  # noqa: ARG005 -- closures of expressions are alike

    def _name(self, node: nodes.Name) -> Evaluate:
        name, at = node.name, node.at
        if name in self._assigned:
            return _local(name, at)
        if name == "_context":
            return _whole_context

        def value(frame: Frame) -> Any:
            try:
                return frame.scope.get(name)
            except KeyError:
                raise Missing(at, name, variables=frame.scope.names) from None

        return value

    def _attribute(self, node: nodes.Attribute) -> Evaluate:
        target = self.expression(node.target)
        name, at, path = node.name, node.at, path_text(node.target)

        def value(frame: Frame) -> Any:
            container = target(frame)
            if type(container) is dict:
                try:
                    return container[name]  # pyright: ignore[reportUnknownVariableType] -- plain data of any shape
                except KeyError:
                    raise Missing(at, name, path, cast("dict[Any, Any]", container)) from None
            found = look_up(container, name)
            if found is NOTHING:
                raise Missing(at, name, path, container)
            return found

        return value

    def _subscript(self, node: nodes.Subscript) -> Evaluate:
        target, key = self.expression(node.target), self.expression(node.key)
        at, path = node.at, path_text(node.target)

        def value(frame: Frame) -> Any:
            container = target(frame)
            wanted = key(frame)
            found = look_up(container, wanted)
            if found is NOTHING:
                raise Missing(at, joined(wanted), path, container)
            return found

        return value

    def _method(self, node: nodes.MethodCall) -> Evaluate:
        target = self.expression(node.target)
        arguments = [self.expression(argument) for argument in node.arguments.positional]
        name, at, source, path = node.name, node.at, self._source, path_text(node.target)

        def value(frame: Frame) -> Any:
            from pauta.expression.library.methods import call

            container = target(frame)
            given = [argument(frame) for argument in arguments]
            try:
                found = call(container, name, given)
            except FAILURES as error:
                raise source.located(error, at, f"the method {name}()") from None
            if found is NOTHING:
                raise Missing(at, name, path, container, method=True)
            return found

        return value

    def _call(self, node: nodes.FunctionCall) -> Evaluate:
        if node.name == "block":
            return self._block_call(node)
        try:
            callee = catalog.find("function", node.name, self._dialect)
        except ExpressionError as error:
            return self._macro_call(node) if node.name in self._macros_known() else self._failing(error, node)
        return self._bound(callee, node.at, [], node.arguments)

    def _macros_known(self) -> Mapping[str, nodes.Macro]:
        return self._tree.macros

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
        name = self.expression(node.arguments.positional[0]) if node.arguments.positional else None
        blocks, at, source = self._blocks, node.at, self._source

        def value(frame: Frame) -> str:
            wanted = name(frame) if name is not None else None
            if wanted not in blocks:
                raise source.located(ExpressionError(f"there is no block '{wanted}'"), at, "block()")
            out: Out = []
            blocks[wanted](frame, out)
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
            return self._raising(error, at, _piece(callee))
        values = first + [_NULL if node is None else self.expression(node) for node in bound]
        return _called(callee, values, at, self._source)

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
        special = _SPECIAL.get(node.operator)
        if special is not None:
            return special(self, node)
        left, right = self.expression(node.left), self.expression(node.right)
        compute = OPERATORS[self._dialect][node.operator]
        at, source, piece = node.at, self._source, f"'{node.operator}'"
        failures = (*FAILURES, Missing) if node.operator in STRICT else FAILURES

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
                limits.check_text(sum(map(len, texts)))
            except ExpressionError as error:
                raise source.located(error, at, "'~'") from None
            return "".join(texts)

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
        entries = [(self.expression(key), self.expression(value)) for key, value in node.entries]
        at, source, capacity = node.at, self._source, literal_capacity(len(entries))

        def value(frame: Frame) -> dict[Any, Any]:
            try:
                return hash_map([(key(frame), each(frame)) for key, each in entries], capacity)
            except TypeError as error:
                raise source.located(error, at, "a map") from None

        return value

    def _interpolated(self, node: nodes.Interpolated) -> Evaluate:
        parts = [self.expression(part) for part in node.parts]

        def value(frame: Frame) -> str:
            text = ""
            for part in parts:
                text = concatenated(text, joined(part(frame)))
            return text

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


def written(out: Out) -> str:
    """What was written, as text. Raises ExpressionLimit."""
    if len(out) == 1:
        return text_of(out[0])
    texts = [text_of(value) for value in out]
    limits.check_text(sum(map(len, texts)))
    return "".join(texts)


def _null(frame: Frame) -> None:
    del frame


_NULL: Evaluate = _null


def _local(name: str, at: int) -> Evaluate:
    """A variable that the template gives a value somewhere."""

    def value(frame: Frame) -> Any:
        try:
            return frame.variable(name)
        except KeyError:
            raise Missing(at, name, variables=frame.names) from None

    return value


def _whole_context(frame: Frame) -> dict[str, Any]:
    return context(frame)


def context(frame: Frame) -> dict[str, Any]:
    """All variables, the local ones too."""
    found = {name: frame.scope.get(name) for name in frame.scope.names()}
    for names in frame.locals:
        found.update(names)
    return found


def _forgiven(value: Evaluate) -> Evaluate:
    """A value that is null when something in it does not exist."""

    def forgiven(frame: Frame) -> Any:
        try:
            return value(frame)
        except Missing:
            return None

    return forgiven


_FORGIVING = {("filter", "default"): True, ("test", "defined"): True}


def _turns(found: Any) -> list[Any] | None:
    """What a loop goes through; None when it cannot."""
    if isinstance(found, Mapping):
        entries = cast("Mapping[Any, Any]", found)
        return [Entry(key, entries[key]) for key in entries]
    return list(found) if is_list(found) else None


def _loop(frame: Frame, out: Out, name: str, turns: list[Any], body: Run) -> None:
    length = len(turns)
    names: dict[str, Any] = {}
    frame.locals.append(names)
    frame.spend(length)
    try:
        for index, item in enumerate(turns):
            names[name] = item
            names["loop"] = {
                "index": index,
                "length": length,
                "first": index == 0,
                "last": index == length - 1,
                "revindex": length - index - 1,
            }
            body(frame, out)
    finally:
        frame.locals.pop()


# calls


def _piece(callee: Callee) -> str:
    return f"{callee.name}()" if callee.kind == "function" else f"{callee.kind} '{callee.name}'"


def _called(callee: Callee, values: list[Evaluate], at: int, source: Source) -> Evaluate:
    """The call itself: the usual numbers of arguments without a list."""
    call, piece = callee.call, _piece(callee)
    if callee.framed:
        return _called_framed(callee, values, at, source)
    if len(values) == 1:
        only = values[0]

        def value_of_one(frame: Frame) -> Any:
            argument = only(frame)
            try:
                return call(argument)
            except FAILURES as error:
                raise source.located(error, at, piece) from None

        return value_of_one

    def value(frame: Frame) -> Any:
        arguments = [argument(frame) for argument in values]
        try:
            return call(*arguments)
        except FAILURES as error:
            raise source.located(error, at, piece) from None

    return value


def _called_framed(callee: Callee, values: list[Evaluate], at: int, source: Source) -> Evaluate:
    call, piece = callee.call, _piece(callee)

    def value(frame: Frame) -> Any:
        arguments = [argument(frame) for argument in values]
        try:
            return call(frame, *arguments)
        except FAILURES as error:
            raise source.located(error, at, piece) from None

    return value


# what the tree says


def _chain(node: Expression, operator: str) -> Iterator[Expression]:
    """The operands of a left-associative chain of one operator."""
    operands: list[Expression] = []
    while isinstance(node, nodes.Binary) and node.operator == operator:
        operands.append(node.right)
        node = node.left
    yield node
    yield from reversed(operands)


_STATEMENTS: dict[type, Callable[[Compiler, Any], Run]] = {
    nodes.Text: Compiler._text,  # noqa: SLF001 -- the tables of the class above
    nodes.Output: Compiler._output,  # noqa: SLF001
    nodes.If: Compiler._if,  # noqa: SLF001
    nodes.For: Compiler._for,  # noqa: SLF001
    nodes.Set: Compiler._set,  # noqa: SLF001
    nodes.Block: Compiler._block,  # noqa: SLF001
    nodes.FilterBlock: Compiler._filter_block,  # noqa: SLF001
}
_EXPRESSIONS: dict[type, Callable[[Compiler, Any], Evaluate]] = {
    nodes.Literal: Compiler._literal,  # noqa: SLF001
    nodes.Name: Compiler._name,  # noqa: SLF001
    nodes.Attribute: Compiler._attribute,  # noqa: SLF001
    nodes.Subscript: Compiler._subscript,  # noqa: SLF001
    nodes.MethodCall: Compiler._method,  # noqa: SLF001
    nodes.FunctionCall: Compiler._call,  # noqa: SLF001
    nodes.Filter: Compiler._filter,  # noqa: SLF001
    nodes.Test: Compiler._test,  # noqa: SLF001
    nodes.Unary: Compiler._unary,  # noqa: SLF001
    nodes.Binary: Compiler._binary,  # noqa: SLF001
    nodes.Ternary: Compiler._ternary,  # noqa: SLF001
    nodes.ListOf: Compiler._list,  # noqa: SLF001
    nodes.MapOf: Compiler._map,  # noqa: SLF001
    nodes.Interpolated: Compiler._interpolated,  # noqa: SLF001
}
_SPECIAL: dict[str, Callable[[Compiler, nodes.Binary], Evaluate]] = {
    "~": Compiler._concatenation,  # noqa: SLF001
    "and": Compiler._and,  # noqa: SLF001
    "or": Compiler._or,  # noqa: SLF001
    "??": Compiler._coalesce,  # noqa: SLF001
    "???": Compiler._undefined_coalesce,  # noqa: SLF001
    "contains": Compiler._contains,  # noqa: SLF001
}
