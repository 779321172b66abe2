"""From what is given to the inputs of an execution (Kestra: dependencies first, then defaults, then types)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from pauta.errors import ExpressionError, InvalidInputs, PautaError, Problem, UndefinedVariable
from pauta.expression import Dialect, MapScope, Scope, compile, has_template, render_value  # noqa: A004 -- its name
from pauta.expression.scope import Overlay
from pauta.flow.inputs.base import Input
from pauta.flow.inputs.choices import choices_of, first_choice
from pauta.flow.inputs.conversion import convert, kept
from pauta.flow.inputs.defaults import default_value, is_empty
from pauta.flow.inputs.forms import leaves
from pauta.flow.inputs.kinds import ArrayInput, MultiselectInput
from pauta.flow.inputs.names import nested, take
from pauta.flow.inputs.types import InputType
from pauta.flow.inputs.validation import Choices, check


class Declares(Protocol):
    """What has inputs: a flow."""

    @property
    def namespace(self) -> str: ...  # noqa: D102 -- the flow's
    @property
    def id(self) -> str: ...  # noqa: D102 -- the flow's
    @property
    def revision(self) -> int: ...  # noqa: D102 -- the flow's
    @property
    def inputs(self) -> Sequence[Input]: ...  # noqa: D102 -- the flow's
    @property
    def dialect(self) -> Dialect: ...  # noqa: D102 -- the flow's


def resolve_inputs(flow: Declares, given: Mapping[str, object], scope: Scope | None = None) -> dict[str, Any]:
    """The inputs that an execution of the flow keeps: dots in ids make nested maps; null stands for no value.

    ``given`` may be nested or have dots in its names. ``scope`` answers what expressions of ``defaults``, ``expression``
    and ``dependsOn.condition`` look up outside, and has more variables; without it they only compute.
    Raises InvalidInputs with all that is wrong.
    """
    here = {"flow": {"id": flow.id, "namespace": flow.namespace, "revision": flow.revision}}
    return resolve(flow.inputs, given, Overlay(here, scope or MapScope({})), flow.dialect)


def resolve(inputs: Sequence[Input], given: Mapping[str, object], scope: Scope, dialect: Dialect) -> dict[str, Any]:
    """Like ``resolve_inputs``, for any list of inputs (those that a paused execution waits for)."""
    resolution = _Resolution(dict(leaves(inputs)), given, scope, dialect)
    for name in resolution.declared:
        resolution.settle(name)
    if resolution.problems:
        raise InvalidInputs([resolution.problems[name] for name in resolution.declared if name in resolution.problems])
    return nested({name: resolution.kept(name) for name in resolution.declared if name in resolution.values})


class _Resolution:
    """The values so far. An input that is left out has no value; one that is wrong has a problem."""

    def __init__(
        self, declared: Mapping[str, Input], given: Mapping[str, object], scope: Scope, dialect: Dialect
    ) -> None:
        self.declared = declared
        self.values: dict[str, Any] = {}
        self.problems: dict[str, Problem] = {}
        self._given = given
        self._scope = scope
        self._dialect = dialect
        self._settled: set[str] = set()
        self._with_defaults = {name: None for name, each in declared.items() if each.defaults is not None}

    def kept(self, name: str) -> Any:
        """The value of an input as an execution keeps it."""
        declared = self.declared[name]
        return kept(declared.type, self.values[name], _item_type(declared))

    def settle(self, name: str) -> None:
        """Find the value of an input, those of the inputs that it depends on first."""
        if name in self._settled or name not in self.declared:
            return
        self._settled.add(name)
        declared = self.declared[name]
        for other in declared.dependencies:
            self.settle(other)
        try:
            if self._is_wanted(declared):
                self.values[name] = self._value(name, declared)
        except UndefinedVariable as error:
            self._refuse(name, f"{error}{self._missing_dependency(declared, str(error))}")
        except (ValueError, PautaError) as error:
            self._refuse(name, str(error))

    def _refuse(self, name: str, reason: str) -> None:
        missing = reason.startswith(_MISSING)
        message = reason if missing else f"Invalid value for input `{name}`. Cause: {reason}"
        self.problems[name] = Problem(message, path=f"inputs.{name}")

    def _missing_dependency(self, declared: Input, reason: str) -> str:
        """A hint, when an expression reads an input that it does not depend on."""
        others = [name for name in self.declared if f"`{name.partition('.')[0]}`" in reason]
        unseen = [name for name in others if name not in declared.dependencies]
        return f"; an input reads those that its dependsOn.inputs names: add {unseen[0]}" if unseen else ""

    def _is_wanted(self, declared: Input) -> bool:
        """Kestra: what a condition cannot say means no."""
        needs = declared.depends_on
        if any(self.values.get(other) is None for other in declared.dependencies):
            return False
        if needs is None or needs.condition is None:
            return True
        try:
            return compile(needs.condition, self._dialect).evaluate(self._sight(declared)) is True
        except ExpressionError:
            return False

    def _value(self, name: str, declared: Input) -> Any:
        choices = choices_of(declared, self._sight(declared), self._dialect)
        value = self._supplied(name, declared)
        if value is None:
            value = self._default(declared, choices)
        if value is None and declared.required:
            raise ValueError(f"{_MISSING}{name}, a value of type {declared.type}")
        if value is None:
            return None
        converted = convert(declared.type, value, _item_type(declared))
        if converted is not None:
            check(declared, converted, choices)
        return converted

    def _supplied(self, name: str, declared: Input) -> object:
        """Kestra 2: an empty text is no value, where the type is no text."""
        value = take(self._given, name)
        return None if self._dialect is Dialect.V2 and is_empty(declared.type, value) else value

    def _default(self, declared: Input, choices: Choices) -> Any:
        written = declared.defaults
        if written is None:
            return first_choice(declared, choices)
        rendered = render_value(written, self._sight(declared), self._dialect) if has_template(written) else written
        return default_value(declared.type, rendered)

    def _sight(self, declared: Input) -> Scope:
        """What the expressions of an input see.

        Kestra: of the inputs those that it depends on; the others that have a default are there, and null.
        """
        seen = {name: self.values[name] for name in declared.dependencies if name in self.values}
        visible = {**self._with_defaults, **seen}
        return Overlay({"inputs": nested(visible)}, self._scope) if visible else self._scope


_MISSING = "Missing required input:"


def _item_type(declared: Input) -> InputType | None:
    return declared.item_type if isinstance(declared, ArrayInput | MultiselectInput) else None
