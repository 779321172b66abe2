# ruff: noqa: INP001 -- a folder of scripts
"""Write ``docs/expressions.md``, the reference of functions, filters and tests: ``make docs``."""

from pathlib import Path

from pauta.expression.reference import reference

PAGE = Path(__file__).parent.parent / "docs" / "expressions.md"

if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
