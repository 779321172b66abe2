"""From tokens to the tree, by precedence climbing.

Binary operators bind by number, tightest last; all are left-associative. A filter (100) binds looser than ``~``, ``..``
and ``??``, but tighter than arithmetic and comparison. In the second dialect ``??``, ``???`` and ``isIn`` bind like ``==``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, TypeVar

from pauta.expression import limits
from pauta.expression.dialect import Dialect
from pauta.expression.kinds import Long
from pauta.expression.lexer import Kind, Lexer, Token
from pauta.expression.nodes import (
    Arguments,
    Attribute,
    Binary,
    Block,
    Body,
    Expression,
    Filter,
    FilterBlock,
    For,
    FunctionCall,
    If,
    Interpolated,
    ListOf,
    Literal,
    Macro,
    MapOf,
    MethodCall,
    Name,
    Output,
    Set,
    Statement,
    Subscript,
    Ternary,
    Test,
    Text,
    Tree,
    Unary,
)
from pauta.expression.source import Source

T = TypeVar("T")

_COMMON = {
    "or": 10,
    "and": 15,
    "is": 20,
    "is not": 20,
    "contains": 20,
    "==": 30,
    "equals": 30,
    "!=": 30,
    ">": 30,
    ">=": 30,
    "<": 30,
    "<=": 30,
    "+": 40,
    "-": 40,
    "*": 60,
    "/": 60,
    "%": 60,
    "|": 100,
    "~": 110,
    "..": 120,
}
PRECEDENCE = {
    Dialect.V1: {**_COMMON, "??": 120, "???": 120, "isIn": 120},
    Dialect.V2: {**_COMMON, "??": 30, "???": 30, "isIn": 30},
}
_UNARY = 500
_CONSTANTS: dict[str, object] = {
    "true": True,
    "TRUE": True,
    "false": False,
    "FALSE": False,
    "null": None,
    "NULL": None,
    "none": None,
    "NONE": None,
}
_LARGEST = 2**63 - 1
_ENDS = ("endif", "elseif", "else", "endfor", "endmacro", "endblock", "endfilter")


def parse(source: Source, dialect: Dialect) -> Tree:
    """The tree of a template. Raises ExpressionSyntaxError."""
    return Parser(source, dialect).tree()


class Parser:
    """Reads one template's tokens."""

    def __init__(self, source: Source, dialect: Dialect) -> None:
        if len(source.text) > limits.TEMPLATE:
            raise Source(source.text[:100]).syntax(f"a template has at most {limits.TEMPLATE} characters", 0)
        self._source = source
        self._precedence = PRECEDENCE[dialect]
        self._tokens = Lexer(source).tokens()
        self._next = 0
        self._depth = 0
        self._macros: dict[str, Macro] = {}
        self._blocks: dict[str, Body] = {}
        self._assigned: set[str] = set()
        self._named: set[str] = set()

    def tree(self) -> Tree:
        """The whole template."""
        body = self._body(())
        return Tree(body, self._macros, self._blocks, self._assigned, self._named)

    # bodies and tags

    def _body(self, ends: tuple[str, ...], opened: Token | None = None) -> Body:
        """Statements up to a tag of ``ends`` (whose name is not read yet), or to the end of the template."""
        statements: list[Statement] = []
        while self._token.kind is not Kind.END:
            if self._token.kind is Kind.TAG_BEGIN and self._peek().value in ends and self._peek().kind is Kind.NAME:
                self._advance()
                return tuple(statements)
            statement = self._statement()
            if statement is not None:
                statements.append(statement)
        if opened is not None:
            raise self._source.syntax(
                f"'{{% {opened.value} %}}' is not closed: '{{% {ends[-1]} %}}' is missing", opened.at
            )
        return tuple(statements)

    def _statement(self) -> Statement | None:
        token = self._advance()
        if token.kind is Kind.TEXT:
            return Text(token.value)
        if token.kind is Kind.OUTPUT_BEGIN:
            expression = self._expression()
            self._expect(Kind.OUTPUT_END, "'}}'")
            return Output(expression)
        return self._tag()

    def _tag(self) -> Statement | None:
        name = self._advance()
        if name.kind is not Kind.NAME:
            raise self._source.syntax("a tag begins with its name: if, for, set, macro, block, filter, raw", name.at)
        reader = self._TAGS.get(name.value)
        if reader is None:
            raise self._unknown_tag(name)
        self._deeper(name)
        statement = reader(self, name)
        self._depth -= 1
        return statement

    def _unknown_tag(self, name: Token) -> Exception:
        if name.value in _ENDS:
            return self._source.syntax(
                f"unexpected tag '{name.value}': nothing that it could belong to is open", name.at
            )
        from pauta.expression.source import closest

        nearest = closest(name.value, [*self._TAGS, "raw", "verbatim", *_ENDS])
        return self._source.syntax(f"there is no tag '{name.value}'", name.at, nearest)

    def _if(self, opened: Token) -> Statement:
        branches: list[tuple[Expression, Body]] = []
        otherwise: Body = ()
        tag = opened.value
        while tag != "endif":
            if tag == "else":
                self._expect(Kind.TAG_END, "'%}'")
                otherwise = self._body(("endif",), opened)
            else:
                condition = self._expression()
                self._expect(Kind.TAG_END, "'%}'")
                branches.append((condition, self._body(("elseif", "else", "endif"), opened)))
            tag = self._advance().value
        self._expect(Kind.TAG_END, "'%}'")
        return If(opened.at, tuple(branches), otherwise)

    def _for(self, opened: Token) -> Statement:
        name = self._variable()
        self._assigned.add("loop")
        self._word("in")
        items = self._expression()
        self._expect(Kind.TAG_END, "'%}'")
        body = self._body(("else", "endfor"), opened)
        otherwise: Body = ()
        if self._advance().value == "else":
            self._expect(Kind.TAG_END, "'%}'")
            otherwise = self._body(("endfor",), opened)
            self._advance()
        self._expect(Kind.TAG_END, "'%}'")
        return For(opened.at, name, items, body, otherwise)

    def _set(self, opened: Token) -> Statement:
        name = self._variable()
        self._punctuation("=")
        value = self._expression()
        self._expect(Kind.TAG_END, "'%}'")
        return Set(opened.at, name, value)

    def _macro(self, opened: Token) -> None:
        name = self._expect(Kind.NAME, "the name of the macro").value
        parameters = self._parameters()
        self._expect(Kind.TAG_END, "'%}'")
        body = self._body(("endmacro",), opened)
        self._advance()
        self._expect(Kind.TAG_END, "'%}'")
        if name in self._macros:
            raise self._source.syntax(f"there are two macros '{name}'", opened.at)
        self._macros[name] = Macro(opened.at, name, parameters, body)

    def _parameters(self) -> tuple[tuple[str, Expression | None], ...]:
        self._punctuation("(")
        return tuple(self._separated(")", self._parameter))

    def _parameter(self) -> tuple[str, Expression | None]:
        return self._variable(), self._expression() if self._took("=") else None

    def _block(self, opened: Token) -> Statement:
        name = self._advance()
        if name.kind not in (Kind.NAME, Kind.STRING):
            raise self._unexpected(name, "the name of the block")
        self._expect(Kind.TAG_END, "'%}'")
        body = self._body(("endblock",), opened)
        self._close(name.value)
        self._blocks[name.value] = body
        return Block(opened.at, name.value)

    def _filter_tag(self, opened: Token) -> Statement:
        filters = [self._invocation("the name of a filter")]
        while self._token.kind is Kind.OPERATOR and self._token.value == "|":
            self._advance()
            filters.append(self._invocation("the name of a filter"))
        self._expect(Kind.TAG_END, "'%}'")
        body = self._body(("endfilter",), opened)
        self._close("")
        return FilterBlock(opened.at, tuple(filters), body)

    def _close(self, name: str) -> None:
        """The rest of an ending tag, which may repeat the name."""
        self._advance()
        if self._token.kind is Kind.NAME and self._token.value == name:
            self._advance()
        self._expect(Kind.TAG_END, "'%}'")

    def _variable(self) -> str:
        """The name of a variable that is given a value."""
        token = self._expect(Kind.NAME, "the name of a variable")
        if token.value in ("true", "false", "null", "none"):
            raise self._source.syntax(f"'{token.value}' cannot be given a value", token.at)
        self._assigned.add(token.value)
        return token.value

    # expressions

    def _expression(self, least: int = 0) -> Expression:
        """An expression whose operators bind at least as tight as ``least``."""
        self._deeper(self._token)
        left = self._climb(self._unary(), least)
        found = self._ternary(left) if least == 0 else left
        self._depth -= 1
        return found

    def _climb(self, left: Expression, least: int) -> Expression:
        """What stands behind an operand, as far as its operators bind tight enough."""
        length = 0
        while self._token.kind is Kind.OPERATOR:
            token = self._token
            operator = " ".join(token.value.split())
            precedence = self._precedence.get(operator)
            if precedence is None or precedence < least:
                break
            length += operator != "~"
            self._check_chain(length, token)
            self._advance()
            left = self._combined(left, operator, precedence, token)
        return left

    def _combined(self, left: Expression, operator: str, precedence: int, token: Token) -> Expression:
        if operator == "|":
            at, name, arguments = self._invocation("the name of a filter")
            return Filter(at, left, name, arguments)
        if operator in ("is", "is not"):
            at, name, arguments = self._invocation("the name of a test")
            return Test(at, left, name, arguments, negated=operator == "is not")
        return Binary(token.at, operator, left, self._expression(precedence + 1))

    def _ternary(self, condition: Expression) -> Expression:
        if not self._is_punctuation("?"):
            return condition
        at = self._advance().at
        then = self._expression()
        self._punctuation(":")
        return Ternary(at, condition, then, self._expression())

    def _unary(self) -> Expression:
        token = self._token
        if token.kind is Kind.OPERATOR and token.value in ("not", "-", "+"):
            self._advance()
            return Unary(token.at, token.value, self._expression(_UNARY))
        return self._primary()

    def _primary(self) -> Expression:
        token = self._advance()
        reader = self._PRIMARIES.get(token.kind)
        if reader is None:
            raise self._unexpected(token, "a value")
        return reader(self, token)

    def _name(self, token: Token) -> Expression:
        if token.value in _CONSTANTS:
            return self._postfix(Literal(token.at, _CONSTANTS[token.value]))
        self._named.add(token.value)
        if self._is_punctuation("("):
            return self._postfix(FunctionCall(token.at, token.value, self._arguments()))
        return self._postfix(Name(token.at, token.value))

    def _string(self, token: Token) -> Expression:
        return self._postfix(Literal(token.at, token.value))

    def _number(self, token: Token) -> Expression:
        if "." in token.value:
            return self._postfix(Literal(token.at, float(token.value)))
        value = int(token.value.removesuffix("L")) if len(token.value) < 30 else _LARGEST + 1
        if value > _LARGEST:
            raise self._source.syntax(f"the integer {token.value} is larger than {_LARGEST}", token.at)
        return self._postfix(Literal(token.at, Long(value)))

    def _interpolated(self, token: Token) -> Expression:
        parts: list[Expression] = []
        while self._token.kind is not Kind.QUOTE_END:
            piece = self._advance()
            if piece.kind is Kind.STRING:
                parts.append(Literal(piece.at, piece.value))
            else:
                parts.append(self._expression())
                self._expect(Kind.INTERPOLATION_END, "'}'")
        self._advance()
        return self._postfix(parts[0] if len(parts) == 1 else Interpolated(token.at, tuple(parts)))

    def _bracketed(self, token: Token) -> Expression:
        if token.value == "(":
            inner = self._expression()
            self._punctuation(")")
            return self._postfix(inner)
        if token.value == "[":
            return ListOf(token.at, tuple(self._separated("]", self._expression)))
        if token.value == "{":
            return MapOf(token.at, tuple(self._separated("}", self._entry)))
        raise self._unexpected(token, "a value")

    def _entry(self) -> tuple[Expression, Expression]:
        key = self._expression()
        self._punctuation(":")
        return key, self._expression()

    def _separated(self, end: str, item: Callable[[], T]) -> list[T]:
        """Items between commas, up to a closing bracket."""
        items: list[T] = [] if self._is_punctuation(end) else [item()]
        while items and self._took(","):
            items.append(item())
        self._punctuation(end)
        return items

    def _postfix(self, target: Expression) -> Expression:
        """Attributes, subscripts and method calls behind a value."""
        length = 0
        while self._is_punctuation(".") or self._is_punctuation("["):
            length += 1
            token = self._advance()
            self._check_chain(length, token)
            target = self._attribute(target) if token.value == "." else self._subscript(target, token.at)
        return target

    def _subscript(self, target: Expression, at: int) -> Expression:
        key = self._expression()
        self._punctuation("]")
        return Subscript(at, target, key)

    def _check_chain(self, length: int, token: Token) -> None:
        if length > limits.CHAIN:
            raise self._source.syntax(
                f"more than {limits.CHAIN} operators, filters or keys behind one another", token.at
            )

    def _attribute(self, target: Expression) -> Expression:
        token = self._expect(Kind.NAME, "the name of an attribute")
        if self._is_punctuation("("):
            return MethodCall(token.at, target, token.value, self._arguments())
        return Attribute(token.at, target, token.value)

    def _invocation(self, expected: str) -> tuple[int, str, Arguments]:
        """A filter or a test: its name and its arguments."""
        token = self._expect(Kind.NAME, expected)
        return token.at, token.value, self._arguments() if self._is_punctuation("(") else Arguments()

    def _arguments(self) -> Arguments:
        self._punctuation("(")
        positional: list[Expression] = []
        named: list[tuple[str, Expression]] = []
        while not self._is_punctuation(")"):
            self._argument(positional, named)
            if not self._took(","):
                break
            if self._is_punctuation(")"):
                raise self._unexpected(self._token, "a value")
        self._punctuation(")")
        return Arguments(tuple(positional), tuple(named))

    def _argument(self, positional: list[Expression], named: list[tuple[str, Expression]]) -> None:
        following = self._peek()
        if self._token.kind is Kind.NAME and following.kind is Kind.PUNCTUATION and following.value == "=":
            name = self._advance().value
            self._advance()
            named.append((name, self._expression()))
        elif named:
            raise self._source.syntax("arguments without a name come before those with one", self._token.at)
        else:
            positional.append(self._expression())

    # tokens

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _peek(self) -> Token:
        return self._tokens[min(self._next + 1, len(self._tokens) - 1)]

    def _advance(self) -> Token:
        token = self._tokens[self._next]
        self._next = min(self._next + 1, len(self._tokens) - 1)
        return token

    def _expect(self, kind: Kind, expected: str) -> Token:
        if self._token.kind is not kind:
            raise self._unexpected(self._token, expected)
        return self._advance()

    def _punctuation(self, value: str) -> None:
        if not self._took(value):
            raise self._unexpected(self._token, f"'{value}'")

    def _word(self, value: str) -> None:
        if self._token.kind is not Kind.NAME or self._token.value != value:
            raise self._unexpected(self._token, f"'{value}'")
        self._advance()

    def _took(self, value: str) -> bool:
        found = self._is_punctuation(value)
        if found:
            self._advance()
        return found

    def _is_punctuation(self, value: str) -> bool:
        return self._token.kind is Kind.PUNCTUATION and self._token.value == value

    def _unexpected(self, token: Token, expected: str) -> Exception:
        found = "the end of the template" if token.kind is Kind.END else f"'{token.value}'"
        return self._source.syntax(f"unexpected {found}, {expected} is expected", token.at)

    def _deeper(self, token: Token) -> None:
        """Begin to read something that may hold itself; whoever has read it takes one off the depth."""
        self._depth += 1
        if self._depth > limits.NESTING:
            raise self._source.syntax(f"more than {limits.NESTING} expressions or tags inside one another", token.at)

    _TAGS: ClassVar[dict[str, Callable[[Parser, Token], Statement | None]]] = {
        "if": _if,
        "for": _for,
        "set": _set,
        "macro": _macro,
        "block": _block,
        "filter": _filter_tag,
    }
    _PRIMARIES: ClassVar[dict[Kind, Callable[[Parser, Token], Expression]]] = {
        Kind.NAME: _name,
        Kind.STRING: _string,
        Kind.NUMBER: _number,
        Kind.LONG: _number,
        Kind.QUOTE_BEGIN: _interpolated,
        Kind.PUNCTUATION: _bracketed,
    }
