"""Templates: compiled once, kept by text and dialect, evaluated many times."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from pauta.expression import limits
from pauta.expression.dialect import Dialect
from pauta.expression.frame import Frame, Out

if TYPE_CHECKING:
    from pauta.expression.introspection import Reading
    from pauta.expression.program import Program
    from pauta.expression.scope import Scope

_KEPT = 4096
_DELIMITERS = ("{{", "{%", "{#")
_FALSY = frozenset({"", "false", "0", "-0"})
_EMPTY: frozenset[Any] = frozenset()


class Template:
    """A compiled template.

    Attributes:
        text: the template itself.
        dialect: the dialect that it was compiled in.
        paths: context paths that it reads, as far as they are written down: ``("outputs", "extract", "vars")``. The
            empty path means that it may read everything (``printContext()``, ``render()``).
        outside: the functions it calls that need the outside world, so that computing alone cannot render it.
        ambient: the functions it calls whose result is different every time (``now()``, ``uuid()``, ``randomInt()`` …).
    """

    __slots__ = ("_program", "_reading", "dialect", "text")

    def __init__(self, text: str, dialect: Dialect = Dialect.V1) -> None:
        self.text = text
        self.dialect = dialect
        self._program = _compiled(text, dialect) if _delimited(text) else None
        self._reading: Reading | None = None

    @property
    def plain(self) -> bool:
        """It has no delimiter: rendering gives the text itself, at no cost."""
        return self._program is None

    @property
    def reading(self) -> Reading:
        """All that the template reads and calls."""
        if self._reading is None:
            from pauta.expression.introspection import Reading, reading

            empty = Reading(_EMPTY, _EMPTY, _EMPTY, _EMPTY, _EMPTY, _EMPTY)
            self._reading = empty if self._program is None else reading(self._program.tree)
        return self._reading

    @property
    def paths(self) -> frozenset[tuple[str, ...]]:
        """The context paths that it reads."""
        return self.reading.paths

    @property
    def outside(self) -> frozenset[str]:
        """The functions of the outside that it calls."""
        return self.reading.outside

    @property
    def ambient(self) -> frozenset[str]:
        """The functions it calls that need the time or randomness."""
        return self.reading.ambient

    def render(self, scope: Scope) -> str:
        """The text that the template gives. Raises ExpressionError."""
        if self._program is None:
            return self.text
        begun = limits.begin()
        try:
            return self._program.text(Frame(scope, self.dialect))
        finally:
            limits.end(begun)

    def evaluate(self, scope: Scope) -> object:
        """The value that the template gives: exactly one expression keeps its type. Raises ExpressionError."""
        if self._program is None:
            return self.text
        begun = limits.begin()
        try:
            return self._program.value(Frame(scope, self.dialect))
        finally:
            limits.end(begun)

    def pieces_in(self, frame: Frame) -> Out:
        """What it writes, piece by piece, evaluated inside of another template. Raises ExpressionError."""
        return [self.text] if self._program is None else self._program.pieces(frame)


def _compiled(text: str, dialect: Dialect) -> Program:
    from pauta.expression.program import Program

    return Program(text, dialect)


_cache: dict[tuple[str, Dialect], Template] = {}
_lock = Lock()


def compile(text: str, dialect: Dialect = Dialect.V1) -> Template:  # noqa: A001 -- what it does
    """The compiled template of a text; the last few thousand are kept. Raises ExpressionSyntaxError."""
    key = (text, dialect)
    template = _cache.get(key)
    if template is None:
        template = Template(text, dialect)
        with _lock:
            if len(_cache) >= _KEPT:
                for old in [*_cache][: _KEPT // 4]:
                    del _cache[old]
            _cache[key] = template
    return template


def render_value(value: object, scope: Scope, dialect: Dialect = Dialect.V1) -> object:
    """All texts in a value rendered to text: in lists, in maps (keys too), at any depth; other scalars stay."""
    if isinstance(value, str):
        return compile(value, dialect).render(scope) if "{" in value else value
    if isinstance(value, Mapping):
        entries = cast("Mapping[Any, object]", value)
        return {render_value(key, scope, dialect): render_value(entries[key], scope, dialect) for key in entries}
    if isinstance(value, list | tuple):
        return [render_value(item, scope, dialect) for item in cast("list[object]", value)]
    return value


def has_template(value: object) -> bool:
    """Whether any text in a value, at any depth, has ``{{``, ``{%`` or ``{#`` in it."""
    if isinstance(value, str):
        return _delimited(value)
    if isinstance(value, Mapping):
        entries = cast("Mapping[Any, object]", value)
        return any(has_template(key) or has_template(entries[key]) for key in entries)
    return isinstance(value, list | tuple) and any(map(has_template, cast("list[object]", value)))


def _delimited(text: str) -> bool:
    return "{" in text and any(delimiter in text for delimiter in _DELIMITERS)


def truthy(text: str) -> bool:
    """Whether a rendered condition holds (``runIf``, ``If.condition`` …).

    Kestra: a text is false only when it is, without white space around it, empty, ``false``, ``0`` or ``-0``.
    """
    return text.strip() not in _FALSY
