"""Variables of the execution that are set on the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from pauta.expression import truthy
from pauta.sdk.executables import Labels, Update, UpdatingTask
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P


@plugin("io.kestra.plugin.core.execution.SetVariables")
class SetVariables(UpdatingTask):
    """Sets variables of the execution: what follows reads them under ``vars``."""

    variables: P[Mapping[str, Any]]
    """The variables; maps are merged with those that there are."""
    overwrite: P[bool] = True
    """Variables that there are may be set anew; else the task fails."""

    def template(self) -> object:
        """All that is rendered."""
        return {"variables": self.variables, "overwrite": str(self.overwrite).lower()}

    def update(self, rendered: object, variables: Mapping[str, object], labels: Labels) -> Update:
        """The variables with these among them."""
        del labels
        given = cast("Mapping[str, Any]", rendered)
        new = _map(given["variables"])
        known = sorted(set(new) & set(variables))
        if known and not truthy(given["overwrite"]):
            raise ValueError(f"these variables are set already, and 'overwrite' is false: {', '.join(known)}")
        return Update(variables=_merged(variables, new))


def _map(value: object) -> Mapping[str, object]:
    import orjson

    parsed = orjson.loads(value) if isinstance(value, str) else value
    if not isinstance(parsed, Mapping):
        raise ValueError("'variables' must be a map")  # noqa: TRY004 -- it is the value that is wrong
    return cast("Mapping[str, object]", parsed)


def _merged(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, object]:
    merged = dict(before)
    for name, value in after.items():
        old = merged.get(name)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            value = _merged(cast("Mapping[str, object]", old), cast("Mapping[str, object]", value))  # noqa: PLW2901
        merged[name] = value
    return merged
