"""YAML as Kestra reads and writes it: the core types only, no aliases, dates stay texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from io import StringIO
from typing import Any, cast

import yaml

from pauta.errors import ExpressionError
from pauta.expression import limits
from pauta.expression.values import Entry, is_list, java_text

_LOADER: Any = getattr(yaml, "CLoader", yaml.Loader)
_BOOLEANS = {**dict.fromkeys(("true", "True", "TRUE"), True), **dict.fromkeys(("false", "False", "FALSE"), False)}
_WORDS = {
    **dict.fromkeys(("yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("no", "No", "NO", "off", "Off", "OFF"), False),
}
"""Booleans when read; the writer does not know them."""
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_INTEGER = re.compile(r"[-+]?(?:0[xX][0-9a-fA-F_]+|0b[01_]+|[0-9][0-9_]*)")
_FLOAT = re.compile(
    r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?|\.[0-9]+(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)"
)
_NO_NUMBER = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")

# reading


def load(text: str) -> Any:
    """The first document of a YAML text. Raises ExpressionError."""
    limits.spend(2 * len(text))
    try:
        events = cast("Iterator[Any]", cast("Any", yaml).parse(text, Loader=_LOADER))
        for event in events:
            if isinstance(event, yaml.NodeEvent):
                return _node(event, events, 0)
    except yaml.YAMLError as error:
        raise ExpressionError(f"Invalid yaml: {' '.join(str(error).split())}") from None
    raise ExpressionError("Invalid yaml: No content to map due to end-of-input")


def _node(event: Any, events: Any, depth: int) -> Any:
    if depth > limits.NESTING:
        limits.exceeded(f"the YAML nests more than {limits.NESTING} deep")
    if isinstance(event, yaml.AliasEvent):
        return event.anchor
    if isinstance(event, yaml.SequenceStartEvent):
        return _sequence(events, depth)
    if isinstance(event, yaml.MappingStartEvent):
        return _mapping(events, depth)
    return _scalar(event)


def _sequence(events: Any, depth: int) -> list[Any]:
    items: list[Any] = []
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        items.append(_node(event, events, depth + 1))
    return items


def _mapping(events: Any, depth: int) -> dict[str, Any]:
    entries: dict[str, Any] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        if not isinstance(event, yaml.ScalarEvent):
            raise ExpressionError("Invalid yaml: a key must be a text")
        entries[cast("Any", event).value] = _node(next(events), events, depth + 1)
    return entries


def _scalar(event: Any) -> Any:
    text: str = event.value
    read = _TAGGED.get(event.tag or "")
    if read is not None:
        return read(text)
    if not event.implicit[0] or event.style in ("'", '"', "|", ">"):
        return text
    return _WORDS[text] if text in _WORDS else plain_value(text)


def plain_value(text: str) -> Any:
    """What a text without quotes means."""
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.fullmatch(text):
        return _integer(text)
    if _FLOAT.fullmatch(text):
        return float(text.replace("_", ""))
    if _NO_NUMBER.fullmatch(text):
        raise ExpressionError(f"Invalid yaml: '{text}' is no number of JSON")
    return text


def _integer(text: str) -> Any:
    """An integer in one of four notations; a text when there is no digit behind the mark, or an 8 in an octal number."""
    sign, size = ("-" if text.startswith("-") else "", text.lstrip("+-"))
    mark, base = next(each for each in _NOTATIONS if size.startswith(each[0]) and size != each[0])
    try:
        return int(sign + size.removeprefix(mark).replace("_", ""), base)
    except ValueError:
        return text


_NOTATIONS = (("0x", 16), ("0X", 16), ("0b", 2), ("0", 8), ("", 10))


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ExpressionError(f"Invalid yaml: '{text}' is tagged as a number with a fraction, and is none") from None


_TAGGED: dict[str, Callable[[str], Any]] = {
    "tag:yaml.org,2002:int": lambda text: _integer(text) if _INTEGER.fullmatch(text) else text,
    "tag:yaml.org,2002:float": _float,
    "tag:yaml.org,2002:bool": lambda text: {**_BOOLEANS, **_WORDS}.get(text, text),
}
"""What texts with a tag (``!!int '5'``) mean; an integer or a boolean that is none is a text."""

# writing


def dump(value: Any) -> str:
    """A value as a YAML document, in the form that Kestra writes."""
    lines: list[str] = []
    if isinstance(value, Mapping) and value:
        _write_map(cast("Mapping[Any, Any]", value), 0, lines)
    elif is_list(value) and value:
        _write_list(value, 0, lines)
    else:
        text = _inline(value, 0)
        lines.append(f"--- {text}" if text == '""' else text)
    return "\n".join(lines) + "\n"


def _write_map(entries: Mapping[Any, Any], indent: int, lines: list[str]) -> None:
    limits.spend(limits.NEST + (indent >> 2))
    blank = " " * indent
    for key in entries:
        name = _key(key) if isinstance(key, str) else _inline(key, indent)
        _write_entry(f"{blank}{name}{blank}" if name.endswith("\n") else f"{blank}{name}", entries[key], indent, lines)


def _write_entry(head: str, value: Any, indent: int, lines: list[str]) -> None:
    if isinstance(value, Mapping) and value:
        lines.append(f"{head}:")
        _write_map(cast("Mapping[Any, Any]", value), indent + 2, lines)
    elif is_list(value) and value:
        lines.append(f"{head}:")
        _write_list(value, indent, lines)
    else:
        lines.append(f"{head}: {_inline(value, indent + 2)}")


def _write_list(items: Any, indent: int, lines: list[str]) -> None:
    limits.spend(limits.NEST + (indent >> 2))
    dash = " " * (indent + 1) + "-"
    for item in items:
        if isinstance(item, Mapping) and item:
            lines.append(dash)
            _write_map(cast("Mapping[Any, Any]", item), indent + 2, lines)
        elif is_list(item) and item:
            lines.append(dash)
            _write_list(item, indent + 2, lines)
        else:
            lines.append(f"{dash} {_inline(item, indent + 2)}")


def _inline(value: Any, indent: int) -> str:
    """A scalar, or an empty list or map."""
    limits.spend(4)
    if isinstance(value, str):
        return _text(value, indent)
    if isinstance(value, Entry):
        return _text(java_text(value), indent)
    if isinstance(value, Mapping):
        return "{}"
    return "[]" if is_list(value) else java_text(value)


def _text(text: str, indent: int) -> str:
    """A text without quotes where Kestra needs none, else in its quotes."""
    if not text or _is_quoted(text):
        return _double_quoted(text)
    analysis: Any = _emitter().analyze_scalar(text)
    if "\n" in text:
        return _block(text, indent) if analysis.allow_block and "\r" not in text else _double_quoted(text)
    return _plain_or_quoted(text, plain=analysis.allow_block_plain and not _OCTAL.fullmatch(text), analysis=analysis)


def _plain_or_quoted(text: str, *, plain: bool, analysis: Any) -> str:
    if plain:
        return text
    return "'" + text.replace("'", "''") + "'" if analysis.allow_single_quoted else _double_quoted(text)


def _is_quoted(text: str) -> bool:
    """Whether it gets double quotes: a word with a meaning, or signs that could have one."""
    return "\n" not in text and (text in _RESERVED or text[0] == "~" or _SIGNS.search(text) is not None)


def _key(text: str) -> str:
    """A text as the key of a map."""
    if not text or "\n" in text or len(text) > _LONGEST_KEY:
        return f"? {_key_text(text)}\n"
    return _key_text(text)


def _key_text(text: str) -> str:
    if not text or "\n" in text or text in _RESERVED or _NUMBER_LIKE.match(text):
        return _double_quoted(text)
    analysis: Any = _emitter().analyze_scalar(text)
    return _plain_or_quoted(text, plain=analysis.allow_block_plain, analysis=analysis)


_RESERVED = frozenset(
    form
    for word in ("false", "n", "no", "null", "on", "off", "true", "y", "yes")
    for form in (word, word.title(), word.upper())
)
_SIGNS = re.compile(r"[\[\]{},]|(?:^|[ \t])#|:(?:$|[ \t])")
_OCTAL = re.compile(r"0[0-9_]+")
_NUMBER_LIKE = re.compile(r"[0-9.~+-]")
"""How a key begins that gets quotes because it could be a number (or null)."""
_LONGEST_KEY = 128


def _emitter() -> Any:
    emitter: Any = yaml.Dumper(StringIO(), allow_unicode=True)
    return emitter


def _block(text: str, indent: int) -> str:
    """A literal block: ``|``, with a sign for the line ends behind it."""
    margin = " " * max(indent, 2)
    hint = "2" if text[0] in " \n" else ""
    stripped = text.rstrip("\n")
    chomp = "-" if stripped == text else "" if text == stripped + "\n" and stripped else "+"
    body = "\n".join(margin + line if line else "" for line in text.removesuffix("\n").split("\n"))
    return f"|{hint}{chomp}\n{body}"


_ESCAPES = {
    "\0": "\\0",
    "\a": "\\a",
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\v": "\\v",
    "\f": "\\f",
    "\r": "\\r",
    "\x1b": "\\e",
    '"': '\\"',
    "\\": "\\\\",
    "\x85": "\\N",
    "\u2028": "\\L",
    "\u2029": "\\P",
}


def _double_quoted(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(each) or (each if each.isprintable() else _numbered(each)) for each in text) + '"'


def _numbered(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
