"""What is wrong with a flow's list of inputs when it is saved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pauta.errors import Problem
from pauta.flow.inputs.base import Input


def check_inputs(inputs: Sequence[Input], path: str = "inputs") -> list[Problem]:
    """All problems, with property paths (``inputs[0].defaults``). Duplicate ids are not looked for."""
    return [*_problems(inputs, path)]


def _problems(inputs: Sequence[Input], path: str) -> Iterator[Problem]:
    for number, each in enumerate(inputs):
        if each.defaults is not None and not each.required:
            yield Problem("`defaults` with `required: false`: leave one of them out", f"{path}[{number}].defaults")
