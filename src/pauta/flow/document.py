"""YAML text to plain data that remembers where everything was written.

The text is read as a stream of events (libyaml) and composed here without recursion, so that depth, repetition by
aliases and size have limits that are told in a sentence. Words are read as Kestra reads them, see ``scalars``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import yaml

from pauta.errors import InvalidFlow, Problem
from pauta.flow.scalars import value_of

Path = tuple[str | int, ...]
"""The way to a value from the root: names of properties, positions in lists."""
Place = tuple[int, int]
"""Line and column, both from 1."""

MAX_DEPTH = 200
"""Maps and lists inside each other."""
MAX_REPEATED = 100_000
"""Values that aliases may repeat, all together: a few lines of aliases can stand for billions of values."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the entries of one map or list stand, and how they were written.

    ``names`` are the places of a map's keys. ``words`` has the text of each unquoted value that is no text (``010``),
    because a property that takes a text takes it as written.
    """

    container: Any
    values: dict[str | int, Place] = field(default_factory=dict[str | int, Place])
    names: dict[str | int, Place] = field(default_factory=dict[str | int, Place])
    words: dict[str | int, str] = field(default_factory=dict[str | int, str])


@dataclass(frozen=True, slots=True)
class Document:
    """What a YAML text says, and where.

    ``data`` is plain: maps with text keys, lists, texts, numbers, booleans, None. ``places`` has an entry for each map
    and list of it, under its ``id``. ``more`` is the place of a second document in the text, which is not read.
    """

    data: Any
    text: str = field(repr=False)
    file: str | None = None
    places: dict[int, Places] = field(default_factory=dict[int, Places], repr=False)
    more: Place | None = None

    def place(self, path: Path, *, name: bool = False) -> Place:
        """Where the value at ``path`` begins, or where its name stands.

        When there is no such value: the place of the nearest value around it.
        """
        known, inner = (1, 1), self.data
        for depth, step in enumerate(path, start=1):
            places = self.places.get(id(inner))
            if places is None or step not in places.values:
                return known
            known = places.names[step] if name and depth == len(path) and step in places.names else places.values[step]
            inner = inner[step]
        return known

    def problem(
        self, message: str, path: Path = (), *, name: bool = False, suggestion: str | None = None, warning: bool = False
    ) -> Problem:
        """Something is wrong with the value at ``path`` (or with its name)."""
        line, column = self.place(path, name=name)
        severity = "warning" if warning else "error"
        return Problem(message, written(path), line, column, self.file, severity, suggestion)


def written(path: Path) -> str:
    """A path as a text: ``tasks[0].commands``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def read_yaml(text: str, *, file: str | None = None) -> Any:
    """The plain data of a YAML text; None when there is nothing in it.

    Raises InvalidFlow with what is wrong and where.
    """
    return read_document(text, file=file).data


def read_document(text: str, *, file: str | None = None) -> Document:
    """The first document of a YAML text, with the places of everything in it.

    Raises InvalidFlow: the text is no YAML, a map has a key twice, it is too deep, its aliases repeat too much.
    """
    composer = _Composer(file)
    try:
        composer.compose(_events(text))
    except yaml.YAMLError as error:
        raise InvalidFlow([*composer.problems, _broken(error, text, file)]) from None
    if composer.problems:
        raise InvalidFlow(composer.problems)
    return Document(composer.root, text, file, composer.places, composer.more)


def _events(text: str) -> Iterator[Any]:
    loader: Any = yaml.CSafeLoader(text)
    try:
        while loader.check_event():
            yield loader.get_event()
    finally:
        loader.dispose()


def _broken(error: yaml.YAMLError, text: str, file: str | None) -> Problem:
    """The parser's own words, with the place that it names."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return _unreadable(error, text, file)
    said = " ".join(part for part in (getattr(error, "context", None), getattr(error, "problem", None)) if part)
    return Problem(f"this is not YAML: {said}", line=mark.line + 1, column=mark.column + 1, file=file)


def _unreadable(error: yaml.YAMLError, text: str, file: str | None) -> Problem:
    """A character that YAML does not allow, such as NUL."""
    found = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if found is None:
        return Problem(f"this is not YAML: {error}", file=file)
    at = found.start()
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return Problem(f"the character U+{ord(found[0]):04X} is not allowed in YAML", line=line, column=column, file=file)


MERGE = "<<"
"""The key whose value's entries belong to the map around it."""


@dataclass(slots=True)
class _Open:
    """A map or a list whose end has not been read. ``size`` counts the values in it, those of aliases included."""

    container: Any
    places: Places
    anchor: str | None
    name: str | None = None
    name_at: Place = (1, 1)
    size: int = 1

    @property
    def awaits_name(self) -> bool:
        """The next value is the name of an entry."""
        return self.name is None and isinstance(self.container, dict)


@dataclass(frozen=True, slots=True)
class _Anchored:
    value: Any
    size: int = 1
    word: str | None = None


