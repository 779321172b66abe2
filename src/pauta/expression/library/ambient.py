"""Functions whose result is different every time.

They compute from what the scope gives: an instant (``now``), random bytes (``random``), a free port (``randomPort``).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast

from pauta.errors import ExpressionError
from pauta.expression.catalog import function
from pauta.expression.dialect import Dialect
from pauta.expression.frame import Frame
from pauta.expression.kinds import is_long
from pauta.expression.library import given

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_NANO = "_-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LONGEST = 1000
_KSUID_EPOCH = 1_400_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def present(frame: Frame) -> datetime:
    """The present time, in UTC."""
    instant = frame.scope.outside("now", {})
    return instant if isinstance(instant, datetime) else _EPOCH + timedelta(microseconds=cast("int", instant))


def random(frame: Frame, count: int) -> bytes:
    """Random bytes."""
    return cast("bytes", frame.scope.outside("random", {"bytes": count}))


@function("now", "format", "timeZone", "existingFormat", "locale", framed=True, ambient=True)
def now(frame: Frame, form: Any = given.ABSENT, time_zone: Any = None, existing: Any = None, locale: Any = None) -> str:
    """The present time as text, formatted like ``date`` does it."""
    from pauta.expression.library.dates import date

    return cast("str", date(present(frame), form, time_zone, existing, locale))


@function("uuid", framed=True, ambient=True)
def uuid(frame: Frame) -> str:
    """A UUID that sorts by time (version 7)."""
    digits = f"{_uuid7(frame):032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


@function("id", framed=True, ambient=True)
def identifier(frame: Frame) -> str:
    """An id of letters and digits, like those of executions."""
    return _base62(_uuid7(frame), 22)


@function("ksuid", framed=True, ambient=True)
def ksuid(frame: Frame) -> str:
    """A KSUID: 27 letters and digits that sort by time."""
    seconds = int(present(frame).timestamp()) - _KSUID_EPOCH
    return _base62(seconds << 128 | int.from_bytes(random(frame, 16), "big"), 27)


@function("nanoId", "length", "alphabet", framed=True, ambient=True)
def nano_id(frame: Frame, length: Any, alphabet: Any) -> str:
    """A random text of 21 characters, or of another length or alphabet."""
    letters = alphabet if isinstance(alphabet, str) else _NANO
    count = length if is_long(length) else 21
    least = 1 if frame.dialect is Dialect.V2 else 0
    if not least <= count <= _LONGEST or not letters:
        raise ExpressionError(f"'length' must be between {least} and {_LONGEST}, and 'alphabet' not empty")
    return "".join(letters[number % len(letters)] for number in _numbers(frame, count))


@function("randomInt", "lower", "upper", framed=True, ambient=True)
def random_int(frame: Frame, lower: Any, upper: Any) -> int:
    """A random integer, at least ``lower`` and less than ``upper``."""
    least, end = _bound(lower, "lower"), _bound(upper, "upper")
    if end < least:
        raise ExpressionError("upper is less than lower")
    return least if end == least else least + int.from_bytes(random(frame, 16), "big") % (end - least)


@function("randomPort", framed=True, ambient=True)
def random_port(frame: Frame) -> object:
    """A TCP port that is free on this machine."""
    return frame.scope.outside("randomPort", {})


@function("encrypt", "key", "plaintext", framed=True, ambient=True)
def encrypt(frame: Frame, key: Any, plaintext: Any) -> str:
    """A text encrypted with a key (AES-GCM, key and result in Base64)."""
    from pauta.expression.library import sealing

    if key is None or plaintext is None:
        raise ExpressionError("The 'encrypt' function expects two arguments 'key' and 'plaintext'")
    return sealing.sealed(given.text(key, "'key'"), given.text(plaintext, "'plaintext'"), random(frame, 12))


def _bound(value: Any, name: str) -> int:
    return given.long(value, f"'{name}'")


def _numbers(frame: Frame, count: int) -> list[int]:
    """Random numbers, large enough that a remainder is evenly spread."""
    found = random(frame, 8 * count) if count else b""
    return [int.from_bytes(found[start : start + 8], "big") for start in range(0, len(found), 8)]


def _uuid7(frame: Frame) -> int:
    milliseconds = (present(frame) - _EPOCH) // timedelta(milliseconds=1)
    noise = int.from_bytes(random(frame, 10), "big")
    return milliseconds << 80 | 7 << 76 | (noise >> 66 & 0xFFF) << 64 | 2 << 62 | noise & ((1 << 62) - 1)


def _base62(number: int, length: int) -> str:
    text = ""
    for _ in range(length):
        number, digit = divmod(number, 62)
        text = _BASE62[digit] + text
    return text
