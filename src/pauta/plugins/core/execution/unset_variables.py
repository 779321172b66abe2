"""Variables of the execution that are taken away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from pauta.expression import truthy
from pauta.sdk.executables import Labels, Update, UpdatingTask
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P


@plugin("io.kestra.plugin.core.execution.UnsetVariables")
class UnsetVariables(UpdatingTask):
    """Takes variables of the execution away."""

    variables: P[tuple[str, ...]]
    """Their names."""
    ignore_missing: P[bool] = False
    """A variable that does not exist is no failure."""

    def template(self) -> object:
        """All that is rendered."""
        return {"variables": self.variables, "ignoreMissing": str(self.ignore_missing).lower()}

    def update(self, rendered: object, variables: Mapping[str, object], labels: Labels) -> Update:
        """The variables without these."""
        del labels
        given = cast("Mapping[str, Any]", rendered)
        names = _names(given["variables"])
        missing = [name for name in names if name not in variables]
        if missing and not truthy(given["ignoreMissing"]):
            raise ValueError(f"there are no such variables: {', '.join(missing)}")
        return Update(variables={name: value for name, value in variables.items() if name not in names})


def _names(value: object) -> Sequence[str]:
    import orjson

    parsed = orjson.loads(value) if isinstance(value, str) else value
    if not isinstance(parsed, list | tuple):
        raise ValueError("'variables' must be a list of names")  # noqa: TRY004 -- it is the value that is wrong
    return cast("Sequence[str]", parsed)
