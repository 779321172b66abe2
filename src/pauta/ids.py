"""Sortable ids: base62 of a UUIDv7, 22 characters, and ids derived from another one.

Kestra: ids are base62 texts of UUIDs. Ours sort by time, which keeps database pages warm.
"""

from __future__ import annotations

import hashlib
import secrets

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LENGTH = 22


def new(now: int) -> str:
    """A new id at the instant ``now`` (microseconds)."""
    return _encode(_uuid7(now // 1000, secrets.randbits(74)))


def derived(parent: str, number: int) -> str:
    """The ``number``-th id that belongs to ``parent``: the same arguments give the same id.

    It keeps the parent's time, so that what belongs together is stored together. The engine names task runs
    with it: replaying the same events gives the same rows.
    """
    milliseconds = _decode(parent) >> 80
    digest = hashlib.blake2b(f"{parent}/{number}".encode(), digest_size=10).digest()
    return _encode(_uuid7(milliseconds, int.from_bytes(digest) & ((1 << 74) - 1)))


def created_at(identity: str) -> int:
    """The instant that an id was made at (microseconds, to the millisecond)."""
    return (_decode(identity) >> 80) * 1000


def _uuid7(milliseconds: int, random: int) -> int:
    high, low = random >> 62, random & ((1 << 62) - 1)
    return (milliseconds & ((1 << 48) - 1)) << 80 | 7 << 76 | high << 64 | 2 << 62 | low


def _encode(number: int) -> str:
    text = ""
    for _ in range(_LENGTH):
        number, digit = divmod(number, 62)
        text = _DIGITS[digit] + text
    return text


def _decode(text: str) -> int:
    number = 0
    for character in text:
        number = number * 62 + _DIGITS.index(character)
    return number
