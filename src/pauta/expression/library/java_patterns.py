"""Regular expressions of Java, written for the two engines that run them (``engines``).

Java's classes know ASCII only, its ``.`` stops at five line ends, ``$`` also matches before the line end at the end of
the text, and a flag holds to the end of its group.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from pauta.errors import ExpressionError
from pauta.expression.library import java_classes as classes
from pauta.expression.library.java_classes import LINE_ENDS, Set, Written, literal

_FLAGS = re.compile(r"\(\?([idmsuxU]*)(?:-([idmsuxU]*))?([:)])")
_NAME = re.compile(r"\(\?<([A-Za-z][A-Za-z0-9]*)>")
_AROUND = re.compile(r"\(\?(?:=|!|<=|<!|>)")
_REPEATED = re.compile(r"(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})([?+]?)")
_LEADING_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")
_MOST = (1 << 31) - 1
_CODE = re.compile(r"x([0-9A-Fa-f]{2})|x\{([0-9A-Fa-f]+)\}|u([0-9A-Fa-f]{4})")
_OCTAL = re.compile(r"0([0-3]?[0-7]{1,2})")
_CHARACTER_NAME = re.compile(r"N\{([^}]+)\}")
_PROPERTY = re.compile(r"[pP](?:\{([^}]*)\}|([A-Z]))")
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "a": "\a", "e": "\x1b"}
_END = f"(?=(?:\\r\\n|[{LINE_ENDS}])?\\Z)"
_LINE_START = f"(?:\\A|(?<=\\n|\\r(?!\\n)|[{LINE_ENDS[2:]}])(?!\\Z))"
_LINE_END = f"(?=\\Z|\\r|(?<!\\r)\\n|[{LINE_ENDS[2:]}])"


class Pattern(NamedTuple):
    r"""A pattern for both engines.

    ``linear`` is None where RE2 cannot say it. ``ends``: RE2 means something else by it in texts that end with a line;
    ``lines``: in texts with other line ends than ``\n`` too.
    """

    linear: str | None
    backtracking: str
    ends: bool
    lines: bool


def translated(pattern: str) -> Pattern:
    """A pattern of Java for both engines. Raises ExpressionError when Java could not read it either."""
    reader = _Reader(pattern)
    pieces = reader.pieces()
    linear = None if any(piece.linear is None for piece in pieces) else "".join(str(piece.linear) for piece in pieces)
    return Pattern(linear, "(?V1)" + "".join(piece.backtracking for piece in pieces), reader.ends, reader.lines)


@dataclass
class _Reader:
    """Reads a pattern from its beginning to its end."""

    text: str
    at: int = 0
    flags: frozenset[str] = frozenset()
    outer: list[frozenset[str]] = field(default_factory=list[frozenset[str]])
    names: list[str] = field(default_factory=list[str])
    groups: int = 0
    ends: bool = False
    lines: bool = False

    def pieces(self) -> list[Written]:
        found: list[Written] = []
        repeatable = False
        while self.at < len(self.text):
            if "x" in self.flags and self._skipped():
                continue
            repeated = _REPEATED.match(self.text, self.at)
            if repeated is None:
                piece, repeatable = self._piece()
                found.append(piece)
            elif repeatable:
                found.append(self._repetition(repeated))
                repeatable = False
            else:
                raise self._wrong(f"there is nothing to repeat before '{repeated.group()}'")
        if self.outer:
            raise self._wrong("a group is not closed")
        return found

    def _wrong(self, why: str) -> ExpressionError:
        return ExpressionError(f"the regular expression '{self.text}' cannot be read: {why}")

    def _skipped(self) -> bool:
        """Leave out white space, or a comment (flag ``x``)."""
        character = self.text[self.at]
        if character == "#":
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end
        elif character not in " \t\n\v\f\r":
            return False
        else:
            self.at += 1
        return True

    def _repetition(self, found: re.Match[str]) -> Written:
        self.at = found.end()
        low, _, high = found.group().strip("{}?+*").partition(",")
        if high and int(high) < int(low):
            raise self._wrong(f"the repetition '{found.group()}' is empty")
        if max(int(low or 0), int(high or 0)) > _MOST:
            raise self._wrong(f"the repetition '{found.group()}' is larger than {_MOST}")
        text = _LEADING_ZEROS.sub("", found.group())
        return Written(None if found.group(1) == "+" else text, text)

    def _piece(self) -> tuple[Written, bool]:
        """The next piece, and whether it can be repeated."""
        character = self.text[self.at]
        if character == "(":
            return self._opened()
        if character == "\\":
            return self._escape()
        self.at += 1
        if character == "[":
            return self._class().written, True
        if character == ")":
            return self._closed(), True
        if character == "{":
            raise self._wrong("'{' needs a backslash before it")
        return self._sign(character)

    def _sign(self, character: str) -> tuple[Written, bool]:
        if character == ".":
            dot = "(?s:.)" if "s" in self.flags else "[^\n]" if "d" in self.flags else f"[^{LINE_ENDS}]"
            return Written(dot, dot), True
        if character == "|":
            return Written("|", "|"), False
        if character == "^":
            return self._start(), True
        if character == "$":
            return self._end(), True
        return Written(literal(character), literal(character)), True

    def _start(self) -> Written:
        if "m" not in self.flags:
            return Written("\\A", "\\A")
        self.ends = self.lines = True
        return Written("(?m:^)", _LINE_START)

    def _end(self) -> Written:
        self.ends = True
        if "m" not in self.flags:
            return Written("\\z", _END)
        self.lines = True
        return Written("(?m:$)", _LINE_END)

    # groups

    def _opened(self) -> tuple[Written, bool]:
        flags = _FLAGS.match(self.text, self.at)
        if flags is not None and flags.group() != "(?)":
            return self._flagged(flags)
        self.outer.append(self.flags)
        named, around = _NAME.match(self.text, self.at), _AROUND.match(self.text, self.at)
        if named is not None:
            return self._named(named)
        if around is not None:
            self.at = around.end()
            return Written(None, around.group()), False
        if self.text.startswith("(?", self.at):
            raise self._wrong(f"'{self.text[self.at : self.at + 4]}' is no group")
        self.at += 1
        self.groups += 1
        return Written("(", "("), False

    def _named(self, found: re.Match[str]) -> tuple[Written, bool]:
        if found.group(1) in self.names:
            raise self._wrong(f"there are two groups '{found.group(1)}'")
        self.names.append(found.group(1))
        self.groups += 1
        self.at = found.end()
        return Written(f"(?P<{found.group(1)}>", f"(?P<{found.group(1)}>"), False

    def _flagged(self, found: re.Match[str]) -> tuple[Written, bool]:
        """``(?i)`` or ``(?i-s:``: flags of the rest of the group, or of a group of their own."""
        if found.group(3) == ":":
            self.outer.append(self.flags)
        self.at = found.end()
        self.flags = (self.flags | set(found.group(1))) - set(found.group(2) or "")
        case = "i" if "i" in found.group(1) else ""
        less = "-i" if "i" in (found.group(2) or "") else ""
        if found.group(3) == ")" and not case and not less:
            return Written("", ""), False
        text = f"(?{case}{less}{found.group(3)}"
        return Written(text, text), False

    def _closed(self) -> Written:
        if not self.outer:
            raise self._wrong("')' closes no group")
        self.flags = self.outer.pop()
        return Written(")", ")")

    # escapes

    def _escape(self) -> tuple[Written, bool]:
        if self.text.startswith("\\Q", self.at):
            return self._quoted()
        anchor = _ANCHORS.get(self.text[self.at : self.at + 2])
        if anchor is not None:
            self.at += 2
            self.ends = self.ends or anchor is _ANCHORS["\\Z"]
            return anchor, True
        found = self._set_escape()
        if found is not None:
            return found.written, True
        reference = re.compile(r"\\(?:k<(\w+)>|([1-9][0-9]?))").match(self.text, self.at)
        if reference is not None:
            return self._reference(reference), True
        character = literal(self._character())
        return Written(character, character), True

    def _quoted(self) -> tuple[Written, bool]:
        end = self.text.find("\\E", self.at)
        inside = self.text[self.at + 2 : len(self.text) if end < 0 else end]
        self.at = len(self.text) if end < 0 else end + 2
        text = "".join(map(literal, inside))
        return Written(text, text), bool(inside)

    def _reference(self, found: re.Match[str]) -> Written:
        name, digits = found.groups()
        if name is not None:
            if name not in self.names:
                raise self._wrong(f"there is no group '{name}' before")
            self.at = found.end()
            return Written(None, f"(?P={name})")
        number: str = digits if int(digits) <= self.groups else digits[0]
        self.at += 1 + len(number)
        return Written(None, f"(?:\\{number})" if int(number) <= self.groups else "(?!)")

    def _set_escape(self) -> Set | None:
        r"""A class with a backslash: ``\d``, ``\P{Alpha}``; None: it is none."""
        letter = self.text[self.at + 1 : self.at + 2]
        known = classes.UNICODE_ESCAPES if "U" in self.flags else classes.ESCAPES
        if letter and letter.lower() in known:
            self.at += 2
            return known[letter.lower()]._replace(negative=letter.isupper())
        found = _PROPERTY.match(self.text, self.at + 1)
        if found is None:
            return None
        self.at = found.end()
        return classes.prop(found.group(1) or found.group(2) or "", negative=found.group()[0] == "P")

    def _character(self) -> str:
        """The character that an escape stands for."""
        start = self.at + 1
        letter = self.text[start : start + 1]
        code, octal = _CODE.match(self.text, start), _OCTAL.match(self.text, start)
        if code is not None:
            return self._coded(code, int(code.group(1) or code.group(2) or code.group(3), 16))
        if octal is not None:
            return self._coded(octal, int(octal.group(1), 8))
        named = _CHARACTER_NAME.match(self.text, start)
        if named is not None:
            return self._called(named)
        self.at = start + 1
        if letter in _CONTROLS:
            return _CONTROLS[letter]
        if letter == "c" and self.at < len(self.text):
            self.at += 1
            return chr(ord(self.text[self.at - 1]) ^ 64)
        if not letter or (letter.isascii() and letter.isalnum()):
            raise self._wrong(f"'\\{letter}' has no meaning")
        return letter

    def _called(self, found: re.Match[str]) -> str:
        r"""The character of a Unicode name: ``\N{DIGIT ONE}``."""
        from unicodedata import lookup

        self.at = found.end()
        try:
            return lookup(found.group(1))
        except KeyError:
            raise self._wrong(f"there is no character called '{found.group(1)}'") from None

    def _coded(self, found: re.Match[str], number: int) -> str:
        self.at = found.end()
        if number > 0x10FFFF:
            raise self._wrong(f"there is no character {number:x}")
        return chr(number)

    # classes

    def _class(self) -> Set:
        """A class, behind its ``[``."""
        negative = self.text.startswith("^", self.at)
        self.at += negative
        operands: list[Set] = []
        parts: list[Set] = []
        first = True
        while first or not self.text.startswith("]", self.at):
            if self.at >= len(self.text):
                raise self._wrong("']' is missing")
            if self.text.startswith("&&", self.at):
                self.at += 2
                if self.text.startswith("&", self.at):  # with nothing behind it, it means nothing
                    if not (operands or parts):
                        raise self._wrong("there is nothing before and behind '&&'")
                    continue
                operands, parts = [*operands, *([classes.united(parts, negative=False)] if parts else [])], []
            elif "x" not in self.flags or not self._skipped():
                parts.append(self._item())
            first = False
        if not (operands or parts):
            raise self._wrong("a class has no characters")
        self.at += 1
        last = [classes.united(parts, negative=negative and not operands)] if parts else []
        return classes.intersected([*operands, *last], negative=negative) if operands else last[0]

    def _item(self) -> Set:
        """A nested class, a class with a backslash, a character, or a range of characters."""
        if self.text.startswith("[", self.at):
            self.at += 1
            return self._class()
        if self.text.startswith("\\", self.at):
            found = self._set_escape()
            if found is not None:
                return found
        low = self._plain()
        if not self.text.startswith("-", self.at) or self.text[self.at + 1 : self.at + 2] in ("]", "[", ""):
            return Set(literal(low), literal(low))
        self.at += 1
        high = self._plain()
        if high < low:
            raise self._wrong(f"the range {low}-{high} is empty")
        text = f"{literal(low)}-{literal(high)}"
        return Set(text, text)

    def _plain(self) -> str:
        if self.text.startswith("\\", self.at):
            return self._character()
        self.at += 1
        return self.text[self.at - 1]


_ANCHORS: dict[str, Written] = {
    "\\A": Written("\\A", "\\A"),
    "\\z": Written("\\z", "\\Z"),
    "\\Z": Written("\\z", _END),
    "\\b": Written("\\b", "\\b"),
    "\\B": Written("\\B", "\\B"),
    "\\G": Written(None, "\\G"),
    "\\X": Written(None, "\\X"),
    "\\R": Written(f"(?:\r\n|[\n\x0b\f{LINE_ENDS[1:]}])", f"(?>\r\n|[\n\x0b\f{LINE_ENDS[1:]}])"),
}
