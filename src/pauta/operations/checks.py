"""Conditions that are looked at when an execution is created.

Kestra: a condition that cannot be rendered counts as one that refuses the execution. Of several that do not hold, the
strongest behaviour counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pauta.errors import InvalidInputs, PautaError, Problem
from pauta.expression import compile as compile_template

if TYPE_CHECKING:
    from pauta.engine.scope import Variables
    from pauta.flow.limits import Check, CheckBehavior
    from pauta.flow.model import Flow


def are_kept(flow: Flow, variables: Variables) -> bool:
    """Whether the execution may run; when not, it is created all the same, and has failed.

    Raises InvalidInputs when it may not be created at all.
    """
    if not flow.checks:
        return True
    from pauta.flow.limits import CheckBehavior

    broken = [(check, behavior) for check in flow.checks if (behavior := _broken(flow, check, variables)) is not None]
    blocked = [check for check, behavior in broken if behavior is CheckBehavior.BLOCK_EXECUTION]
    if blocked:
        raise InvalidInputs([Problem(check.message, path="checks") for check in blocked])
    return all(behavior is not CheckBehavior.FAIL_EXECUTION for _, behavior in broken)


def _broken(flow: Flow, check: Check, variables: Variables) -> CheckBehavior | None:
    """What follows from a condition that does not hold; None when it holds."""
    condition = check.when or check.condition
    if condition is None:
        return None
    try:
        holds = compile_template(condition, flow.dialect).render(variables).strip() == "true"
    except PautaError:
        from pauta.flow.limits import CheckBehavior

        return CheckBehavior.BLOCK_EXECUTION
    return None if holds else check.behavior
