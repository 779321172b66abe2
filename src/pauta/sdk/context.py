"""What a running task sees of the world: the run context.

A task never reads the environment, the clock or the database by itself; it asks its context, which checks that it
may, masks secrets in what it logs, and stops what it started when the task run is killed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from pauta.sdk.history import History
from pauta.sdk.key_values import KeyValues
from pauta.sdk.states import Level, MetricKind

if TYPE_CHECKING:
    from pauta.sdk.runners import TaskRunner


@dataclass(frozen=True, slots=True)
class TaskRunInfo:
    """Which task run of which execution this is. ``attempt`` counts from 0."""

    namespace: str
    flow_id: str
    execution_id: str
    task_id: str
    task_run_id: str
    attempt: int = 0
    directory: str | None = None
    """The task run whose working directory it shares; it is not removed with this one."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A number that a task run reports. A timer's value is in seconds."""

    name: str
    kind: MetricKind
    value: float
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Response:
    """Answer of an HTTP request. ``stream`` gives the body once, in chunks."""

    status: int
    headers: Mapping[str, Sequence[str]]
    url: str
    stream: Iterable[bytes]


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request. Timeouts are in seconds; ``content`` is the encoded body."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    content: bytes | None = None
    connect_timeout: float | None = None
    read_timeout: float | None = 300.0
    follow_redirects: bool = True
    verify: bool = True
    proxy: str | None = None


class RunContext(Protocol):
    """See the module's docstring."""

    @property
    def info(self) -> TaskRunInfo:
        """Which task run this is."""
        ...

    @property
    def working_dir(self) -> Path:
        """The folder of this task run, made at the first use, removed after it."""
        ...

    def render(self, value: object, variables: Mapping[str, object] | None = None) -> object:
        """Expressions in a text, list or map (keys too) rendered to text, with these variables added.

        Raises ExpressionError.
        """
        ...

    def evaluate(self, value: object) -> object:
        """Like ``render``, but a text that is exactly one expression gives the expression's own value.

        Raises ExpressionError.
        """
        ...

    def log(self, level: Level, message: str) -> None:
        """Write a log line of this task run; secrets in it are masked."""
        ...

    def metric(self, metric: Metric) -> None:
        """Report a metric of this task run."""
        ...

    def put_file(self, source: Path | bytes, name: str) -> str:
        """Keep a file in the internal storage under this task run; gives its ``kestra://`` URI."""
        ...

    def put_stream(self, chunks: Iterable[bytes], name: str) -> tuple[str, int]:
        """Like ``put_file`` for data that comes in chunks; gives the URI and the size in bytes."""
        ...

    def open_file(self, uri: str) -> BinaryIO:
        """Open a file of the internal storage (``kestra://``) or of namespace files (``nsfile://``) for reading.

        Raises NotFound, or PathRefused when this execution may not read it.
        """
        ...

    def delete_file(self, uri: str) -> bool:
        """Remove a file of the internal storage; gives whether it was there.

        Raises PathRefused when this execution may not do it.
        """
        ...

    def execution_files(self) -> Iterable[str]:
        """The URIs of all files that this execution keeps in the internal storage."""
        ...

    def put_namespace_file(self, namespace: str, path: str, source: Path | bytes | Iterable[bytes]) -> str:
        """Keep a namespace file; gives its ``kestra://`` URI. Raises NotFound for a namespace that does not exist."""
        ...

    def delete_namespace_file(self, namespace: str, path: str) -> bool:
        """Remove a namespace file; gives whether it was there."""
        ...

    @property
    def history(self) -> History:
        """What was kept of executions."""
        ...

    def namespaces(self) -> list[str]:
        """The namespaces that have flows, sorted."""
        ...

    def key_values(self, namespace: str) -> KeyValues:
        """The key-value store of a namespace. Raises NotFound when there is no such namespace."""
        ...

    def namespace_files(self, namespace: str) -> Iterable[str]:
        """The paths of the files of a namespace, relative, with ``/``."""
        ...

    def open_namespace_file(self, namespace: str, path: str) -> BinaryIO:
        """Open a namespace file for reading. Raises NotFound."""
        ...

    def http(self, request: Request) -> AbstractContextManager[Response]:
        """Send a request through the checked way out.

        Raises AddressRefused, or TaskFailed when there is no answer.
        """
        ...

    def runner(self, declared: TaskRunner | None) -> TaskRunner:
        """The task runner to use for what the task declares (None: the default), as this installation allows."""
        ...

    def on_kill(self, stop: Callable[[], None]) -> AbstractContextManager[None]:
        """Inside the block, ``stop`` is called (from another thread) when the task run is killed or times out."""
        ...
