"""Tasks that share a working directory.

It stands beside the scripts, whose files it provides and collects in the same way. Which task comes next is decided
like for every other flow-control task; what touches files is done in two phases, by a worker.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, cast

from pydantic import Field

from pauta.errors import TaskFailed
from pauta.plugins.scripts.input_files import NamespaceFiles, provide_input_files, provide_namespace_files
from pauta.plugins.scripts.output_files import collect
from pauta.sdk.durations import Duration
from pauta.sdk.flow_control import FINISH, Do, FlowControl, Give, Judgement, Next, ScopeView, active, in_sequence
from pauta.sdk.plugins import Model, plugin
from pauta.sdk.properties import RENDERED, D, P
from pauta.sdk.states import Level, State
from pauta.sdk.tasks import AnyTask, Task

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext

OPEN, CLOSE = "open", "close"


class Cache(Model):
    """Files that are kept for the next run."""

    patterns: P[list[str]]
    """Which files."""
    ttl: P[Duration | None] = None
    """The age at which they are too old."""


@plugin(
    "io.kestra.plugin.core.flow.WorkingDirectory",
    aliases=("io.kestra.core.tasks.flows.WorkingDirectory", "io.kestra.core.tasks.flows.Worker"),
)
class WorkingDirectory(FlowControl):
    """Runs its tasks one after the other in the same working directory."""

    shares_directory: ClassVar[bool] = True

    tasks: tuple[AnyTask, ...] = Field(min_length=1)
    """What to run."""
    input_files: D[Any] = None
    """Files that are there at the beginning: a map of names to contents or URIs, or the JSON of one."""
    namespace_files: D[NamespaceFiles | None] = None
    """Files of namespaces that are there at the beginning."""
    output_files: D[Sequence[str] | str | None] = None
    """Names and patterns of files that are stored at the end: the output ``outputFiles`` has their URIs."""
    cache: D[Cache | None] = None
    """Files that are kept for the next run."""

    def next(self, view: ScopeView) -> Next:
        """Make the directory, then task after task."""
        if view.created == 0 and view.value(OPEN) is None:
            return Do(OPEN)
        return in_sequence(self._active, view)

    def judge(self, view: ScopeView) -> Judgement:
        """At the end, store what is asked for; not after a failure."""
        if not self.output_files or "outputFiles" in view.outputs or view.count(State.FAILED):
            return FINISH
        stored = view.value(CLOSE)
        return Do(CLOSE) if stored is None else Give(cast("Mapping[str, object]", stored))

    def phase(self, name: str, ctx: RunContext) -> Mapping[str, object]:
        """Fill the directory, or store what is in it. Raises PautaError."""
        return self._open(ctx) if name == OPEN else self._close(ctx)

    def _open(self, ctx: RunContext) -> Mapping[str, object]:
        if self.cache is not None:
            ctx.log(Level.WARN, "files are not kept for the next run yet: 'cache' does nothing")
        if self.namespace_files is not None:
            properties = ctx.render(self.namespace_files.model_dump(by_alias=True))
            wanted = NamespaceFiles.model_validate(properties, context=RENDERED)
            if wanted.enabled:
                provide_namespace_files(wanted, ctx)
        provide_input_files(ctx.render(self.input_files), ctx)
        return {"directory": str(ctx.working_dir)}

    def _close(self, ctx: RunContext) -> Mapping[str, object]:
        collected = collect(_patterns(ctx.render(self.output_files)), ctx)
        if collected.refused:
            raise TaskFailed("; ".join(collected.refused))
        return {"outputFiles": collected.files}

    @cached_property
    def _active(self) -> tuple[Task, ...]:
        return active(self.tasks)


def _patterns(rendered: object) -> Sequence[str]:
    import orjson

    parsed = orjson.loads(rendered) if isinstance(rendered, str) else rendered
    if not isinstance(parsed, list | tuple):
        raise TaskFailed("outputFiles has to be a list of names and patterns")
    return [str(each) for each in cast("Sequence[object]", parsed)]
