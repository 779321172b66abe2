"""The two dialects of the flow language, where expressions behave differently."""

from __future__ import annotations

from enum import StrEnum


class Dialect(StrEnum):
    """Which Kestra a flow is written for."""

    V1 = "1"
    """1.3 and earlier."""
    V2 = "2"
    """2.x: ``??`` and ``isIn`` bind like ``==``, numeric texts compute, texts and dates compare, more functions."""
