"""MurmurHash3 (the 128-bit form for 64-bit machines, by Austin Appleby, public domain), which Kestra's keys contain."""

from __future__ import annotations

import struct

_MASK = (1 << 64) - 1
_ONE, _TWO = 0x87C37B91114253D5, 0x4CF5AD432745937F


def murmur(data: bytes) -> str:
    """The hash, in hexadecimal digits."""
    first = second = 0
    whole = len(data) & ~15
    for low, high in struct.iter_unpack("<QQ", data[:whole]):
        first = (_rotated(first ^ _mixed_low(low), 27) + second) * 5 + 0x52DCE729 & _MASK
        second = (_rotated(second ^ _mixed_high(high), 31) + first) * 5 + 0x38495AB5 & _MASK
    low, high = struct.unpack("<QQ", data[whole:].ljust(16, b"\0"))
    first, second = first ^ _mixed_low(low) ^ len(data), second ^ _mixed_high(high) ^ len(data)
    first = first + second & _MASK
    second = second + first & _MASK
    first, second = _final(first), _final(second)
    first = first + second & _MASK
    return struct.pack("<QQ", first, second + first & _MASK).hex()


def _mixed_low(value: int) -> int:
    return _rotated(value * _ONE & _MASK, 31) * _TWO & _MASK


def _mixed_high(value: int) -> int:
    return _rotated(value * _TWO & _MASK, 33) * _ONE & _MASK


def _rotated(value: int, bits: int) -> int:
    return (value << bits | value >> 64 - bits) & _MASK


def _final(value: int) -> int:
    value = (value ^ value >> 33) * 0xFF51AFD7ED558CCD & _MASK
    value = (value ^ value >> 33) * 0xC4CEB9FE1A85EC53 & _MASK
    return value ^ value >> 33
