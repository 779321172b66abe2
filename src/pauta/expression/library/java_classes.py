r"""Character classes of Java's regular expressions: ``\d``, ``\p{Alpha}``, ``[a-z&&[^aeiou]]``.

A class is written for two engines: *linear* (RE2; None where it cannot say it) and *backtracking* (``regex``, version 1,
which has nested classes and intersections).
"""

from __future__ import annotations

from typing import NamedTuple

from pauta.errors import ExpressionError


class Written(NamedTuple):
    """A piece of a pattern for both engines; None: the linear one cannot say it."""

    linear: str | None
    backtracking: str


class Set(NamedTuple):
    """What stands inside of a class, without its brackets; ``negative``: all but these characters."""

    linear: str | None
    backtracking: str
    negative: bool = False

    @property
    def written(self) -> Written:
        """With its brackets."""
        mark = "^" if self.negative else ""
        linear = None if self.linear is None else f"[{mark}{self.linear}]"
        return Written(linear, f"[{mark}{self.backtracking}]")

    @property
    def item(self) -> Written:
        """As a part of another class."""
        if not self.negative:
            return Written(self.linear, self.backtracking)
        return Written(None, f"[^{self.backtracking}]")


def literal(character: str) -> str:
    """A character as itself, outside and inside of classes."""
    return character if character.isalnum() or not character.isascii() else f"\\x{ord(character):02x}"


def _same(text: str, *, negative: bool = False) -> Set:
    return Set(text, text, negative)


LINE_ENDS = "\n\r\x85\u2028\u2029"
_SPACE = " \\t\\n\\x0b\\f\\r"
_BLANKS = " \\t\xa0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000"
_VERTICAL = "\\n\\x0b\\f\\r\x85\u2028\u2029"
ESCAPES: dict[str, Set] = {
    "d": _same("0-9"),
    "w": _same("A-Za-z0-9_"),
    "s": _same(_SPACE),
    "h": _same(_BLANKS),
    "v": _same(_VERTICAL),
}
"""Classes of one letter; in upper case they are negative."""
UNICODE_ESCAPES: dict[str, Set] = {
    **ESCAPES,
    "d": _same("\\p{Nd}"),
    "w": _same("\\p{L}\\p{M}\\p{Nd}\\p{Pc}"),
    "s": _same(f"{_SPACE}\x85\\p{{Z}}"),
}
"""What they mean with the flag ``U``."""
_ASCII = {
    "Lower": "a-z",
    "Upper": "A-Z",
    "ASCII": "\\x00-\\x7f",
    "Alpha": "A-Za-z",
    "Digit": "0-9",
    "Alnum": "A-Za-z0-9",
    "Punct": "\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e",
    "Graph": "\\x21-\\x7e",
    "Print": "\\x20-\\x7e",
    "Blank": " \\t",
    "Cntrl": "\\x00-\\x1f\\x7f",
    "XDigit": "0-9A-Fa-f",
    "Space": _SPACE,
    "javaLowerCase": "\\p{Ll}",
    "javaUpperCase": "\\p{Lu}",
    "javaTitleCase": "\\p{Lt}",
    "javaDigit": "\\p{Nd}",
    "javaLetter": "\\p{L}",
    "javaLetterOrDigit": "\\p{L}\\p{Nd}",
    "javaWhitespace": _SPACE,
}
_CATEGORIES = frozenset(
    [
        "L",
        "Lu",
        "Ll",
        "Lt",
        "Lm",
        "Lo",
        "M",
        "Mn",
        "Mc",
        "Me",
        "N",
        "Nd",
        "Nl",
        "No",
        "P",
        "Pc",
        "Pd",
        "Ps",
        "Pe",
        "Pi",
        "Pf",
        "Po",
        "S",
        "Sm",
        "Sc",
        "Sk",
        "So",
        "Z",
        "Zs",
        "Zl",
        "Zp",
        "C",
        "Cc",
        "Cf",
        "Co",
        "Cs",
    ]
)
_BINARY = {
    "alphabetic": "Alphabetic",
    "ideographic": "Ideographic",
    "letter": "L",
    "lowercase": "Lowercase",
    "uppercase": "Uppercase",
    "titlecase": "Lt",
    "punctuation": "P",
    "control": "Cc",
    "white_space": "White_Space",
    "digit": "Nd",
    "hex_digit": "Hex_Digit",
}
_SCRIPTS = frozenset(
    [
        "latin",
        "greek",
        "cyrillic",
        "armenian",
        "hebrew",
        "arabic",
        "syriac",
        "thaana",
        "devanagari",
        "bengali",
        "tamil",
        "telugu",
        "thai",
        "georgian",
        "hangul",
        "ethiopic",
        "mongolian",
        "hiragana",
        "katakana",
        "bopomofo",
        "han",
        "yi",
        "common",
        "inherited",
    ]
)


def prop(name: str, *, negative: bool) -> Set:
    r"""The class of ``\p{name}``. Raises ExpressionError when there is none."""
    if name in _ASCII:
        return _same(_ASCII[name], negative=negative)
    key, _, value = name.rpartition("=")
    if key in ("blk", "block") or name.startswith("In"):
        return Set(None, f"\\p{{Block={value if key else name[2:]}}}", negative)
    value = value if key else name.removeprefix("Is")
    if value in _CATEGORIES and key in ("", "gc", "general_category"):
        return _same(f"\\p{{{value}}}", negative=negative)
    if value.lower() in _BINARY and name.startswith("Is"):
        return Set(None, f"\\p{{{_BINARY[value.lower()]}}}", negative)
    if value.lower() in _SCRIPTS and (name.startswith("Is") or key in ("sc", "script")):
        return Set(f"\\p{{{value.title()}}}", f"\\p{{Script={value}}}", negative)
    raise ExpressionError(f"there is no class of characters '{name}'")


def united(parts: list[Set], *, negative: bool) -> Set:
    """The characters of any of the parts."""
    items = [part.item for part in parts]
    linear = [item.linear for item in items]
    if len(parts) == 1 and parts[0].negative:
        return parts[0]._replace(negative=not negative)
    known = None if None in linear else "".join(each for each in linear if each is not None)
    return Set(known, "".join(item.backtracking for item in items), negative)


def intersected(operands: list[Set], *, negative: bool) -> Set:
    """The characters of all operands."""
    if len(operands) == 1:
        return operands[0] if not negative else operands[0]._replace(negative=not operands[0].negative)
    return Set(None, "&&".join(each.written.backtracking for each in operands), negative)
