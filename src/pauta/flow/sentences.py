"""What pydantic finds, as problems in sentences of our own, with the place in the document.

pydantic names places by the model (``tasks, 0, message, list[str]``): steps that are not in the document are the
branches of a union, and what all branches say about one value becomes one sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple, cast, get_args

from pydantic import ValidationError

from pauta.errors import Problem
from pauta.expression import has_template
from pauta.flow.document import Document, Path
from pauta.flow.names import nearest, nearest_type
from pauta.flow.parts import Part
from pauta.sdk.literals import fitted
from pauta.sdk.plugins import dynamic_fields, properties_of

_CUT = 100


class Found(NamedTuple):
    """One error of pydantic: its type, the way to it in the document, its data, the value it is about."""

    type: str
    path: Path
    context: Mapping[str, Any]
    given: Any
    union: Path | None
    """The way to the value that may be of several kinds, and is of none."""
    branch: str
    said: str


Said = tuple[str, str | None]
"""A sentence, and what was probably meant."""


def problems(errors: Iterable[Mapping[str, Any]], document: Document, models: Mapping[int, type[Any]]) -> list[Problem]:
    """The problems that these errors (``ValidationError.errors()``) are about."""
    found = [_found(error, document.data) for error in errors]
    return [_problem(each, document, models) for each in _without_echoes(_one_per_union(found))]


def sentence(error: ValidationError) -> str:
    """What is wrong with a single value, such as a rendered one."""
    errors = error.errors(include_url=False)
    found = [
        Found(each["type"], each["loc"], each.get("ctx", {}), each["input"], None, "", each["msg"]) for each in errors
    ]
    same = all(each.given is found[0].given for each in found)
    told = [_merged(found)] if same and len(found) > 1 else found
    return "; ".join(dict.fromkeys(_told(each, Document(None, ""), {})[0] for each in told))


def misfits(parts: Iterable[Part], document: Document, models: Mapping[int, type[Any]]) -> list[Problem]:
    """Warnings about literals of dynamic properties that do not fit: what is rendered is converted when a task runs."""
    errors = [error for part in parts for error in _misfits(part)]
    return [
        replace(problem, message=f"{problem.message}: the task will fail", severity="warning")
        for problem in problems(errors, document, models)
    ]


def _misfits(part: Part) -> Iterator[dict[str, Any]]:
    properties = fitted(part.model, part.properties)
    for name, adapter in dynamic_fields(part.model).items():
        alias = part.model.model_fields[name].alias or name
        value = properties.get(alias)
        if value is None or has_template(value):
            continue
        try:
            adapter.validate_python(value)
        except ValidationError as error:
            for each in error.errors(include_url=False):
                yield {**each, "loc": (*part.path, alias, *each["loc"])}


def _found(error: Mapping[str, Any], data: Any) -> Found:
    path: list[str | int] = []
    union: Path | None = None
    branch = ""
    value = data
    loc = cast("Path", error["loc"])
    for number, step in enumerate(loc):
        if _has(value, step):
            path.append(step)
            value = value[step]
        elif not (error["type"] == "missing" and number == len(loc) - 1):
            union, branch = (tuple(path), str(step)) if union is None else (union, branch)
    if error["type"] == "missing":
        path.append(loc[-1])
    given = value if error["type"] != "missing" else None
    return Found(error["type"], tuple(path), error.get("ctx", {}), given, union, branch, error["msg"])


def _has(value: Any, step: str | int) -> bool:
    if isinstance(value, Mapping):
        return step in value
    return isinstance(value, list) and isinstance(step, int) and step < len(cast("list[Any]", value))


def _one_per_union(found: Sequence[Found]) -> list[Found]:
    """For each value that fits no branch of a union: the errors of the branch that came closest, or one for all."""
    kept = [each for each in found if each.union is None]
    for union in dict.fromkeys(each.union for each in found if each.union is not None):
        branches = [each for each in found if each.union == union]
        deep = [each for each in branches if len(each.path) > len(union)]
        kept += [each for each in deep if each.branch == deep[0].branch] if deep else [_merged(branches)]
    return kept


def _merged(branches: Sequence[Found]) -> Found:
    expected = list(dict.fromkeys(_EXPECTED[each.type] for each in branches if each.type in _EXPECTED))
    if len(expected) < len(branches) and len(branches) > len(expected) + 1:
        return branches[0]
    return branches[0]._replace(type="union", context={"expected": _either(expected)})


def _without_echoes(found: Sequence[Found]) -> list[Found]:
    """Without "too short" for a list whose items are wrong."""
    return [each for each in found if not (each.type == "too_short" and each.given)]


def _problem(found: Found, document: Document, models: Mapping[int, type[Any]]) -> Problem:
    message, suggestion = _told(found, document, models)
    path = found.path if found.type != "missing" else found.path[:-1]
    is_name = found.type == "extra_forbidden"
    return document.problem(
        message, (*path, "type") if _is_about_type(found) else path, name=is_name, suggestion=suggestion
    )


def _told(found: Found, document: Document, models: Mapping[int, type[Any]]) -> Said:
    say = _SENTENCES.get(found.type) or (_other if found.type in _theirs() else _own)
    return say(found, document, models)


def _is_about_type(found: Found) -> bool:
    return found.type in ("unknown_type", "wrong_kind", "retry_type", "sla_type", "unknown_input_type")


# sentences


def _missing(found: Found, document: Document, models: Mapping[int, type[Any]]) -> Said:
    del document, models
    return f"missing property '{found.path[-1]}'", None


def _unknown(found: Found, document: Document, models: Mapping[int, type[Any]]) -> Said:
    name = str(found.path[-1])
    model = models.get(id(value_at(document.data, found.path[:-1]))) if models else None
    return f"unknown property '{name}'", nearest(name, properties_of(model)) if model else None


def _unknown_type(found: Found, document: Document, models: Mapping[int, type[Any]]) -> Said:
    del document, models
    from pauta.flow.core_types import core_types

    name: str = found.context["name"]
    if name in core_types():
        return f"the type '{name}' is not supported yet", None
    return f"unknown type '{name}'", nearest_type(name)


def _choice(found: Found, document: Document, models: Mapping[int, type[Any]]) -> Said:
    del document, models
    expected = str(found.context["expected"])
    choices = [part.strip("'") for part in expected.replace(" or ", ", ").split(", ")]
    return f"{shown(found.given)} is not one of {', '.join(choices)}", nearest(str(found.given), choices)


def _pattern(found: Found, document: Document, models: Mapping[int, type[Any]]) -> Said:
    del document, models
    return f"{shown(found.given)} is not allowed here: {_rule(found.context['pattern'])}", None


def _rule(pattern: str) -> str:
    return _RULES.get(pattern, f"it must match {pattern}")


_RULES = {
    r"^[a-zA-Z0-9][a-zA-Z0-9_-]*$": "a letter or a digit, then letters, digits, '_' and '-'",
    r"^[a-zA-Z0-9][a-zA-Z0-9._-]*$": "a letter or a digit, then letters, digits, '.', '_' and '-'",
    r"^[a-zA-Z0-9][.a-zA-Z0-9_-]*$": "a letter or a digit, then letters, digits, '.', '_' and '-'",
    r"^[a-z0-9][a-z0-9._-]*$": "a lower case letter or a digit, then lower case letters, digits, '.', '_' and '-'",
}


def _union(found: Found, document: Document, models: Mapping[int, type[Any]]) -> Said:
    del document, models
    return f"{found.context['expected']} is expected, not {kind_of(found.given)}", None


def _kind(found: Found, document: Document, models: Mapping[int, type[Any]]) -> Said:
    del document, models
    given = shown(found.given) if isinstance(found.given, str) else kind_of(found.given)
    return f"{_EXPECTED[found.type]} is expected, not {given}", None


def _bound(found: Found, document: Document, models: Mapping[int, type[Any]]) -> Said:
    del document, models
    (limit,) = (each for name, each in found.context.items() if name in ("ge", "gt", "le", "lt"))
    return f"{shown(found.given)} is not allowed: it must be {_BOUNDS[found.type]} {limit}", None


_BOUNDS = {
    "greater_than_equal": "at least",
    "greater_than": "more than",
    "less_than_equal": "at most",
    "less_than": "less than",
}


def _too_short(found: Found, document: Document, models: Mapping[int, type[Any]]) -> Said:
    del document, models
    least = found.context["min_length"]
    return "it must not be empty" if least == 1 else f"it must have at least {least} entries", None


def _too_long(found: Found, document: Document, models: Mapping[int, type[Any]]) -> Said:
    del document, models
    what = "characters" if isinstance(found.given, str) else "entries"
    return f"it must have at most {found.context['max_length']} {what}, not {len(found.given)}", None


def _own(found: Found, document: Document, models: Mapping[int, type[Any]]) -> Said:
    """A sentence of our own, from a validator."""
    del document, models
    return found.said.removeprefix("Value error, "), None


@cache
def _theirs() -> frozenset[str]:
    """The errors of pydantic itself; all others are raised by validators of ours."""
    from pydantic_core.core_schema import ErrorType

    return frozenset(get_args(ErrorType))


def _other(found: Found, document: Document, models: Mapping[int, type[Any]]) -> Said:
    del document, models
    return f"{shown(found.given)} does not fit here", None


_EXPECTED = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing_size": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a map",
    "mapping_type": "a map",
    "model_type": "a map",
    "is_instance_of": "a map",
    "map_expected": "a map",
    "time_delta_type": "a duration such as PT1H30M",
    "time_delta_parsing": "a duration such as PT1H30M",
    "duration": "a duration such as PT1H30M",
}

_SENTENCES: Mapping[str, Callable[[Found, Document, Mapping[int, type[Any]]], Said]] = {
    **dict.fromkeys(_EXPECTED, _kind),
    **dict.fromkeys(_BOUNDS, _bound),
    "value_error": _own,
    "missing": _missing,
    "extra_forbidden": _unknown,
    "unknown_type": _unknown_type,
    "enum": _choice,
    "literal_error": _choice,
    "string_pattern_mismatch": _pattern,
    "string_too_short": _too_short,
    "string_too_long": _too_long,
    "too_short": _too_short,
    "too_long": _too_long,
    "union": _union,
}


# words


def shown(value: Any) -> str:
    """A value in a sentence, cut when it is long."""
    if isinstance(value, str):
        return f"'{value}'" if len(value) <= _CUT else f"'{value[:_CUT]}…'"
    return (
        kind_of(value)
        if isinstance(value, list | Mapping)
        else str(value).lower()
        if isinstance(value, bool)
        else str(value)
    )


def kind_of(value: Any) -> str:
    """What kind of value it is."""
    return next((words for kind, words in _KINDS if isinstance(value, kind)), "this")


_KINDS: tuple[tuple[Any, str], ...] = (
    (bool, "a boolean"),
    (int | float, "a number"),
    (str, "a text"),
    (list, "a list"),
    (Mapping, "a map"),
    (type(None), "nothing"),
)


def _either(words: Sequence[str]) -> str:
    return " or ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else words[0]


def value_at(data: Any, path: Path) -> Any:
    """The value at a path."""
    for step in path:
        data = data[step]
    return data
