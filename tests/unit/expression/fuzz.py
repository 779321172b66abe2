"""Looks for templates that crash, hang or escape.

    python tests/unit/expression/fuzz.py --seconds 600 [--seed 1]

Templates come from the grammar, from mutations of such, and from raw pieces of syntax. Whatever they are, compiling,
checking and evaluating them ends soon, with plain data or with an ExpressionError.
"""

import argparse
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from decimal import Decimal

from expression_grammar import ANYTHING, VARIABLES, World
from hypothesis import HealthCheck, Phase, given, seed, settings

from pauta.errors import ExpressionError
from pauta.expression import Dialect, Template, limits
from pauta.expression.checks import check
from pauta.expression.values import to_json

_LONGEST = 5
"""Seconds of processor time that a template may take."""


class Hang(BaseException):
    """A template takes too long."""


@contextmanager
def no_hang() -> Iterator[None]:
    """Raises Hang, in the main thread of a system that has such timers."""

    def stop(*_: object) -> None:
        raise Hang

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, _LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def is_plain(value: object) -> bool:
    """Whether an evaluation may give it: kinds of Java are taken off."""
    if type(value) is dict:
        return all(is_plain(key) and is_plain(each) for key, each in value.items())
    if type(value) in (list, tuple, set):
        return all(map(is_plain, value))
    return type(value) in (str, int, float, bool, bytes, Decimal, type(None)) or isinstance(value, date)


def survives(text: str, dialect: Dialect) -> None:
    """Nothing bad happens with a template. Raises AssertionError, Hang, or what must not be raised."""
    with no_hang(), suppress(ExpressionError):
        for problem in check(
            text, dialect, known_tasks=["a"], known_inputs=["n"], known_variables=["inputs", "outputs"]
        ):
            assert 1 <= problem.line <= text.count("\n") + 1
            assert 1 <= problem.column <= len(text) + 1
        template = Template(text, dialect)
        assert isinstance(template.paths | template.outside | template.ambient, frozenset)
        rendered = _outcome(lambda: template.render(World(VARIABLES)))
        value = _outcome(lambda: template.evaluate(World(VARIABLES)))
        assert isinstance(rendered, str | ExpressionError)
        assert isinstance(value, ExpressionError) or is_plain(value), type(value)
        _check_error(rendered, text)
        if not isinstance(value, ExpressionError):
            with suppress(ExpressionError, RecursionError):
                to_json(value)


def _outcome(evaluate: object) -> object:
    try:
        return evaluate()
    except ExpressionError as error:
        return error


def _check_error(outcome: object, text: str) -> None:
    if isinstance(outcome, ExpressionError):
        assert outcome.line >= 1
        assert outcome.column >= 1
        assert outcome.template or not text
        assert 0 < len(str(outcome)) < 4_000


def look(seconds: float, first: int) -> int:
    """Try templates for so long; gives how many there were."""
    limits.STEPS = 500_000
    end = time.monotonic() + seconds
    tried = 0
    while time.monotonic() < end:

        @seed(first)
        @settings(
            max_examples=500,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(ANYTHING)
        def each(text: str) -> None:
            nonlocal tried
            tried += 1
            if time.monotonic() < end:
                for dialect in Dialect:
                    _tell(text, dialect)

        each()
        first += 1
    return tried


def _tell(text: str, dialect: Dialect) -> None:
    try:
        survives(text, dialect)
    except (Hang, Exception) as error:  # noqa: BLE001 -- whatever it is, it is told
        sys.stdout.write(f"{type(error).__name__}: {error}\n  dialect {dialect}: {text!r}\n")
        traceback.print_exc(limit=-6)
        sys.stdout.flush()
        _failures.append(text)


_failures: list[str] = []


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--seed", type=int, default=int(time.time()))
    given_options = options.parse_args()
    tried = look(given_options.seconds, given_options.seed)
    sys.stdout.write(f"{tried} templates, {len(_failures)} failures, first seed {given_options.seed}\n")
    sys.exit(1 if _failures else 0)


if __name__ == "__main__":
    main()
