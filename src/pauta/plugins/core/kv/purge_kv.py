"""Values to forget for good."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from pauta.errors import TaskFailed
from pauta.plugins.core.instants import instant
from pauta.sdk.plugins import Model, Outputs, plugin
from pauta.sdk.properties import P
from pauta.sdk.states import Level
from pauta.sdk.tasks import Result, RunnableTask

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext
    from pauta.sdk.key_values import ValueVersion


class ByKey(Model):
    """Versions of a value, all of them or those whose time is over."""

    type: Literal["key"]
    expired_only: bool = True
    """Whether only expired values go."""

    def chosen(self, versions: Iterable[ValueVersion]) -> Iterator[ValueVersion]:
        """The versions to forget."""
        return (each for each in versions if each.expired or not self.expired_only)


class ByVersion(Model):
    """Old versions of values."""

    type: Literal["version"]
    before: str | None = None
    """Versions go that were written before this date and time."""
    keep_amount: int | None = None
    """So many of the newest versions of a value stay."""

    def chosen(self, versions: Iterable[ValueVersion]) -> Iterator[ValueVersion]:
        """The versions to forget."""
        limit = instant(self.before, "before") if self.before else None
        for _, same in groupby(versions, lambda each: each.key):
            for place, each in enumerate(same):
                if (limit is None or each.written_at < limit) and place >= (self.keep_amount or 0):
                    yield each


class PurgeKVOutputs(Outputs):
    """What ``PurgeKV`` gives."""

    size: int
    """How many versions of values went."""


@plugin("io.kestra.plugin.core.kv.PurgeKV", outputs=PurgeKVOutputs)
class PurgeKV(RunnableTask):
    """Forgets expired values, or old versions of values; output ``size`` counts the versions that went."""

    key_pattern: P[str | None] = None
    """Only keys that fit this pattern (``*`` and ``?``)."""
    namespaces: P[list[str] | None] = None
    """The namespaces; without them and a pattern, all."""
    namespace_pattern: P[str | None] = None
    """Namespaces that fit this pattern, instead of a list."""
    include_child_namespaces: P[bool] = True
    """Whether the namespaces below those of the list are meant, too."""
    behavior: P[ByKey | ByVersion] = ByKey(type="key")
    """What goes: ``{type: key, expiredOnly: true}``, or ``{type: version}`` with ``before`` or ``keepAmount``."""
    expired_only: P[bool | None] = None
    """An older form of the behavior."""

    def run(self, ctx: RunContext) -> Result:
        """Forget the versions. Raises TaskFailed, or NotFound for a namespace that does not exist."""
        found = list(self._meant(ctx.namespaces()))
        ctx.log(Level.INFO, f"purging {len(found)} namespaces: [{', '.join(found)}]")
        size = sum(self._purge(namespace, ctx) for namespace in found)
        ctx.log(Level.INFO, f"purged {size} keys")
        return Result({"size": size})

    def _purge(self, namespace: str, ctx: RunContext) -> int:
        values = ctx.key_values(namespace)
        behavior = self.behavior if self.expired_only is None else _by_key(expired_only=self.expired_only)
        versions = [each for each in values.versions() if fnmatchcase(each.key, self.key_pattern or "*")]
        chosen = list(behavior.chosen(versions))
        values.purge(chosen)
        return len(chosen)

    def _meant(self, existing: list[str]) -> Iterator[str]:
        """The namespaces that are meant, each once."""
        if self.namespaces and self.namespace_pattern:
            raise TaskFailed("either 'namespaces' or 'namespacePattern' can be given, not both")
        if self.namespaces:
            below = [each for each in existing if self.include_child_namespaces and _is_below(each, self.namespaces)]
            yield from dict.fromkeys((*self.namespaces, *below))
        else:
            yield from (each for each in existing if fnmatchcase(each, self.namespace_pattern or "*"))


def _by_key(*, expired_only: bool) -> ByKey:
    return ByKey.model_validate({"type": "key", "expiredOnly": expired_only})


def _is_below(namespace: str, others: Iterable[str]) -> bool:
    return any(namespace.startswith(f"{other}.") for other in others)
