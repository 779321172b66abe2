"""The tree of a template. Every node knows where it begins in the text (``at``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant: number, text, boolean or null."""

    at: int
    value: object


@dataclass(frozen=True, slots=True)
class Name:
    """A variable."""

    at: int
    name: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """``target.name``."""

    at: int
    target: Expression
    name: str


@dataclass(frozen=True, slots=True)
class Subscript:
    """``target[key]``."""

    at: int
    target: Expression
    key: Expression


@dataclass(frozen=True, slots=True)
class Arguments:
    """Arguments of a call: the positional ones come first."""

    positional: tuple[Expression, ...] = ()
    named: tuple[tuple[str, Expression], ...] = ()


@dataclass(frozen=True, slots=True)
class MethodCall:
    """``target.name(…)``."""

    at: int
    target: Expression
    name: str
    arguments: Arguments


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """``name(…)``: a function or a macro."""

    at: int
    name: str
    arguments: Arguments


@dataclass(frozen=True, slots=True)
class Filter:
    """``target | name(…)``."""

    at: int
    target: Expression
    name: str
    arguments: Arguments


@dataclass(frozen=True, slots=True)
class Test:
    """``target is name(…)``, negated for ``is not``."""

    at: int
    target: Expression
    name: str
    arguments: Arguments
    negated: bool


@dataclass(frozen=True, slots=True)
class Unary:
    """``not x``, ``-x``, ``+x``."""

    at: int
    operator: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and what stands between them."""

    at: int
    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Ternary:
    """``condition ? then : otherwise``."""

    at: int
    condition: Expression
    then: Expression
    otherwise: Expression


@dataclass(frozen=True, slots=True)
class ListOf:
    """``[a, b]``."""

    at: int
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class MapOf:
    """``{'k': v}``."""

    at: int
    entries: tuple[tuple[Expression, Expression], ...]


@dataclass(frozen=True, slots=True)
class Interpolated:
    """A double-quoted text with ``#{…}`` in it."""

    at: int
    parts: tuple[Expression, ...]


Expression: TypeAlias = "Literal | Name | Attribute | Subscript | MethodCall | FunctionCall | Filter | Test | Unary | Binary | Ternary | ListOf | MapOf | Interpolated"

# what a template is made of


@dataclass(frozen=True, slots=True)
class Text:
    """Text outside of delimiters."""

    text: str


@dataclass(frozen=True, slots=True)
class Output:
    """``{{ expression }}``."""

    expression: Expression


@dataclass(frozen=True, slots=True)
class If:
    """``{% if %} … {% elseif %} … {% else %} … {% endif %}``."""

    at: int
    branches: tuple[tuple[Expression, Body], ...]
    otherwise: Body


@dataclass(frozen=True, slots=True)
class For:
    """``{% for name in items %} … {% else %} … {% endfor %}``."""

    at: int
    name: str
    items: Expression
    body: Body
    otherwise: Body


@dataclass(frozen=True, slots=True)
class Set:
    """``{% set name = value %}``."""

    at: int
    name: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Macro:
    """``{% macro name(a, b='c') %} … {% endmacro %}``."""

    at: int
    name: str
    parameters: tuple[tuple[str, Expression | None], ...]
    body: Body


@dataclass(frozen=True, slots=True)
class Block:
    """``{% block name %} … {% endblock %}``."""

    at: int
    name: str


@dataclass(frozen=True, slots=True)
class FilterBlock:
    """``{% filter a | b %} … {% endfilter %}``: ``chain`` has a ``Captured`` output at its heart."""

    at: int
    filters: tuple[tuple[int, str, Arguments], ...]
    body: Body


Statement: TypeAlias = "Text | Output | If | For | Set | Macro | Block | FilterBlock"
Body: TypeAlias = "tuple[Statement, ...]"


@dataclass(frozen=True, slots=True)
class Tree:
    """A whole template: its body, its macros and its blocks by name."""

    body: Body
    macros: dict[str, Macro]
    blocks: dict[str, Body]
