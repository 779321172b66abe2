"""A light stand-in for the ``kestra`` package, for scripts that only report: it is found when none is installed.

Outputs, metrics and logs as the package from the index reports them; what needs a server or other libraries does not
exist here, and the message says what to do.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

_MORE = "list 'kestra' among the dependencies of the task: only the package itself has"


class Kestra:
    """Reports outputs, metrics and logs of the script."""

    @staticmethod
    def format(map_: Mapping[str, Any]) -> str:
        """The marker of a report."""
        return f"::{json.dumps(map_)}::"

    @staticmethod
    def outputs(map_: Mapping[str, Any]) -> None:
        """Report outputs: any JSON by name."""
        print(Kestra.format({"outputs": map_}), flush=True)  # noqa: T201 -- that is how it is reported

    @staticmethod
    def counter(name: str, value: float, tags: Mapping[str, str] | None = None) -> None:
        """Report a number that adds up."""
        _metric("counter", name, value, tags)

    @staticmethod
    def gauge(name: str, value: float, tags: Mapping[str, str] | None = None) -> None:
        """Report a number that goes up and down."""
        _metric("gauge", name, value, tags)

    @staticmethod
    def timer(name: str, duration: float | Callable[[], Any], tags: Mapping[str, str] | None = None) -> None:
        """Report a duration in seconds, or how long a function takes."""
        if callable(duration):
            start = time.perf_counter()
            duration()
            duration = time.perf_counter() - start
        _metric("timer", name, duration, tags)

    @staticmethod
    def logger() -> Any:
        """A logger whose records arrive with their levels."""
        import logging

        logger = logging.getLogger("Kestra")
        if not logger.handlers:
            handler = logging.StreamHandler(sys.stderr)
            handler.setFormatter(logging.Formatter("%(message)s"))
            logger.addHandler(handler)
            logger.setLevel(logging.DEBUG)
            logger.propagate = False
        return logger

    @staticmethod
    def read(path_: str) -> NoReturn:
        """Reading Ion files needs the package itself."""
        raise ImportError(f"{_MORE} Kestra.read ('{path_}')")


def _metric(kind: str, name: str, value: float, tags: Mapping[str, str] | None) -> None:
    metric = {"name": name, "type": kind, "value": value, "tags": dict(tags or {})}
    print(Kestra.format({"metrics": [metric]}), flush=True)  # noqa: T201 -- that is how it is reported


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    raise ImportError(f"{_MORE} '{name}'")
