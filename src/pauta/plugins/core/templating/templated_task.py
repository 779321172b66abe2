"""A task whose text is rendered before it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from pydantic import ValidationError

from pauta import registry
from pauta.errors import TaskFailed
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P
from pauta.sdk.tasks import Result, RunnableTask

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


@plugin("io.kestra.plugin.core.templating.TemplatedTask", aliases=("io.kestra.core.tasks.templating.TemplatedTask",))
class TemplatedTask(RunnableTask):
    """Runs the task that a rendered YAML text describes; gives what it gives."""

    spec: P[str]
    """The task, as YAML; it must be one that runs, no flow control and no ``TemplatedTask``."""

    def run(self, ctx: RunContext) -> Result | None:
        """Run the task. Raises TaskFailed when the text describes none."""
        task = _task(_properties(self.spec), self.id)
        values = {name: ctx.render(value) for name, value in task.templated().items()}
        return task.rendered(values).run(ctx)


def _properties(text: str) -> dict[str, Any]:
    import yaml

    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise TaskFailed(f"spec: it is no YAML: {error}") from None
    if not isinstance(value, dict):
        raise TaskFailed("spec: it is no task: a map with a 'type' is expected")
    return cast("dict[str, Any]", value)


def _task(properties: dict[str, Any], task_id: str) -> RunnableTask:
    try:
        return _class(properties.get("type")).model_validate({"id": task_id, **properties})
    except ValidationError as error:
        problems = (f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors(include_url=False))
        raise TaskFailed(f"spec: {'; '.join(problems)}") from None


def _class(name: object) -> type[RunnableTask]:
    cls = registry.find(name) if isinstance(name, str) else None
    if cls is None:
        raise TaskFailed(f"spec: there is no type '{name}'" if name else "spec: it has no 'type'")
    if not issubclass(cls, RunnableTask) or issubclass(cls, TemplatedTask):
        raise TaskFailed(f"spec: '{name}' cannot run here: a task that runs is expected, other than a TemplatedTask")
    return cls
