"""Filters on texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, cast

from pauta.errors import ExpressionError
from pauta.expression import limits
from pauta.expression.catalog import filter  # noqa: A004 -- its name
from pauta.expression.dialect import Dialect
from pauta.expression.frame import Frame
from pauta.expression.kinds import hash_map
from pauta.expression.library import given
from pauta.expression.values import JAVA_SPACE, cut16, is_empty, is_java_list, java_text, length16

_DOTS = "..."
_LINES = re.compile(r"\r\n|\n|\r")
_FIXED_SPACES = "\xa0\u2007\u202f"
"""White space that no line is broken at: for Java it is none."""
_WORD_START = re.compile(rf"(^|[^\S{_FIXED_SPACES}])(\S|[{_FIXED_SPACES}])")


@filter("upper")
def upper(value: Any) -> str | None:
    """The text in upper case."""
    return None if value is None else java_text(value).upper()


@filter("lower")
def lower(value: Any) -> str | None:
    """The text in lower case."""
    return None if value is None else java_text(value).lower()


@filter("capitalize")
def capitalize(value: Any) -> str | None:
    """The text with its first letter in upper case; the others stay."""
    if value is None:
        return None
    text = given.text(value, "the value")
    start = next((at for at, each in enumerate(text) if not each.isspace() or each in _FIXED_SPACES), 0)
    return text[:start] + _title_case(text[start : start + 1]) + text[start + 1 :]


@filter("title")
def title(value: Any) -> str | None:
    """The text with the first letter of each word in upper case."""
    if value is None:
        return None
    text = given.text(value, "the value")
    limits.spend(len(text) >> 1)
    return _WORD_START.sub(lambda found: found.group(1) + _title_case(found.group(2)), text)


def _title_case(character: str) -> str:
    """A character in title case, when that is one character (not so for ``ß``)."""
    found = character.title()
    return found if len(found) == 1 else character


@filter("trim")
def trim(value: Any) -> str | None:
    """The text without white space around it."""
    return None if value is None else given.text(value, "the value").strip(JAVA_SPACE)


@filter("abbreviate", "length")
def abbreviate(value: Any, length: Any) -> str | None:
    """The text, when it is longer cut to this length and ended with three dots."""
    if value is None:
        return None
    text = given.text(value, "the value")
    most, size = given.long(length, "'length'"), length16(text)
    if most < 0:
        raise ExpressionError("'length' must not be negative")
    if size < most or size <= len(_DOTS):
        return text
    return cut16(text, 0, most) if most <= len(_DOTS) else cut16(text, 0, most - len(_DOTS)) + _DOTS


@filter("default", "default")
def default(value: Any, default: Any) -> Any:
    """Another value where this one is undefined, null or empty."""
    return default if is_empty(value) else value


@filter("string")
def string(value: Any) -> str | None:
    """The value as a text."""
    return None if value is None else java_text(value)


@filter("nl2br")
def nl2br(value: Any) -> str | None:
    """The text with ``<br />`` for each end of line."""
    if value is None:
        return None
    return _LINES.sub("<br />", given.text(value, "the value"))


@filter("startsWith", "value", framed=True)
def starts_with(frame: Frame, value: Any, prefix: Any) -> bool:
    """Whether the text begins with another."""
    start = java_text(given.required(prefix, "value"))
    return _is_there(frame, value) and java_text(value).startswith(start)


@filter("endsWith", "value", framed=True)
def ends_with(frame: Frame, value: Any, suffix: Any) -> bool:
    """Whether the text ends with another."""
    end = java_text(given.required(suffix, "value"))
    return _is_there(frame, value) and java_text(value).endswith(end)


def _is_there(frame: Frame, value: Any) -> bool:
    """Whether it is not null, which the first dialect refuses."""
    if value is None and frame.dialect is Dialect.V1:
        raise ExpressionError("the value is null")
    return value is not None


def _separator(value: Any) -> str | None:
    return None if given.provided(value, "separator") is None else given.text(value, "'separator'")


@filter("substringBefore", "separator")
def substring_before(value: Any, separator: Any = given.ABSENT) -> str | None:
    """What stands before the first separator; the whole text when there is none."""
    if value is None:
        return None
    mark, text = _separator(separator), java_text(value)
    return text if mark is None else text[: text.index(mark)] if mark in text else text


@filter("substringBeforeLast", "separator")
def substring_before_last(value: Any, separator: Any = given.ABSENT) -> str | None:
    """What stands before the last separator; the whole text when there is none."""
    if value is None:
        return None
    mark, text = _separator(separator), java_text(value)
    return text[: text.rindex(mark)] if mark and mark in text else text


@filter("substringAfter", "separator")
def substring_after(value: Any, separator: Any = given.ABSENT) -> str | None:
    """What stands behind the first separator; empty when there is none."""
    if value is None:
        return None
    mark, text = _separator(separator), java_text(value)
    return "" if mark is None else text.partition(mark)[2] if mark else text


@filter("substringAfterLast", "separator")
def substring_after_last(value: Any, separator: Any = given.ABSENT) -> str | None:
    """What stands behind the last separator; empty when there is none."""
    if value is None:
        return None
    mark, text = _separator(separator), java_text(value)
    return text.rpartition(mark)[2] if mark and mark in text else ""


@filter("slugify")
def slugify(value: Any) -> str | None:
    """The text as part of a path or an address: lower case, words joined by dashes, no accents."""
    if value is None:
        return None
    from unicodedata import normalize

    text = re.sub(r"\s", "-", java_text(value))
    text = re.sub(r"[^A-Za-z0-9_-]", "", normalize("NFD", text)).replace("_", "-")
    return re.sub(r"-+", "-", text).strip("-").lower()


# lines


@filter("indent", "amount", "prefix")
def indent(value: Any, amount: Any = given.ABSENT, prefix: Any = " ") -> str | None:
    """All lines but the first moved to the right: ``amount`` times the prefix, which is a blank."""
    if value is None:
        return None
    text = java_text(value)
    return _indented(text, _line_end(text), _margin(amount, prefix)) if text else ""


@filter("nindent", "amount", "prefix")
def nindent(value: Any, amount: Any = given.ABSENT, prefix: Any = " ") -> str | None:
    """A new line, then all lines moved to the right: ``amount`` times the prefix, which is a blank."""
    if value is None:
        return None
    text = java_text(value)
    end = _line_end(text)
    return _indented(end + text, end, _margin(amount, prefix)) if text else ""


def _margin(amount: Any, prefix: Any) -> str:
    count = given.long(given.provided(amount, "amount"), "'amount'")
    if count < 0:
        raise ExpressionError("'amount' must not be negative")
    mark = given.text(prefix, "'prefix'")
    limits.check_text(count * len(mark))
    return mark * count


def _line_end(text: str) -> str:
    return next((end for end in ("\r\n", "\n\r", "\n", "\r") if end in text), "\n")


def _indented(text: str, end: str, margin: str) -> str:
    limits.check_text(len(text) + len(margin) * text.count(end))
    return text.replace(end, end + margin)


# escapes

_NEW_MAP = 16
"""The size that Java makes a map for when nothing is known of it."""
_ESCAPES: dict[str, tuple[str, str]] = {
    "single": ("'", "\\'"),
    "double": ('"', '\\"'),
    "shell": ("'", "'\\''"),
}


@filter("escapeChar", "type")
def escape_char(value: Any, kind: Any) -> Any:
    """Quotes escaped, in texts of lists and maps too: ``single``, ``double`` or ``shell``."""
    return None if value is None else _each_text(value, lambda text: text.replace(*_escape(kind)))


def _escape(kind: Any) -> tuple[str, str]:
    escape = _ESCAPES.get(given.text(kind, "'type'").lower())
    if escape is None:
        raise ExpressionError("'type' must be single, double or shell")
    return escape


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    """A change made to every text in a value; other scalars become texts (Kestra)."""
    limits.spend(limits.NEST)
    if type(value) is str:
        return change(value)
    if isinstance(value, Mapping):
        entries = cast("Mapping[Any, Any]", value)
        return hash_map([(key, _each_text(entries[key], change)) for key in entries], _NEW_MAP)
    if is_java_list(value):
        return [_each_text(item, change) for item in value]
    if value is None:
        raise ExpressionError("there is a null among the values")
    return change(java_text(value))


# replace and split


@filter("replace", "replace_pairs", "regexp")
def replace(value: Any, replace_pairs: Any, regexp: Any = False) -> Any:  # noqa: FBT002 -- as a flow has it
    """Texts replaced by others, pair by pair, in texts of lists and maps too; as regular expressions with ``regexp``."""
    if value is None:
        return None
    pairs = given.mapping(given.required(replace_pairs, "replace_pairs"), "'replace_pairs'")
    expressions = given.flag(regexp, "'regexp'")
    return _each_text(value, lambda text: _replaced(text, pairs, expressions))


def _replaced(text: str, pairs: Mapping[Any, Any], regexp: bool) -> str:  # noqa: FBT001 -- as the filter has it
    change = _replaced_expression if regexp else _replaced_text
    for key in pairs:
        old = java_text(key)
        text = change(text, old, java_text(given.required(pairs[key], old)))
    return text


def _replaced_text(text: str, old: str, new: str) -> str:
    longer = len(new) - len(old)
    limits.check_text(len(text) + (text.count(old) * longer if longer > 0 else 0))
    return text.replace(old, new)


def _replaced_expression(text: str, old: str, new: str) -> str:
    from pauta.expression.library import patterns

    return patterns.replace_all(text, old, new)


@filter("split", "delimiter", "limit")
def split(value: Any, delimiter: Any, limit: Any) -> list[str] | None:
    """The parts of a text between matches of a regular expression.

    A positive ``limit`` is the largest number of parts; without one, empty parts at the end are left out.
    """
    if value is None:
        return None
    from pauta.expression.library import patterns

    text = given.text(value, "the value")
    if delimiter is None:
        raise ExpressionError("missing delimiter parameter in split filter")
    count = 0 if limit is None else given.whole(limit, "'limit'")
    return patterns.split(text, given.text(delimiter, "'delimiter'"), count)
