"""Paths that are written down in a template: ``outputs.extract['vars']``."""

from __future__ import annotations

from pauta.expression import nodes
from pauta.expression.nodes import Expression


def path_text(node: Expression) -> str:
    """A node as a message names it: ``outputs.extract.vars``; empty when it is no plain path."""
    path = static_path(node)
    return ".".join(path) if path else ""


def static_path(node: Expression) -> tuple[str, ...] | None:
    """The variable and the keys that a node reads; None when they are not all written down."""
    keys: list[str] = []
    while not isinstance(node, nodes.Name):
        if isinstance(node, nodes.Attribute):
            keys.append(node.name)
        elif isinstance(node, nodes.Subscript) and (key := _text(node.key)) is not None:
            keys.append(key)
        else:
            return None
        node = node.target
    return (node.name, *reversed(keys))


def _text(key: Expression) -> str | None:
    """The text of a key between brackets, when it is written down."""
    return key.value if isinstance(key, nodes.Literal) and isinstance(key.value, str) else None
