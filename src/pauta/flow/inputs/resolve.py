"""From what is given to the inputs of an execution (Kestra: dependencies first, then defaults, then types)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from pauta.errors import InvalidInputs, PautaError, Problem
from pauta.expression import Dialect, MapScope, Scope, compile, has_template, render_value  # noqa: A004 -- its name
from pauta.expression.scope import Overlay
from pauta.flow.inputs.base import Input
from pauta.flow.inputs.conversion import convert
from pauta.flow.inputs.forms import leaves
from pauta.flow.inputs.kinds import ArrayInput, MultiselectInput, SelectInput
from pauta.flow.inputs.validation import check


class Declares(Protocol):
    """What has inputs: a flow."""

    @property
    def namespace(self) -> str: ...  # noqa: D102 -- the flow's
    @property
    def id(self) -> str: ...  # noqa: D102 -- the flow's
    @property
    def inputs(self) -> Sequence[Input]: ...  # noqa: D102 -- the flow's
    @property
    def dialect(self) -> Dialect: ...  # noqa: D102 -- the flow's


def resolve_inputs(flow: Declares, given: Mapping[str, object], scope: Scope | None = None) -> dict[str, Any]:
    """The inputs that an execution of the flow keeps: dots in ids make nested maps, no value is None.

    ``given`` may be nested or have dots in its names. ``scope`` answers what expressions of ``defaults``, ``expression``
    and ``dependsOn.condition`` look up outside, and has more variables; without it they only compute.
    Raises InvalidInputs with all that is wrong.
    """
    here = {"flow": {"id": flow.id, "namespace": flow.namespace}}
    return resolve(flow.inputs, given, Overlay(here, scope or MapScope({})), flow.dialect)


def resolve(inputs: Sequence[Input], given: Mapping[str, object], scope: Scope, dialect: Dialect) -> dict[str, Any]:
    """Like ``resolve_inputs``, for any list of inputs (those that a paused execution waits for)."""
    resolution = _Resolution(dict(leaves(inputs)), given, scope, dialect)
    for name in resolution.declared:
        resolution.settle(name)
    if resolution.problems:
        order = [f"inputs.{name}" for name in resolution.declared]
        raise InvalidInputs(sorted(resolution.problems, key=lambda problem: order.index(problem.path)))
    return _nested({name: resolution.values[name] for name in resolution.declared if name in resolution.values})


class _Resolution:
    """The values so far. An input that is left out has no value; one that is wrong has a problem."""

    def __init__(
        self, declared: Mapping[str, Input], given: Mapping[str, object], scope: Scope, dialect: Dialect
    ) -> None:
        self.declared = declared
        self.values: dict[str, Any] = {}
        self.problems: list[Problem] = []
        self._given = given
        self._scope = scope
        self._dialect = dialect
        self._settled: set[str] = set()

    def settle(self, name: str) -> None:
        """Find the value of an input, those of the inputs that it depends on first."""
        if name in self._settled or name not in self.declared:
            return
        self._settled.add(name)
        declared = self.declared[name]
        for other in (declared.depends_on and declared.depends_on.inputs) or ():
            self.settle(other)
        try:
            if self._is_wanted(declared):
                self.values[name] = self._value(name, declared)
        except (ValueError, PautaError) as error:
            self.problems.append(Problem(f"Invalid value for input `{name}`. Cause: {error}", path=f"inputs.{name}"))

    def _is_wanted(self, declared: Input) -> bool:
        needs = declared.depends_on
        if needs is None:
            return True
        if any(self.values.get(other) is None for other in needs.inputs or ()):
            return False
        return needs.condition is None or self._render(needs.condition).strip().lower() == "true"

    def _value(self, name: str, declared: Input) -> Any:
        value = _given(self._given, name)
        options = self._options(declared)
        if value is None:
            value = self._default(declared, options)
        if value is None and declared.required:
            raise ValueError(f"Missing required input:{name}")
        if value is None:
            return None
        item = declared.item_type if isinstance(declared, ArrayInput | MultiselectInput) else None
        converted = convert(declared.type, value, item)
        check(declared, converted, options)
        return converted

    def _default(self, declared: Input, options: Sequence[str]) -> Any:
        if declared.defaults is not None:
            return self._rendered(declared.defaults)
        if isinstance(declared, SelectInput | MultiselectInput) and declared.auto_select_first and options:
            return options[0] if isinstance(declared, SelectInput) else [options[0]]
        return None

    def _options(self, declared: Input) -> Sequence[str]:
        """The values to choose from."""
        expression = getattr(declared, "expression", None)
        if expression is not None:
            values = compile(expression, self._dialect).evaluate(self._variables())
            return [str(each) for each in convert_list(values)]
        return [each if isinstance(each, str) else each.value for each in _written_options(declared)]

    def _rendered(self, value: object) -> Any:
        return render_value(value, self._variables(), self._dialect) if has_template(value) else value

    def _render(self, text: str) -> str:
        return compile(text, self._dialect).render(self._variables())

    def _variables(self) -> Scope:
        return Overlay({"inputs": _nested(self.values)}, self._scope)


def convert_list(value: object) -> list[Any]:
    """The list that an expression gives."""
    from pauta.flow.inputs.types import InputType

    return convert(InputType.ARRAY, value)


def _written_options(declared: Input) -> Sequence[Any]:
    return getattr(declared, "values", None) or getattr(declared, "options", None) or ()


def _given(given: Mapping[str, object], name: str) -> object:
    """What is given for an input, by its full name or nested in maps."""
    if name in given:
        return given[name]
    head, _, rest = name.partition(".")
    inner = given.get(head)
    return _given(inner, rest) if rest and isinstance(inner, Mapping) else None  # pyright: ignore[reportUnknownArgumentType] -- JSON


def _nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """Dotted names as maps in maps."""
    nested: dict[str, Any] = {}
    for name, value in values.items():
        *outer, last = name.split(".")
        place = nested
        for part in outer:
            place = place.setdefault(part, {})
        place[last] = value
    return nested
