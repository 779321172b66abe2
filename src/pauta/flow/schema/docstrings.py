"""The docstrings of properties: texts that stand below them in a class.

Reading them takes a look at the source, so it is done only when somebody asks for documentation.
"""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from functools import cache
from itertools import pairwise


def summary(cls: type) -> str:
    """The first paragraph of a class's own docstring; empty when it has none."""
    return _paragraph(cls.__doc__ or "")


@cache
def property_docs(cls: type) -> dict[str, str]:
    """The documentation of each attribute by its Python name; that of a subclass wins."""
    found: dict[str, str] = {}
    for each in reversed(cls.__mro__):
        if each.__module__.partition(".")[0] not in ("builtins", "pydantic"):
            found.update(_own(each))
    return found


def _own(cls: type) -> dict[str, str]:
    definition = _classes_of(cls.__module__).get(cls.__name__)
    body = [] if definition is None else definition.body
    pairs = [(first, _text(second)) for first, second in pairwise(body)]
    return {name: text for first, text in pairs if text and (name := _name(first))}


@cache
def _classes_of(module: str) -> dict[str, ast.ClassDef]:
    """The classes at the top of a module; nothing, when its source is not there."""
    try:
        source = inspect.getsource(sys.modules[module])
    except (OSError, TypeError, KeyError):
        return {}
    return {each.name: each for each in ast.parse(source).body if isinstance(each, ast.ClassDef)}


def _name(statement: ast.stmt) -> str | None:
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return statement.target.id
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        return statement.targets[0].id
    return None


def _text(statement: ast.stmt) -> str:
    value = statement.value if isinstance(statement, ast.Expr) else None
    return _paragraph(value.value) if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""


def _paragraph(text: str) -> str:
    """The first paragraph in one line, with code as Markdown has it."""
    return " ".join(inspect.cleandoc(text).partition("\n\n")[0].split()).replace("``", "`")


def example(cls: type) -> str | None:
    """What stands under ``Example::`` in a class's own docstring, without its indentation."""
    _, found, text = inspect.cleandoc(cls.__doc__ or "").partition("Example::\n")
    return textwrap.dedent(text).strip("\n") or None if found else None
