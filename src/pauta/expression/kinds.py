"""Kinds of values that Java tells apart and Python does not.

Kestra computes with Java's classes, and a flow can see them: an integer that an expression writes or computes is a Long,
one that was read from JSON an Integer; they are equal, but a list of the one does not contain the other. What is read
from outside is plain Python (an int is an Integer when 32 bits hold it, else a Long, else a BigInteger; a float is a
Double, a Decimal a BigDecimal, a dict a LinkedHashMap, a list an ArrayList); these classes stand for the rest. They exist
only while an expression is evaluated: ``plain`` takes them off its result.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self, cast

from pauta.errors import ExpressionError
from pauta.expression import limits

_INTEGER = 1 << 31
_LONG = 1 << 63


class Long(int):
    """An integer of 64 bits that an expression wrote or computed."""

    __slots__ = ()


class Float(float):
    """A number of 32 bits: its value is one that 32 bits can hold."""

    __slots__ = ()

    def __new__(cls, value: float) -> Self:
        """The nearest value that 32 bits can hold, infinity too."""
        return super().__new__(cls, struct.unpack("f", struct.pack("f", value))[0])


class Character(str):
    """One character of a text: no text, so what needs a text refuses it."""

    __slots__ = ()


class Array(list[Any]):
    """An array, which ``split`` gives: it has items like a list, but what needs a list refuses it."""

    __slots__ = ()


class View(list[Any]):
    """The keys or the values of a map: they can be gone through, but are no list."""

    __slots__ = ()


class Fixed(list[Any]):
    """A list that nothing can be added to, and that is not sorted in place."""

    __slots__ = ()


class HashMap(dict[Any, Any]):
    """A map that an expression made: its entries have the order of Java's HashMap."""

    __slots__ = ()


def java_class(value: Any) -> str:
    """The name of the class that a value has in Java."""
    kind = cast("type[Any]", type(value))
    if kind is int:
        return "java.lang." + ("Integer" if fits_integer(value) else "Long") if fits_long(value) else _BIG
    found = _CLASSES.get(kind)
    if found is not None:
        return found
    return next((name for base, name in _BASES if isinstance(value, base)), "java.lang.Object")


_BIG = "java.math.BigInteger"
_CLASSES: dict[type[Any], str] = {
    str: "java.lang.String",
    bool: "java.lang.Boolean",
    float: "java.lang.Double",
    Long: "java.lang.Long",
    Float: "java.lang.Float",
    Character: "java.lang.Character",
    Decimal: "java.math.BigDecimal",
    Array: "[Ljava.lang.String;",
    View: "java.util.LinkedHashMap$LinkedKeySet",
    Fixed: "java.util.ImmutableCollections$ListN",
    HashMap: "java.util.HashMap",
}
_BASES: tuple[tuple[type[Any], str], ...] = (
    (Mapping, "java.util.LinkedHashMap"),
    (list, "java.util.ArrayList"),
    (datetime, "java.time.Instant"),
    (date, "java.time.LocalDate"),
)


def fits_integer(value: int) -> bool:
    """Whether 32 bits hold it."""
    return -_INTEGER <= value < _INTEGER


def fits_long(value: int) -> bool:
    """Whether 64 bits hold it."""
    return -_LONG <= value < _LONG


def is_integer(value: Any) -> bool:
    """Whether it is Java's Integer."""
    return type(value) is int and fits_integer(value)


def is_long(value: Any) -> bool:
    """Whether it is Java's Long."""
    return type(value) is Long or (type(value) is int and not fits_integer(value) and fits_long(value))


def wrapped(value: int, bits: int) -> int:
    """What is left of an integer in so many bits."""
    half = 1 << (bits - 1)
    return value if -half <= value < half else (value + half) % (half << 1) - half


# the order of Java's HashMap


def hash_map(entries: Iterable[tuple[Any, Any]], capacity: int) -> HashMap:
    """A map of entries in the order in which Java's HashMap goes through them.

    ``capacity`` is the size that the map was made for; it grows when more than three quarters of it are full.
    """
    found = dict(entries)
    size = 1 << max(capacity - 1, 0).bit_length()
    while 4 * len(found) > 3 * size:
        size *= 2
    return HashMap((key, found[key]) for key in sorted(found, key=lambda key: _spread(java_hash(key)) & (size - 1)))


