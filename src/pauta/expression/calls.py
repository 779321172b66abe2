"""Calls of filters, functions, tests and methods, as closures."""

from __future__ import annotations

from typing import Any

from pauta.expression import limits
from pauta.expression.access import NOTHING
from pauta.expression.catalog import Callee
from pauta.expression.frame import Evaluate, Frame
from pauta.expression.kinds import ADMITTED, admit
from pauta.expression.nodes import MethodCall
from pauta.expression.paths import path_text
from pauta.expression.source import FAILURES, Missing, Source

_UNSIZED: frozenset[type] = frozenset({int, float, bool, type(None)})


def called(callee: Callee, values: list[Evaluate], at: int, source: Source) -> Evaluate:
    """A call: its arguments are in the order in which the function takes them."""
    if callee.framed:
        return _called_framed(callee, values, at, source)
    return _called_with_one(callee, values[0], at, source) if len(values) == 1 else _called(callee, values, at, source)


def named(callee: Callee) -> str:
    """A call as a message names it."""
    return f"{callee.name}()" if callee.kind == "function" else f"{callee.kind} '{callee.name}'"


def _called_with_one(callee: Callee, only: Evaluate, at: int, source: Source) -> Evaluate:
    call, piece, unsized, charge = callee.call, named(callee), _UNSIZED, limits.charge

    def value(frame: Frame) -> Any:
        argument = only(frame)
        try:
            if type(argument) not in unsized:
                charge(argument)
            return _checked(call(argument))
        except FAILURES as error:
            raise source.located(error, at, piece) from None

    return value


def _called(callee: Callee, values: list[Evaluate], at: int, source: Source) -> Evaluate:
    call, piece = callee.call, named(callee)

    def value(frame: Frame) -> Any:
        arguments = [argument(frame) for argument in values]
        try:
            _charge(arguments)
            return _checked(call(*arguments))
        except FAILURES as error:
            raise source.located(error, at, piece) from None

    return value


def _called_framed(callee: Callee, values: list[Evaluate], at: int, source: Source) -> Evaluate:
    call, piece = callee.call, named(callee)

    def value(frame: Frame) -> Any:
        arguments = [argument(frame) for argument in values]
        try:
            _charge(arguments)
            return _checked(call(frame, *arguments))
        except FAILURES as error:
            raise source.located(error, at, piece) from None

    return value


def called_method(node: MethodCall, target: Evaluate, values: list[Evaluate], source: Source) -> Evaluate:
    """A call of a method of a value."""
    name, at, path = node.name, node.at, path_text(node.target)

    def value(frame: Frame) -> Any:
        from pauta.expression.library.methods import call

        container = target(frame)
        arguments = [argument(frame) for argument in values]
        try:
            _charge([container, *arguments])
            found = _checked(call(container, name, arguments))
        except FAILURES as error:
            raise source.located(error, at, f"the method {name}()") from None
        if found is NOTHING:
            raise Missing(at, name, path, container, method=True)
        return found

    return value


def _charge(arguments: list[Any]) -> None:
    for argument in arguments:
        if type(argument) not in _UNSIZED:
            limits.charge(argument)


def _checked(found: Any) -> Any:
    """A result, when it is plain data and not too large."""
    if type(found) is str:
        if len(found) > limits.FREE:
            limits.check_text(len(found))
    elif type(found) not in ADMITTED and found is not NOTHING:
        admit(found)
    return found
