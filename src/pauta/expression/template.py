"""Templates: compiled once, kept by text and dialect, evaluated many times."""

from __future__ import annotations

import re
from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from pauta.errors import ExpressionError, ExpressionLimit
from pauta.expression.dialect import Dialect
from pauta.expression.frame import Frame, Out, Run

if TYPE_CHECKING:
    from pauta.expression.introspection import Reading
    from pauta.expression.scope import Scope
    from pauta.expression.source import Source

_KEPT = 4096
_DELIMITERS = ("{{", "{%", "{#")
_FALSY = frozenset({"", "false", "0", "-0"})
_RAW = re.compile(r"\{%-*\s*raw\s*-*%\}(.*?)\{%-*\s*endraw\s*-*%\}", re.DOTALL)
_EMPTY: frozenset[Any] = frozenset()


class Template:
    """A compiled template.

    Attributes:
        text: the template itself.
        dialect: the dialect that it was compiled in.
        plain: it has no delimiter: rendering gives the text itself, at no cost.
        paths: context paths that it reads, as far as they are written down: ``("outputs", "extract", "vars")``. The
            empty path means that it may read everything (``printContext()``, ``render()``).
        outside: the functions it calls that need the outside world, so that computing alone cannot render it.
        ambient: the functions it calls whose result is different every time (``now()``, ``uuid()``, ``randomInt()`` …).
    """

    __slots__ = ("_reading", "_run", "_source", "_tree", "dialect", "plain", "text")

    def __init__(self, text: str, dialect: Dialect = Dialect.V1) -> None:
        self.text = text
        self.dialect = dialect
        self.plain = not any(delimiter in text for delimiter in _DELIMITERS)
        self._reading: Reading | None = None
        if not self.plain:
            self._source, self._tree, self._run = _compiled(text, dialect)

    @property
    def reading(self) -> Reading:
        """All that the template reads and calls."""
        if self._reading is None:
            from pauta.expression.introspection import Reading, reading

            empty = Reading(_EMPTY, _EMPTY, _EMPTY, _EMPTY, _EMPTY, _EMPTY)
            self._reading = empty if self.plain else reading(self._tree)
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
        return self.text if self.plain else self.render_in(Frame(scope, self.dialect))

    def evaluate(self, scope: Scope) -> object:
        """The value that the template gives: exactly one expression keeps its type. Raises ExpressionError."""
        return self.text if self.plain else _value(self._outcome(Frame(scope, self.dialect)))

    def render_in(self, frame: Frame) -> str:
        """The text, evaluated inside of another template."""
        from pauta.expression.compiler import written

        if self.plain:
            return self.text
        out = self._outcome(frame)
        try:
            return _unwrapped(written(out))
        except (ExpressionError, RecursionError) as error:
            raise self._source.located(error, 0, "the result") from None

    def _outcome(self, frame: Frame) -> Out:
        """What was written, piece by piece."""
        from pauta.expression.source import Missing

        out: Out = []
        try:
            self._run(frame, out)
        except Missing as missing:
            raise self._source.undefined(missing) from None
        except RecursionError:
            limit = ExpressionLimit("it is nested too deep")
            raise self._source.located(limit, 0, "the template") from None
        except ExpressionError as error:
            raise self._source.located(error, 0, "the template") from None
        return out


def _compiled(text: str, dialect: Dialect) -> tuple[Source, Any, Run]:
    from pauta.expression.compiler import Compiler
    from pauta.expression.parser import parse
    from pauta.expression.source import Source

    source = Source(text)
    try:
        tree = parse(source, dialect)
        return source, tree, Compiler(source, tree, dialect).template()
    except RecursionError:
        raise source.syntax("it is nested too deep", 0) from None


def _value(out: Out) -> object:
    """The native value of what was written.

    Several pieces are one text; when a list or a map is among them and the text begins with JSON, it is that JSON (Kestra).
    """
    pieces = [piece for piece in out if piece is not None]
    if len(pieces) == 1:
        return _native(pieces[0])
    if not pieces:
        return None
    from pauta.expression.compiler import written

    text = _unwrapped(written(pieces))
    return _parsed(text) if any(isinstance(piece, Mapping | list) for piece in pieces) else text


def _unwrapped(text: str) -> str:
    """Without ``{% raw %}`` around what values brought in (Kestra)."""
    return _RAW.sub(r"\1", text) if "{%" in text else text


def _native(value: Any) -> object:
    from pauta.expression.kinds import plain
    from pauta.expression.values import Entry

    if isinstance(value, str):
        return _unwrapped(str(value))
    return plain({value.key: value.value} if isinstance(value, Entry) else value)


def _parsed(text: str) -> object:
    from pauta.expression.library.documents import first_json

    try:
        return first_json(text)
    except ExpressionError:
        return text


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
        return "{" in value and any(delimiter in value for delimiter in _DELIMITERS)
    if isinstance(value, Mapping):
        entries = cast("Mapping[Any, object]", value)
        return any(has_template(key) or has_template(entries[key]) for key in entries)
    return isinstance(value, list | tuple) and any(map(has_template, cast("list[object]", value)))


def truthy(text: str) -> bool:
    """Whether a rendered condition holds (``runIf``, ``If.condition`` …).

    Kestra: a text is false only when it is, without white space around it, empty, ``false``, ``0`` or ``-0``.
    """
    return text.strip() not in _FALSY
