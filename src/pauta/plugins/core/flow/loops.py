"""What loops over values have in common: which values there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from pauta.expression import has_template
from pauta.sdk.flow_control import Ask, Begin, Fail, ScopeView, Start

VALUES = "values"


def start(view: ScopeView, written: object) -> Start:
    """Render the values, and remember them as texts, each once.

    Kestra: a text is the JSON of a list. Elements of a written list are texts (rendered), whole numbers or maps.
    """
    rendered = _rendered(view, written)
    if isinstance(rendered, Ask):
        return rendered
    try:
        return Begin(memory={VALUES: texts(rendered)})
    except ValueError as error:
        return Fail(str(error))


def _rendered(view: ScopeView, written: object) -> object:
    if not has_template(written):
        return written
    known = view.answer(VALUES) if isinstance(written, str) else view.value(VALUES)
    return Ask(VALUES, written) if known is None else known


def texts(values: object) -> list[str]:
    """The values of a loop: texts stay, everything else becomes JSON; duplicates are left out. Raises ValueError."""
    if isinstance(values, str):
        return _unique([_text(value) for value in _parsed(values)])
    return _unique([_written(value) for value in cast("Sequence[object]", values)])


def _parsed(text: str) -> list[Any]:
    import orjson

    try:
        parsed = orjson.loads(text)
    except orjson.JSONDecodeError:
        parsed = None
    if not isinstance(parsed, list):
        raise ValueError(  # noqa: TRY004 -- it is the value that is wrong
            f"the values of a loop must be a list, or the JSON text of a list, not '{text[:200]}'"
        )
    return cast("list[Any]", parsed)


def _written(value: object) -> str:
    if isinstance(value, bool | float | list | tuple):
        raise ValueError(  # noqa: TRY004 -- it is the value that is wrong
            f"a value of a loop must be a text, a whole number or a map, not {_text(cast('object', value))}: "
            "write the whole list as JSON text to use others"
        )
    return _text(value)


def _text(value: object) -> str:
    import orjson

    if value is None:
        raise ValueError("a value of a loop is null: a loop has no iteration for null values")
    return value if isinstance(value, str) else orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


def _unique(values: list[str]) -> list[str]:
    return list(dict.fromkeys(values))


def remembered(memory: Mapping[str, object]) -> list[str]:
    """The values that were found when the loop started."""
    return cast("list[str]", memory[VALUES])
