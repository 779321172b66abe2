"""What an unquoted word of YAML means: YAML 1.1 as Kestra reads it.

``yes`` and ``on`` are true, ``010`` is eight, ``1_000`` a thousand; dates, times and ``1:30`` stay texts, and so does
``08``. Nothing at all is an empty text, only ``~`` and ``null`` are null. Keys are texts as written.
"""

from __future__ import annotations

import re
from math import isinf

Scalar = str | int | float | bool | None

_WORDS: dict[str, bool | None] = {
    **{word: True for plain in ("yes", "true", "on") for word in (plain, plain.capitalize(), plain.upper())},
    **{word: False for plain in ("no", "false", "off") for word in (plain, plain.capitalize(), plain.upper())},
    **dict.fromkeys(("~", "null", "Null", "NULL")),
}
_INTEGER = re.compile(
    r"([-+]?)(?:0b_*([01][01_]*)|0x_*([0-9a-fA-F][0-9a-fA-F_]*)|0([0-7_]+)|(0|[1-9][0-9_]*))", re.ASCII
)
_BASES = (2, 16, 8, 10)
_DECIMAL = re.compile(
    r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*|[0-9][0-9_]*(?=[eE]))(?:[eE][-+]?[0-9]+)?", re.ASCII
)
_NOT_FINITE = re.compile(
    r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*", re.ASCII
)
_FIRST = frozenset("0123456789+-.ynotfYNOTF~")
_TAG = "tag:yaml.org,2002:"
LONGEST_NUMBER = 1000
"""Digits of a number; the work of reading one grows with the square of its length."""


def value_of(text: str, tag: str | None, *, quoted: bool) -> Scalar:
    """The value of a scalar. Raises ValueError with what is wrong with it."""
    if tag is not None and tag != "!":
        return _tagged(text, tag)
    return text if quoted else _plain(text)


def _plain(text: str) -> Scalar:
    if not text or text[0] not in _FIRST:
        return text
    if text in _WORDS:
        return _WORDS[text]
    return _number(text) if text[0] in "0123456789+-." else text


def _number(text: str) -> Scalar:
    found = _INTEGER.fullmatch(text)
    if found is not None:
        return _integer(text, found)
    if _DECIMAL.fullmatch(text):
        return _decimal(text)
    if _NOT_FINITE.fullmatch(text):
        raise ValueError(f"'{text}' is not a number that a flow can hold; quote it if it is a text")
    return text


def _integer(text: str, found: re.Match[str]) -> int:
    _check_length(text)
    sign, *digits = found.groups()
    base, number = next((base, number) for base, number in zip(_BASES, digits, strict=True) if number is not None)
    value = int(number.replace("_", "") or "0", base)
    return -value if sign == "-" else value


def _decimal(text: str) -> float:
    _check_length(text)
    value = float(text.replace("_", ""))
    if isinf(value):
        raise ValueError(f"the number {text} is too large")
    return value


def _check_length(text: str) -> None:
    if len(text) > LONGEST_NUMBER:
        raise ValueError(f"a number of {len(text)} digits is too long; quote it if it is a text")


def _tagged(text: str, tag: str) -> Scalar:
    """Kestra knows these tags; any other one means a text."""
    kind = tag.removeprefix(_TAG) if tag.startswith(_TAG) else ""
    if kind == "null":
        return None
    if kind in ("int", "float", "bool"):
        return _of_kind(text, kind)
    return text


def _of_kind(text: str, kind: str) -> Scalar:
    value = _plain(text)
    if kind == "bool" and isinstance(value, bool):
        return value
    if kind == "int" and isinstance(value, int) and not isinstance(value, bool):
        return value
    if kind == "float" and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise ValueError(f"'{text}' is no {kind}")
