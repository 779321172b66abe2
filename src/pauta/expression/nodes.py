"""The tree of a template. Every node knows where it begins in the text (``at``)."""

from __future__ import annotations

from typing import TypeAlias


class Node:
    """A node. Written out below, because dataclasses would cost 10 ms of every start, frozen ones 0.5 µs of every node."""

    __slots__: tuple[str, ...] = ()

    def __repr__(self) -> str:
        parts = (f"{name}={getattr(self, name)!r}" for name in self.__slots__ if name != "at")
        return f"{type(self).__name__}({', '.join(parts)})"


class Literal(Node):
    """A constant: number, text, boolean or null."""

    __slots__ = ("at", "value")

    def __init__(self, at: int, value: object) -> None:
        self.at = at
        self.value = value


class Name(Node):
    """A variable."""

    __slots__ = ("at", "name")

    def __init__(self, at: int, name: str) -> None:
        self.at = at
        self.name = name


class Attribute(Node):
    """``target.name``."""

    __slots__ = ("at", "name", "target")

    def __init__(self, at: int, target: Expression, name: str) -> None:
        self.at = at
        self.target = target
        self.name = name


class Subscript(Node):
    """``target[key]``."""

    __slots__ = ("at", "key", "target")

    def __init__(self, at: int, target: Expression, key: Expression) -> None:
        self.at = at
        self.target = target
        self.key = key


class Arguments(Node):
    """Arguments of a call: the positional ones come first."""

    __slots__ = ("named", "positional")

    def __init__(self, positional: tuple[Expression, ...] = (), named: tuple[tuple[str, Expression], ...] = ()) -> None:
        self.positional = positional
        self.named = named


class MethodCall(Node):
    """``target.name(…)``."""

    __slots__ = ("arguments", "at", "name", "target")

    def __init__(self, at: int, target: Expression, name: str, arguments: Arguments) -> None:
        self.at = at
        self.target = target
        self.name = name
        self.arguments = arguments


class FunctionCall(Node):
    """``name(…)``: a function or a macro."""

    __slots__ = ("arguments", "at", "name")

    def __init__(self, at: int, name: str, arguments: Arguments) -> None:
        self.at = at
        self.name = name
        self.arguments = arguments


class Filter(Node):
    """``target | name(…)``."""

    __slots__ = ("arguments", "at", "name", "target")

    def __init__(self, at: int, target: Expression, name: str, arguments: Arguments) -> None:
        self.at = at
        self.target = target
        self.name = name
        self.arguments = arguments


class Test(Node):
    """``target is name(…)``, negated for ``is not``."""

    __slots__ = ("arguments", "at", "name", "negated", "target")

    def __init__(self, at: int, target: Expression, name: str, arguments: Arguments, negated: bool) -> None:  # noqa: FBT001 -- a part like the others
        self.at = at
        self.target = target
        self.name = name
        self.arguments = arguments
        self.negated = negated


class Unary(Node):
    """``not x``, ``-x``, ``+x``."""

    __slots__ = ("at", "operand", "operator")

    def __init__(self, at: int, operator: str, operand: Expression) -> None:
        self.at = at
        self.operator = operator
        self.operand = operand


class Binary(Node):
    """Two operands and what stands between them."""

    __slots__ = ("at", "left", "operator", "right")

    def __init__(self, at: int, operator: str, left: Expression, right: Expression) -> None:
        self.at = at
        self.operator = operator
        self.left = left
        self.right = right


class Ternary(Node):
    """``condition ? then : otherwise``."""

    __slots__ = ("at", "condition", "otherwise", "then")

    def __init__(self, at: int, condition: Expression, then: Expression, otherwise: Expression) -> None:
        self.at = at
        self.condition = condition
        self.then = then
        self.otherwise = otherwise


class ListOf(Node):
    """``[a, b]``."""

    __slots__ = ("at", "items")

    def __init__(self, at: int, items: tuple[Expression, ...]) -> None:
        self.at = at
        self.items = items


class MapOf(Node):
    """``{'k': v}``."""

    __slots__ = ("at", "entries")

    def __init__(self, at: int, entries: tuple[tuple[Expression, Expression], ...]) -> None:
        self.at = at
        self.entries = entries


class Interpolated(Node):
    """A double-quoted text with ``#{…}`` in it."""

    __slots__ = ("at", "parts")

    def __init__(self, at: int, parts: tuple[Expression, ...]) -> None:
        self.at = at
        self.parts = parts


Expression: TypeAlias = "Literal | Name | Attribute | Subscript | MethodCall | FunctionCall | Filter | Test | Unary | Binary | Ternary | ListOf | MapOf | Interpolated"

# what a template is made of


class Text(Node):
    """Text outside of delimiters."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


class Output(Node):
    """``{{ expression }}``."""

    __slots__ = ("expression",)

    def __init__(self, expression: Expression) -> None:
        self.expression = expression


class If(Node):
    """``{% if %} … {% elseif %} … {% else %} … {% endif %}``."""

    __slots__ = ("at", "branches", "otherwise")

    def __init__(self, at: int, branches: tuple[tuple[Expression, Body], ...], otherwise: Body) -> None:
        self.at = at
        self.branches = branches
        self.otherwise = otherwise


class For(Node):
    """``{% for name in items %} … {% else %} … {% endfor %}``."""

    __slots__ = ("at", "body", "items", "name", "otherwise")

    def __init__(self, at: int, name: str, items: Expression, body: Body, otherwise: Body) -> None:
        self.at = at
        self.name = name
        self.items = items
        self.body = body
        self.otherwise = otherwise


class Set(Node):
    """``{% set name = value %}``."""

    __slots__ = ("at", "name", "value")

    def __init__(self, at: int, name: str, value: Expression) -> None:
        self.at = at
        self.name = name
        self.value = value


class Macro(Node):
    """``{% macro name(a, b='c') %} … {% endmacro %}``."""

    __slots__ = ("at", "body", "name", "parameters")

    def __init__(self, at: int, name: str, parameters: tuple[tuple[str, Expression | None], ...], body: Body) -> None:
        self.at = at
        self.name = name
        self.parameters = parameters
        self.body = body


class Block(Node):
    """``{% block name %} … {% endblock %}``."""

    __slots__ = ("at", "name")

    def __init__(self, at: int, name: str) -> None:
        self.at = at
        self.name = name


class FilterBlock(Node):
    """``{% filter a | b %} … {% endfilter %}``: place, name and arguments of each filter."""

    __slots__ = ("at", "body", "filters")

    def __init__(self, at: int, filters: tuple[tuple[int, str, Arguments], ...], body: Body) -> None:
        self.at = at
        self.filters = filters
        self.body = body


Statement: TypeAlias = "Text | Output | If | For | Set | Macro | Block | FilterBlock"
Body: TypeAlias = "tuple[Statement, ...]"


class Tree(Node):
    """A whole template: its body, its macros and its blocks by name.

    Attributes:
        assigned: all names that the template itself gives a value somewhere.
        named: all names of variables and functions that occur in it.
    """

    __slots__ = ("assigned", "blocks", "body", "macros", "named")

    def __init__(
        self, body: Body, macros: dict[str, Macro], blocks: dict[str, Body], assigned: set[str], named: set[str]
    ) -> None:
        self.body = body
        self.macros = macros
        self.blocks = blocks
        self.assigned = assigned
        self.named = named
