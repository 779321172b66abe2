"""A run context over a temporary folder, for tasks that are tested without an engine."""

from __future__ import annotations

import io
import re
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from pauta import registry
from pauta.errors import NotFound
from pauta.outgoing.way_out import WayOut
from pauta.runners.process import PROCESS, Process
from pauta.sdk.context import Metric, Request, Response, TaskRunInfo
from pauta.sdk.states import Level

_VARIABLE = re.compile(r"\{\{\s*(\w+)(?:\['([^']+)'\])?\s*\}\}")


class FolderContext:
    """Keeps logs, metrics and files; renders ``{{ name }}`` and ``{{ name['key'] }}`` only."""

    def __init__(self, folder: Path, variables: Mapping[str, Any] | None = None) -> None:
        self.info = TaskRunInfo("company.team", "my_flow", "E", "my_task", "T")
        self.folder = folder
        self.variables = dict(variables or {})
        self.logs: list[tuple[Level, str]] = []
        self.metrics: list[Metric] = []
        self.files: dict[str, bytes] = {}
        self.way_out = WayOut()
        self.killed = threading.Event()
        self._stops: list[Callable[[], None]] = []

    @property
    def working_dir(self) -> Path:
        place = self.folder / "work"
        place.mkdir(exist_ok=True)
        return place

    def lines(self, level: Level = Level.INFO) -> list[str]:
        return [message for each, message in self.logs if each is level]

    def render(self, value: object, variables: Mapping[str, object] | None = None) -> Any:
        if isinstance(value, str):
            return _VARIABLE.sub(lambda found: self._look_up(found, variables or {}), value)
        if isinstance(value, Mapping):
            return {self.render(key, variables): self.render(each, variables) for key, each in value.items()}
        return [self.render(each, variables) for each in value] if isinstance(value, list | tuple) else value

    def _look_up(self, found: re.Match[str], variables: Mapping[str, Any]) -> str:
        value = {**self.variables, **variables}[found[1]]
        return str(value[found[2]] if found[2] else value)

    def log(self, level: Level, message: str) -> None:
        self.logs.append((level, message))

    def metric(self, metric: Metric) -> None:
        self.metrics.append(metric)

    def put_file(self, source: Path | bytes, name: str) -> str:
        uri = f"kestra:///company/team/my-flow/executions/E/tasks/my-task/T/{name.replace(' ', '+')}"
        self.files[uri] = source if isinstance(source, bytes) else source.read_bytes()
        return uri

    def put_stream(self, chunks: Iterable[bytes], name: str) -> tuple[str, int]:
        data = b"".join(chunks)
        return self.put_file(data, name), len(data)

    def open_file(self, uri: str) -> BinaryIO:
        if uri.startswith("nsfile:///"):
            return self.open_namespace_file(self.info.namespace, uri.removeprefix("nsfile:///"))
        if uri not in self.files:
            raise NotFound("file", uri)
        return io.BytesIO(self.files[uri])

    def namespace_files(self, namespace: str) -> Iterator[str]:
        start = f"{namespace}:"
        return (name.removeprefix(start) for name in sorted(self.files) if name.startswith(start))

    def open_namespace_file(self, namespace: str, path: str) -> BinaryIO:
        return self.open_file(f"{namespace}:{path}")

    def http(self, request: Request) -> AbstractContextManager[Response]:
        return self.way_out.send(request)

    def runner(self, declared: Any) -> Any:
        return declared or Process(type=PROCESS)

    @contextmanager
    def on_kill(self, stop: Callable[[], None]) -> Generator[None]:
        self._stops.append(stop)
        if self.killed.is_set():
            stop()
        try:
            yield
        finally:
            self._stops.remove(stop)

    def kill(self) -> None:
        self.killed.set()
        for stop in list(self._stops):
            stop()


def make_task(type_name: str, **properties: Any) -> Any:
    """A task as it is after its properties were rendered."""
    task = registry.find(type_name).model_validate({"id": "my_task", "type": type_name, **properties})  # type: ignore[union-attr]
    return task.rendered({})


def alive(pid: int) -> bool:
    """Whether a process runs; one that nobody has buried yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return state[state.rindex(")") + 2] != "Z"


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> bool:
    """Whether it comes true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True
