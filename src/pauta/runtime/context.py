"""The run context of a task run: what `pauta.sdk.context.RunContext` promises to tasks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Protocol

from pauta import paths
from pauta.blobs import places
from pauta.blobs.store import Blobs
from pauta.errors import PathRefused, StorageFailed
from pauta.runtime.logs import TaskLog
from pauta.sdk.context import Metric, Request, Response, TaskRunInfo
from pauta.sdk.history import History
from pauta.sdk.key_values import KeyValues
from pauta.sdk.states import Level

if TYPE_CHECKING:
    from pauta.sdk.runners import TaskRunner


class Rendering(Protocol):
    """Renders expressions in the variables of one task run."""

    def render(self, value: object, variables: Mapping[str, object] | None = None) -> object:
        """Expressions in a text, list or map rendered to text."""
        ...

    def evaluate(self, value: object) -> object:
        """Expressions in a text, list or map; a text that is one expression gives its own value."""
        ...


class WayOut(Protocol):
    """Sends HTTP requests to where it is allowed."""

    def send(self, request: Request) -> AbstractContextManager[Response]:
        """Send a request."""
        ...


class Runners(Protocol):
    """Chooses task runners."""

    def choose(self, declared: TaskRunner | None, execution_id: str, warn: Callable[[str], None]) -> TaskRunner:
        """The runner to use for what was declared; ``warn`` says why it is another one."""
        ...


class Store(Protocol):
    """The key-value store of all namespaces."""

    def of(self, namespace: str, reader: str) -> KeyValues:
        """The values of a namespace, for a flow of the namespace ``reader``."""
        ...

    def namespaces(self) -> list[str]:
        """The namespaces that have flows."""
        ...


class Surroundings(NamedTuple):
    """What all task runs of a process share. Working directories are made below ``temporary``."""

    blobs: Blobs
    way_out: WayOut
    runners: Runners
    temporary: Path
    key_values: Store
    history: History


class Stop:
    """Tells a running task that it has to end. ``reason`` is None as long as nobody asked for it."""

    def __init__(self) -> None:
        self.reason: str | None = None
        self._callbacks: list[Callable[[], None]] = []
        self._lock = threading.Lock()

    def ask(self, reason: str) -> None:
        """Ask for the end; the first reason stays."""
        with self._lock:
            if self.reason is not None:
                return
            self.reason = reason
            callbacks = list(self._callbacks)
        for callback in callbacks:
            callback()

    @contextmanager
    def watch(self, callback: Callable[[], None]) -> Generator[None]:
        """Inside the block the callback is called when the end is asked for; at once when it already was."""
        with self._lock:
            self._callbacks.append(callback)
            late = self.reason is not None
        if late:
            callback()
        try:
            yield
        finally:
            with self._lock:
                self._callbacks.remove(callback)


class TaskRunContext:
    """The context of one attempt. ``close`` removes its working directory."""

    def __init__(
        self, info: TaskRunInfo, *, rendering: Rendering, log: TaskLog, stop: Stop, surroundings: Surroundings
    ) -> None:
        self._info = info
        self._rendering = rendering
        self._log = log
        self._stop = stop
        self._surroundings = surroundings
        self._folder: Path | None = None
        self._lock = threading.Lock()

    @property
    def info(self) -> TaskRunInfo:
        """Which task run this is."""
        return self._info

    @property
    def working_dir(self) -> Path:
        """The folder of this task run, made at the first use."""
        with self._lock:
            if self._folder is None:
                self._folder = self._make_folder()
            return self._folder

    def render(self, value: object, variables: Mapping[str, object] | None = None) -> object:
        """Expressions rendered to text, with these variables added."""
        return self._rendering.render(value, variables)

    def evaluate(self, value: object) -> object:
        """Expressions with their own values."""
        return self._rendering.evaluate(value)

    def log(self, level: Level, message: str) -> None:
        """Write a log line of this task run."""
        self._log.write(level, message)

    def metric(self, metric: Metric) -> None:
        """Report a metric of this task run."""
        self._log.metric(metric)

    def put_file(self, source: Path | bytes, name: str) -> str:
        """Keep a file in the internal storage."""
        path = self._place(name)
        self._surroundings.blobs.put(path, source)
        return places.uri(path)

    def put_stream(self, chunks: Iterable[bytes], name: str) -> tuple[str, int]:
        """Keep chunks as a file in the internal storage."""
        path = self._place(name)
        size = self._surroundings.blobs.put(path, chunks)
        return places.uri(path), size

    def open_file(self, uri: str) -> BinaryIO:
        """Open a file of the internal storage or a namespace file."""
        if uri.startswith(places.NAMESPACE_SCHEME):
            return self.open_namespace_file(*places.namespace_path(uri, self._info.namespace))
        return self._surroundings.blobs.open(self._allowed(places.path_of(uri)))

    def delete_file(self, uri: str) -> bool:
        """Remove a file of the internal storage."""
        return self._surroundings.blobs.delete(self._allowed(places.path_of(uri)))

    def execution_files(self) -> Iterator[str]:
        """The URIs of all files of this execution."""
        run = self._info
        folder = places.of_execution(run.namespace, run.flow_id, run.execution_id)
        return (places.uri(f"{folder}/{path}") for path in self._surroundings.blobs.list(folder))

    def put_namespace_file(self, namespace: str, path: str, source: Path | bytes | Iterable[bytes]) -> str:
        """Keep a namespace file."""
        place = places.file_in(places.of_namespace_files(namespace), path)
        self._surroundings.blobs.put(place, source)
        return places.uri(place)

    def delete_namespace_file(self, namespace: str, path: str) -> bool:
        """Remove a namespace file."""
        return self._surroundings.blobs.delete(f"{places.of_namespace_files(namespace)}/{paths.relative(path)}")

    @property
    def history(self) -> History:
        """What was kept of executions."""
        return self._surroundings.history

    def namespaces(self) -> list[str]:
        """The namespaces that have flows."""
        return self._surroundings.key_values.namespaces()

    def key_values(self, namespace: str) -> KeyValues:
        """The key-value store of a namespace."""
        return self._surroundings.key_values.of(namespace, self._info.namespace)

    def namespace_files(self, namespace: str) -> Iterator[str]:
        """The paths of the files of a namespace."""
        return self._surroundings.blobs.list(places.of_namespace_files(namespace))

    def open_namespace_file(self, namespace: str, path: str) -> BinaryIO:
        """Open a namespace file."""
        return self._surroundings.blobs.open(f"{places.of_namespace_files(namespace)}/{paths.relative(path)}")

    def http(self, request: Request) -> AbstractContextManager[Response]:
        """Send a request through the checked way out."""
        return self._surroundings.way_out.send(request)

    def runner(self, declared: TaskRunner | None) -> TaskRunner:
        """The task runner to use."""
        return self._surroundings.runners.choose(declared, self._info.execution_id, self._warn)

    def on_kill(self, stop: Callable[[], None]) -> AbstractContextManager[None]:
        """Inside the block, ``stop`` is called when the task run is killed or times out."""
        return self._stop.watch(stop)

    def close(self) -> None:
        """Remove the working directory."""
        if self._folder is not None and self._info.directory is None:
            import shutil

            shutil.rmtree(self._folder, ignore_errors=True)

    def _warn(self, message: str) -> None:
        self._log.write(Level.WARN, message)

    def _place(self, name: str) -> str:
        return places.file_in(places.of_task_run(self._info), name)

    def _allowed(self, path: str) -> str:
        """A flow reads files of its own namespace (and those below it), of whichever flow."""
        if not places.is_of_namespace(path, self._info.namespace):
            raise PathRefused(f"'{places.uri(path)}' does not belong to the namespace {self._info.namespace}")
        return path

    def _make_folder(self) -> Path:
        shared = self._info.directory
        folder = self._surroundings.temporary / (shared or f"{self._info.task_run_id}-{self._info.attempt}")
        try:
            folder.mkdir(parents=True, mode=0o700, exist_ok=shared is not None)
        except OSError as error:
            raise StorageFailed(f"the working directory {folder} cannot be made: {error.strerror}") from error
        return folder
