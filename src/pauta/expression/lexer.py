"""From the text of a template to tokens.

Outside of delimiters a template is text. ``{{ … }}`` and ``{% … %}`` hold expressions, ``{# … #}`` is left out, and
``{% raw %}`` and ``{% verbatim %}`` keep what they enclose. A ``-`` inside of a delimiter, next to white space, takes the
white space on the other side away. Rules of Pebble's lexer, asked of the published engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum, auto
from typing import ClassVar, NamedTuple

from pauta.expression import limits
from pauta.expression.source import Source


class Kind(Enum):
    """What a token is."""

    TEXT = auto()
    OUTPUT_BEGIN = auto()
    OUTPUT_END = auto()
    TAG_BEGIN = auto()
    TAG_END = auto()
    NAME = auto()
    OPERATOR = auto()
    NUMBER = auto()
    LONG = auto()
    STRING = auto()
    INTERPOLATION_BEGIN = auto()
    INTERPOLATION_END = auto()
    QUOTE_BEGIN = auto()
    QUOTE_END = auto()
    PUNCTUATION = auto()
    END = auto()


class Token(NamedTuple):
    """A piece of a template; ``at`` is its offset."""

    kind: Kind
    value: str
    at: int


_OPEN = re.compile(r"\{(?:\{|%|#)")
_TRIM = re.compile(r"-\s+")
_OUTPUT_CLOSE = re.compile(r"\s*(-?)\}\}")
_TAG_CLOSE = re.compile(r"\s*(-?)%\}")
_COMMENT_CLOSE = re.compile(r"(\s-)?#\}")
_KEPT = re.compile(r"\{%(-?)\s*(raw|verbatim)\s*(-?)%\}")
_SPACE = re.compile(r"\s*")
_NAME = re.compile(r"[^\W\d]\w*")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_LONG = re.compile(r"[0-9]+L")
_SINGLE = re.compile(r"'([^'\\]*+(?:\\.[^'\\]*+)*+)'", re.DOTALL)
_QUOTED = re.compile(r'[^"\\#]*+')
_WORD_OPERATOR = re.compile(r"(?:is\s+not|is|or|and|not|contains|equals|isIn)(?![a-zA-Z0-9_])")
_WORDS = ((_WORD_OPERATOR, Kind.OPERATOR), (_NAME, Kind.NAME), (_LONG, Kind.LONG), (_NUMBER, Kind.NUMBER))
_SIGN_OPERATOR = re.compile(r"\?\?\?|\?\?|\.\.|==|!=|>=|<=|[-+*/%~|<>]")
_PUNCTUATION = "()[]{}?:.,="
_CLOSING = {")": "(", "]": "[", "}": "{"}


class Lexer:
    """Reads one template."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._text = source.text
        self._at = 0
        self._trim_next = False
        self._tokens: list[Token] = []
        self._comments = 0

    def tokens(self) -> list[Token]:
        """All tokens, an END as the last. Raises ExpressionSyntaxError."""
        while self._at < len(self._text):
            opening = _OPEN.search(self._text, self._at)
            if opening is None:
                self._add_text(self._text[self._at :])
                break
            self._open(opening.group(), opening.start())
        self._add(Kind.END, "", len(self._text))
        return self._tokens

    def _open(self, delimiter: str, start: int) -> None:
        """From the present place over one delimited piece."""
        before = self._text[self._at : start]
        kept = _KEPT.match(self._text, start) if delimiter == "{%" else None
        if kept is not None:
            self._keep(before, kept)
            return
        self._at = start + 2
        trim = _TRIM.match(self._text, self._at)
        self._add_text(before.rstrip() if trim else before)
        if trim is not None:
            self._at += 1
        self._PIECES[delimiter](self, start)

    def _keep(self, before: str, kept: re.Match[str]) -> None:
        """``raw`` keeps what is inside of it as it is; ``verbatim`` drops the white space before it."""
        trims_before, name, _ = kept.groups()
        verbatim = name == "verbatim"
        end = re.compile(rf"\{{%(-?)\s*end{name}\s*(-?)%\}}").search(self._text, kept.end())
        if end is None:
            raise self._source.syntax(f"'{{% {name} %}}' is not closed: '{{% end{name} %}}' is missing", kept.start())
        content = self._text[kept.end() : end.start()]
        self._add_text(before.rstrip() if verbatim and trims_before else before)
        if verbatim:
            content = content.lstrip()
            content = content.rstrip() if end.group(1) else content
        self._trim_next = False
        self._add(Kind.TEXT, content, self._at)
        self._at = end.end()
        self._trim_next = verbatim and bool(end.group(2))

    def _comment(self, start: int) -> None:
        close = _COMMENT_CLOSE.search(self._text, self._at)
        if close is None:
            raise self._source.syntax("'{#' is not closed: '#}' is missing", start)
        self._at = close.end()
        self._trim_next = bool(close.group(1))
        self._comments += 1
        self._check_count(start)

    def _output(self, start: int) -> None:
        self._add(Kind.OUTPUT_BEGIN, "{{", start)
        self._inside(_OUTPUT_CLOSE, Kind.OUTPUT_END, "}}", start)

    def _tag(self, start: int) -> None:
        self._add(Kind.TAG_BEGIN, "{%", start)
        self._inside(_TAG_CLOSE, Kind.TAG_END, "%}", start)

    def _inside(self, close: re.Pattern[str], kind: Kind, delimiter: str, start: int) -> None:
        """The tokens of an expression or a tag, up to its closing delimiter."""
        brackets: list[Token] = []
        while True:
            found = None if brackets else close.match(self._text, self._at)
            if found is not None:
                self._at = found.end()
                self._add(kind, delimiter, found.end() - 2)
                self._trim_next = bool(found.group(1))
                return
            self._skip(_SPACE)
            if self._at >= len(self._text):
                raise self._unclosed(brackets, delimiter, start)
            self._token(brackets)

    def _unclosed(self, brackets: list[Token], delimiter: str, start: int) -> Exception:
        if brackets:
            return self._source.syntax(f"'{brackets[-1].value}' is not closed", brackets[-1].at)
        return self._source.syntax(f"'{self._text[start : start + 2]}' is not closed: '{delimiter}' is missing", start)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        """Go over what matches; the pattern matches nothing, too."""
        found = pattern.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _token(self, brackets: list[Token]) -> None:
        character = self._text[self._at]
        if character == '"':
            self._double_quoted()
        elif character == "'":
            self._single_quoted()
        elif not any(self._match(pattern, kind) for pattern, kind in _WORDS):
            self._sign(character, brackets)

    def _sign(self, character: str, brackets: list[Token]) -> None:
        if self._match(_SIGN_OPERATOR, Kind.OPERATOR):
            return
        if character not in _PUNCTUATION:
            raise self._source.syntax(f"unexpected character '{character}'", self._at)
        if character in "([{":
            brackets.append(Token(Kind.PUNCTUATION, character, self._at))
            self._check_nesting(len(brackets))
        elif character in _CLOSING:
            self._close_bracket(character, brackets)
        self._add(Kind.PUNCTUATION, character, self._at)
        self._at += 1

    def _close_bracket(self, character: str, brackets: list[Token]) -> None:
        if not brackets:
            raise self._source.syntax(f"unexpected '{character}'", self._at)
        if brackets[-1].value != _CLOSING[character]:
            raise self._source.syntax(f"'{brackets[-1].value}' is not closed", brackets[-1].at)
        brackets.pop()

    def _check_nesting(self, depth: int) -> None:
        if depth > limits.NESTING:
            raise self._source.syntax(f"more than {limits.NESTING} brackets inside one another", self._at)

    def _single_quoted(self) -> None:
        found = _SINGLE.match(self._text, self._at)
        if found is None:
            raise self._source.syntax("the text is not closed: ' is missing", self._at)
        self._add(Kind.STRING, found.group(1).replace("\\'", "'"), self._at)
        self._at = found.end()

    def _double_quoted(self) -> None:
        """A double-quoted text: one STRING, or its pieces between QUOTE_BEGIN and QUOTE_END when it interpolates."""
        start = self._at
        self._at += 1
        mark = len(self._tokens)
        piece = self._at
        while True:
            self._skip(_QUOTED)
            character = self._text[self._at : self._at + 1]
            if character == "":
                raise self._source.syntax('the text is not closed: " is missing', start)
            if character == '"':
                break
            if character == "\\":
                self._at += 2
            elif self._text.startswith("#{", self._at):
                self._piece(piece)
                self._interpolation()
                piece = self._at
            else:
                self._at += 1
        interpolates = len(self._tokens) > mark
        self._piece(piece, always=not interpolates)
        self._at += 1
        if interpolates:
            self._tokens.insert(mark, Token(Kind.QUOTE_BEGIN, '"', start))
            self._add(Kind.QUOTE_END, '"', self._at - 1)

    def _piece(self, start: int, *, always: bool = False) -> None:
        text = self._text[start : self._at].replace('\\"', '"')
        if text or always:
            self._add(Kind.STRING, text, start)

    def _interpolation(self) -> None:
        start = self._at
        self._add(Kind.INTERPOLATION_BEGIN, "#{", start)
        self._at += 2
        brackets: list[Token] = []
        self._skip(_SPACE)
        while brackets or not self._text.startswith("}", self._at):
            if self._at >= len(self._text):
                raise self._source.syntax("'#{' is not closed: '}' is missing", start)
            self._token(brackets)
            self._skip(_SPACE)
        self._add(Kind.INTERPOLATION_END, "}", self._at)
        self._at += 1

    def _match(self, pattern: re.Pattern[str], kind: Kind) -> bool:
        found = pattern.match(self._text, self._at)
        if found is None:
            return False
        self._add(kind, found.group(), self._at)
        self._at = found.end()
        return True

    def _add_text(self, text: str) -> None:
        text = text.lstrip() if self._trim_next else text
        self._trim_next = False
        if text:
            self._add(Kind.TEXT, text, self._at)

    def _add(self, kind: Kind, value: str, at: int) -> None:
        self._tokens.append(Token(kind, value, at))
        self._check_count(at)

    def _check_count(self, at: int) -> None:
        if len(self._tokens) + self._comments > limits.TOKENS:
            raise self._source.syntax(f"more than {limits.TOKENS} pieces", at)

    _PIECES: ClassVar[dict[str, Callable[[Lexer, int], None]]] = {"{{": _output, "{%": _tag, "{#": _comment}