def literal_capacity(count: int) -> int:
    """The size that the map of a literal with so many entries is made for."""
    return -(-4 * count // 3)


def _spread(code: int) -> int:
    code &= 0xFFFFFFFF
    return code ^ code >> 16


def java_hash(value: Any) -> int:
    """The hash code that a value has in Java, as an unsigned number of 32 bits; of a date that of its text."""
    found = next((of_kind(value) for kind, of_kind in _HASHES if isinstance(value, kind)), None)
    return _text_hash(str(value)) if found is None else found & 0xFFFFFFFF


def _integer_hash(value: int) -> int:
    """An Integer's is itself, a Long's folds its halves, a BigInteger's mixes its words of 32 bits, the highest first."""
    if fits_long(value):
        return value if is_integer(value) else value ^ value >> 32
    limits.spend(value.bit_length() >> 5)
    code = 0
    for word in struct.iter_unpack(">I", abs(value).to_bytes((value.bit_length() + 31) // 32 * 4, "big")):
        code = (31 * code + word[0]) & 0xFFFFFFFF
    return -code if value < 0 else code


def _double_hash(value: float) -> int:
    bits = int.from_bytes(struct.pack(">d", value), "big")
    return bits ^ bits >> 32


def _map_hash(entries: Mapping[Any, Any]) -> int:
    return sum(java_hash(key) ^ java_hash(entries[key]) for key in entries)


def _list_hash(items: list[Any]) -> int:
    code = 1
    for item in items:
        code = (31 * code + java_hash(item)) & 0xFFFFFFFF
    return code


def _text_hash(text: str) -> int:
    limits.spend(len(text))
    units = text.encode("utf-16-le", "surrogatepass")
    code = 0
    for at in range(0, len(units), 2):
        code = (31 * code + units[at] + (units[at + 1] << 8)) & 0xFFFFFFFF
    return code


_HASHES: tuple[tuple[type[Any], Callable[[Any], int]], ...] = (
    (type(None), lambda _: 0),
    (bool, lambda value: 1231 if value else 1237),
    (int, _integer_hash),
    (float, _double_hash),
    (Mapping, _map_hash),
    (list, _list_hash),
)

# what an expression may hold

ADMITTED: set[type[Any]] = {type(None), bool, int, float, str, bytes, Decimal, date, datetime, dict, list, tuple, set}
"""The types that were found to be plain data: asked before ``admit``, because that takes longer."""


def admit(value: Any) -> None:
    """Refuse what is no plain data. Raises ExpressionError."""
    kind = cast("type[Any]", type(value))
    if not isinstance(value, _DATA):
        raise ExpressionError(f"a value of the type {kind.__name__} cannot be used in an expression")
    ADMITTED.add(kind)


_DATA = (Mapping, *ADMITTED)

# taking the kinds off

_PLAIN = frozenset({str, int, float, bool, type(None), Decimal})


def plain(value: Any) -> Any:
    """A value without the kinds of this file, at any depth."""
    kind = cast("type[Any]", type(value))
    if kind in _PLAIN:
        return value
    if isinstance(value, dict):
        entries = cast("dict[Any, Any]", value)
        limits.spend(4 * len(entries) + limits.NEST)
        return {plain(key): plain(entries[key]) for key in entries}
    if isinstance(value, list):
        items = cast("list[Any]", value)
        limits.spend(2 * len(items) + limits.NEST)
        return [plain(item) for item in items]
    convert = _CONVERSIONS.get(kind)
    if convert is not None:
        return convert(value)
    if kind not in ADMITTED:
        admit(value)
    return value


def shortest(value: Float) -> float:
    """The number with the fewest digits that is nearest to a number of 32 bits: what Java writes."""
    for digits in range(1, 10):
        found = float(f"{value:.{digits}g}")
        if Float(found) == value:
            return found
    return float(value)


_CONVERSIONS: dict[type[Any], Any] = {Long: int, Character: str, Float: shortest}
