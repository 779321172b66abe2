"""A compiled template: its tree, its closures, and the two ways to run them."""

from __future__ import annotations

from pauta.errors import ExpressionError, ExpressionLimit
from pauta.expression import limits, outcome
from pauta.expression.compiler import Compiler
from pauta.expression.dialect import Dialect
from pauta.expression.frame import Frame, Out
from pauta.expression.parser import parse
from pauta.expression.source import FAILURES, Missing, Source


class Program:
    """A template that has delimiters, ready to run. Raises ExpressionSyntaxError."""

    __slots__ = ("_run", "_source", "_weight", "tree")

    def __init__(self, text: str, dialect: Dialect) -> None:
        self._source = Source(text)
        try:
            self.tree = parse(self._source, dialect)
            compiler = Compiler(self._source, self.tree, dialect)
            self._run = compiler.template()
        except RecursionError:
            raise self._source.syntax("it is nested too deep", 0) from None
        self._weight = compiler.weight

    def text(self, frame: Frame) -> str:
        """The text that it gives. Raises ExpressionError."""
        out = self.pieces(frame)
        try:
            return outcome.text(out)
        except FAILURES as error:
            raise self._source.located(error, 0, "the result") from None

    def value(self, frame: Frame) -> object:
        """The value that it gives. Raises ExpressionError."""
        out = self.pieces(frame)
        try:
            return outcome.value(out)
        except FAILURES as error:
            raise self._source.located(error, 0, "the result") from None

    def pieces(self, frame: Frame) -> Out:
        """What it writes, piece by piece. Raises ExpressionError."""
        out: Out = []
        try:
            limits.spend(self._weight)
            self._run(frame, out)
        except Missing as missing:
            raise self._source.undefined(missing) from None
        except RecursionError:
            raise self._source.located(ExpressionLimit("it is nested too deep"), 0, "the template") from None
        except ExpressionError as error:
            raise self._source.located(error, 0, "the template") from None
        return out
