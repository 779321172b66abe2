"""What can stand at a place of a template: for the editor.

    for each in complete("{{ outputs.ex", 13, sample):
        …  # each.text replaces the template from each.start to the position

``sample`` holds the variables of a context such as the template will have. Only its keys are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple, cast

from pauta.errors import ExpressionError
from pauta.expression import catalog
from pauta.expression.access import NOTHING, keys_of, look_up, method_names
from pauta.expression.dialect import Dialect
from pauta.expression.reference import signature
from pauta.expression.values import described

_TAGS = (
    "if",
    "elseif",
    "else",
    "endif",
    "for",
    "endfor",
    "set",
    "macro",
    "endmacro",
    "block",
    "endblock",
    "filter",
    "endfilter",
    "raw",
    "endraw",
    "verbatim",
    "endverbatim",
)
_WORD = r"[^\W\d]\w*"
_STEP = rf"\.{_WORD}|\[(?:'[^'\\]*'|\"[^\"\\]*\"|\d+)\]"
_TAG = re.compile(rf"\{{%-?\s*((?:{_WORD})?)$")
_FILTER = re.compile(rf"\|\s*((?:{_WORD})?)$|\{{%-?\s*filter\s+((?:{_WORD})?)$")
_TEST = re.compile(rf"\bis\s+(?:not\s+)?((?:{_WORD})?)$")
_KEY = re.compile(rf"({_WORD}(?:{_STEP})*)\.((?:{_WORD}(?:-\w+)*)?)$")
_BRACKET = re.compile(rf"({_WORD}(?:{_STEP})*)\[(['\"])([^'\"]*)$")
_NAME = re.compile(rf"(?<![\w.'\"])((?:{_WORD})?)$")
_STEPS = re.compile(_STEP)
_IDENTIFIER = re.compile(_WORD)
_OPENING = re.compile(r"\{[{%]")
_STRINGS = re.compile(r"'(?:[^'\\]|\\.)*+'|\"(?:[^\"\\]|\\.)*+\"", re.DOTALL)


class Completion(NamedTuple):
    """Something that can stand there.

    Attributes:
        text: what is put in.
        start: the offset from which on it replaces what is there.
        kind: what it is.
        detail: its signature, or the kind of its value.
        summary: one line of documentation, or nothing.
    """

    text: str
    start: int
    kind: Literal["variable", "key", "method", "function", "filter", "test", "tag"]
    detail: str = ""
    summary: str = ""


def complete(
    template: str, position: int, sample: Mapping[str, Any], dialect: Dialect = Dialect.V1
) -> list[Completion]:
    """What can stand at an offset of a template; nothing outside of delimiters and inside of texts."""
    head = _inside(template[:position])
    if head is None:
        return []
    shift = position - len(head)
    for look in _LOOKS:
        found = look(head, sample, dialect)
        if found is not None:
            return [each._replace(start=each.start + shift) for each in found]
    return []


def _inside(before: str) -> str | None:
    """The text from the last delimiter on, when it is still open."""
    openings = [found.start() for found in _OPENING.finditer(before)]
    if not openings:
        return None
    head = before[openings[-1] :]
    closing = "}}" if head.startswith("{{") else "%}"
    return None if closing in _STRINGS.sub("", head) else head


def _tags(head: str, _sample: Mapping[str, Any], _dialect: Dialect) -> list[Completion] | None:
    found = _TAG.search(head)
    if found is None:
        return None
    return [Completion(name, found.start(1), "tag") for name in _TAGS if name.startswith(found.group(1))]


def _filters(head: str, _sample: Mapping[str, Any], dialect: Dialect) -> list[Completion] | None:
    found = _FILTER.search(_blank(head))
    if found is None:
        return None
    group = 2 if found.group(1) is None else 1
    return [*_callees("filter", found.group(group), found.start(group), dialect)]


def _tests(head: str, _sample: Mapping[str, Any], dialect: Dialect) -> list[Completion] | None:
    found = _TEST.search(_blank(head))
    return None if found is None else [*_callees("test", found.group(1), found.start(1), dialect)]


def _bracketed(head: str, sample: Mapping[str, Any], _dialect: Dialect) -> list[Completion] | None:
    """Keys between brackets, within an open quote."""
    found = _BRACKET.search(head)
    if found is None or _quote_is_closed(head):
        return None
    path, quote, begun = found.groups()
    target = _value(path, sample)
    keys = [key for key in _keys(target) if key.startswith(begun)]
    return [Completion(f"{key}{quote}]", found.start(3), "key", _kind(target, key)) for key in keys]


def _dotted(head: str, sample: Mapping[str, Any], _dialect: Dialect) -> list[Completion] | None:
    """Keys and methods behind a dot; keys that are no names are put in brackets."""
    found = _KEY.search(head)
    if found is None or not _quote_is_closed(head):
        return None
    path, begun = found.groups()
    target = _value(path, sample)
    keys = [
        Completion(key, found.start(2), "key", _kind(target, key))
        if _IDENTIFIER.fullmatch(key)
        else Completion(f"['{key}']", found.start(2) - 1, "key", _kind(target, key))
        for key in _keys(target)
        if key.startswith(begun)
    ]
    names = [] if target is NOTHING else method_names(target)
    return keys + [Completion(f"{name}()", found.start(2), "method") for name in names if name.startswith(begun)]


def _names(head: str, sample: Mapping[str, Any], dialect: Dialect) -> list[Completion] | None:
    """Variables and functions."""
    found = _NAME.search(head)
    if found is None or not _quote_is_closed(head):
        return None
    begun, start = found.group(1), found.start(1)
    variables = [
        Completion(name, start, "variable", described(sample[name])) for name in sample if name.startswith(begun)
    ]
    return [*variables, *_callees("function", begun, start, dialect)]


_LOOKS = (_bracketed, _tags, _filters, _tests, _dotted, _names)


def _callees(kind: catalog.Kind, begun: str, start: int, dialect: Dialect) -> Iterator[Completion]:
    for callee in catalog.everything():
        if callee.kind == kind and callee.name.startswith(begun) and callee.only in (None, dialect):
            yield Completion(callee.name, start, kind, signature(callee), callee.summary)


def _quote_is_closed(head: str) -> bool:
    rest = _STRINGS.sub("", head)
    return "'" not in rest and '"' not in rest


def _blank(head: str) -> str:
    """The text with blanks for its quoted parts; the offsets stay."""
    return _STRINGS.sub(lambda found: " " * len(found.group()), head)


def _value(path: str, sample: Mapping[str, Any]) -> Any:
    """What a path leads to in the sample; NOTHING when it leads nowhere."""
    root = cast("re.Match[str]", _IDENTIFIER.match(path)).group()
    value: Any = sample.get(root, NOTHING)
    for step in _STEPS.findall(path, len(root)):
        if value is NOTHING:
            break
        value = _stepped(value, step)
    return value


def _stepped(value: Any, step: str) -> Any:
    inner = step[1:-1] if step.startswith("[") else step[1:]
    try:
        return look_up(value, int(inner) if inner.isdecimal() else inner.strip("'\""))
    except ExpressionError:
        return NOTHING


def _keys(target: Any) -> list[str]:
    return sorted(str(key) for key in keys_of(target) or ())


def _kind(target: Any, key: str) -> str:
    found = look_up(target, key)
    return "" if found is NOTHING else described(found)