class _Composer:
    """Makes data of events. What is wrong but does not stop the reading is collected in ``problems``."""

    def __init__(self, file: str | None) -> None:
        self.root: Any = None
        self.places: dict[int, Places] = {}
        self.problems: list[Problem] = []
        self.more: Place | None = None
        self._file = file
        self._open: list[_Open] = []
        self._anchors: dict[str, _Anchored] = {}
        self._repeated = 0

    def compose(self, events: Iterable[Any]) -> None:
        """Read the events of the first document; a second one is only noticed."""
        documents = 0
        for event in events:
            kind = cast("type[Any]", type(event))
            documents += kind is yaml.DocumentStartEvent
            if documents > 1:
                self.more = _start(event)
                return
            handle = _HANDLERS.get(kind)
            if handle is not None:
                handle(self, event)

    def scalar(self, event: Any) -> None:
        """A word, a number, a text."""
        if self._open and self._open[-1].awaits_name:
            self._named(event.value, event)
            return
        found = self._scalar(event)
        self._anchor(event.anchor, found)
        self._add(found, _start(event))

    def begin_map(self, event: Any) -> None:
        """A map begins."""
        self._begin({}, event)

    def begin_list(self, event: Any) -> None:
        """A list begins."""
        self._begin([], event)

    def end(self, event: Any) -> None:
        """A map or a list ends."""
        del event
        done = self._open.pop()
        if MERGE in done.places.names:
            self._merge(done.container, done.places)
        self._anchor(done.anchor, _Anchored(done.container, done.size))
        if self._open:
            self._open[-1].size += done.size

    def alias(self, event: Any) -> None:
        """Something that was written before, once more."""
        found = self._anchors.get(event.anchor)
        if found is None:
            self._refuse(f"there is no anchor '&{event.anchor}' before this alias", _start(event))
            found = _Anchored(event.anchor)
        self._repeated += found.size
        if self._repeated > MAX_REPEATED:
            self._stop(f"the aliases of this document repeat more than {MAX_REPEATED} values", _start(event))
        if self._open and self._open[-1].awaits_name:
            self._named(found.word or found.value, event)
        else:
            self._add(found, _start(event))

    def _scalar(self, event: Any) -> _Anchored:
        quoted = bool(event.style)
        try:
            value = value_of(event.value, event.tag, quoted=quoted)
        except ValueError as error:
            self._refuse(str(error), _start(event))
            return _Anchored(event.value)
        return _Anchored(value, word=None if quoted or isinstance(value, str) else event.value)

    def _begin(self, container: Any, event: Any) -> None:
        start = _start(event)
        if self._open and self._open[-1].awaits_name:
            self._stop("a key must be a text, not a map or a list", start)
        if len(self._open) >= MAX_DEPTH:
            self.problems.append(
                Problem(f"maps and lists are nested deeper than {MAX_DEPTH} levels", "", *start, self._file)
            )
            raise InvalidFlow(self.problems)
        self._add(_Anchored(container, size=0), start)
        places = self.places[id(container)] = Places(container)
        self._open.append(_Open(container, places, event.anchor))

    def _named(self, name: Any, event: Any) -> None:
        """The name of an entry; its value comes next."""
        inner, start = self._open[-1], _start(event)
        if not isinstance(name, str):
            self._stop("a key must be a text, not a map or a list", start)
        before = inner.places.names.get(name)
        if before is not None:
            self._refuse(f"the key '{name}' is there twice, first on line {before[0]}", start)
        inner.name, inner.name_at = name, start

    def _add(self, found: _Anchored, at: Place) -> None:
        """Put a value where it belongs."""
        if not self._open:
            self.root = found.value
            return
        inner = self._open[-1]
        inner.size += found.size
        step = self._step(inner, found.value)
        inner.places.values[step] = at
        if found.word is not None:
            inner.places.words[step] = found.word

    def _step(self, inner: _Open, value: Any) -> str | int:
        """Append it, or set it under its name; gives its index or its name."""
        if inner.name is None:
            inner.container.append(value)
            return len(inner.container) - 1
        name, inner.name = inner.name, None
        inner.container[name] = value
        inner.places.names[name] = inner.name_at
        inner.places.words.pop(name, None)
        return name

    def _anchor(self, name: str | None, found: _Anchored) -> None:
        if name is not None:
            self._anchors[name] = found

    def _merge(self, container: dict[str, Any], places: Places) -> None:
        """Entries of the maps under ``<<``, where the map has none of that name; the first map wins."""
        given = container[MERGE]
        maps = cast("list[Any]", given if isinstance(given, list) else [given])
        if not all(isinstance(each, dict) for each in maps):
            return
        del container[MERGE], places.values[MERGE], places.names[MERGE]
        for each in maps:
            self._take_over(container, places, each)

    def _take_over(self, container: dict[str, Any], places: Places, merged: dict[str, Any]) -> None:
        known = self.places[id(merged)]
        for name in [name for name in merged if name not in container]:
            container[name] = merged[name]
            places.values[name], places.names[name] = known.values[name], known.names[name]
            if name in known.words:
                places.words[name] = known.words[name]

    def _refuse(self, message: str, at: Place) -> None:
        self.problems.append(Problem(message, self._path(), *at, self._file))

    def _stop(self, message: str, at: Place) -> None:
        self._refuse(message, at)
        raise InvalidFlow(self.problems)

    def _path(self) -> str:
        """Where the reading is."""
        steps: list[str | int] = []
        for inner in self._open:
            if inner.name is not None:
                steps.append(inner.name)
            elif not isinstance(inner.container, dict):
                steps.append(max(len(inner.container) - 1, 0))
        return written(tuple(steps))


def _start(event: Any) -> Place:
    mark = event.start_mark
    return mark.line + 1, mark.column + 1


_HANDLERS = {
    yaml.ScalarEvent: _Composer.scalar,
    yaml.MappingStartEvent: _Composer.begin_map,
    yaml.SequenceStartEvent: _Composer.begin_list,
    yaml.MappingEndEvent: _Composer.end,
    yaml.SequenceEndEvent: _Composer.end,
    yaml.AliasEvent: _Composer.alias,
}
