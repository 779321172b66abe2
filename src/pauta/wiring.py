"""The composition root: the only place that names adapters and reads settings.

``open_local`` puts together all that one process needs to run flows by itself; ``open_archive`` only what is needed to
look at runs that were kept.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from pauta import ids
from pauta.blobs.store import Blobs
from pauta.clock import SystemClock
from pauta.errors import NotFound
from pauta.operations.queries import Filter, Queries
from pauta.sdk.states import Containers
from pauta.settings import Settings, read_settings
from pauta.storage.connection import Database
from pauta.storage.logs import Wanted
from pauta.storage.migrate import migrate
from pauta.storage.spill import Spill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pauta.engine.execution import TaskRun
    from pauta.flow.model import Flow
    from pauta.operations.documents import Document
    from pauta.operations.executions import Executions, Labels
    from pauta.operations.flows import Flows
    from pauta.operations.key_values import KeyValues
    from pauta.operations.namespace_files import NamespaceFiles
    from pauta.runtime.calls import Calls
    from pauta.runtime.context import Surroundings
    from pauta.runtime.executor import Executor
    from pauta.runtime.functions import Functions
    from pauta.runtime.listeners import Listener, Listeners
    from pauta.sdk.states import Level, State

_DATABASE = "pauta.db"
_FILES = "files"
_LOCKS = "owners.lock"
_KEY = "secret.key"
_TEMPORARY = "tmp"


class View(Protocol):
    """Who watches a run."""

    def log(self, at: int, level: Level, task_id: str | None, message: str) -> None:
        """A log line."""
        ...

    def task_run(self, task_run: TaskRun) -> None:
        """A task run entered a state."""
        ...


class Archive:
    """The runs that were kept."""

    def __init__(self, queries: Queries) -> None:
        self._queries = queries

    def list(self, *, namespace: str | None, flow_id: str | None, state: State | None, limit: int) -> list[Document]:
        """Executions, newest first."""
        return self._queries.executions(Filter(namespace, flow_id, state), limit=limit)

    def resolve(self, execution_id: str) -> str:
        """The id of an execution; ``last`` is the newest one. Raises NotFound."""
        return self._queries.resolve(execution_id)

    def document(self, execution_id: str, *, logs: bool) -> Document:
        """All that is known about an execution, with its log when asked for. Raises NotFound."""
        return self._queries.result(execution_id, logs=logs)

    def logs(self, execution_id: str, *, level: Level, task_id: str | None) -> Iterator[Document]:
        """The log of an execution. Raises NotFound."""
        return self._queries.logs(execution_id, Wanted(level, task_id))


@dataclass(frozen=True, slots=True)
class Local:
    """Everything that one process needs to run flows."""

    _flows: Flows
    _executions: Executions
    _namespace_files: NamespaceFiles
    _queries: Queries
    _executor: Executor
    _listeners: Listeners
    _shard: int

    def deploy(self, source: str, *, file: str | None = None) -> Flow:
        """Keep a flow. Raises InvalidFlow."""
        return self._flows.deploy(source, file=file)

    def put_namespace_files(self, namespace: str, folder: Path) -> None:
        """Keep the content of a folder as files of a namespace. Raises StorageFailed."""
        self._namespace_files.put_folder(namespace, folder)

    def start(self, flow: Flow, inputs: Mapping[str, Any], labels: Labels) -> str:
        """Accept an execution; gives its id. Raises InvalidInputs."""
        return self._executions.start(flow, inputs, labels)

    def successor(self, execution_id: str) -> str | None:
        """The execution that takes the place of one that is RETRIED; None for all others."""
        return self._queries.successor(execution_id)

    def run(self, execution_id: str, view: View) -> None:
        """Work until nothing follows any more in this execution; the view hears what happens in it.

        Raises StorageFailed or DataInUse when the work cannot go on.
        """
        forget = self._listeners.subscribe(_listener(execution_id, view))
        try:
            self._executor.start_once()
            self._executor.wait(execution_id)
        finally:
            forget()

    def kill(self, execution_id: str) -> None:
        """Ask for the end of an execution; may be called in a signal handler."""
        self._executor.kill(execution_id)

    def open(self) -> list[Document]:
        """The executions of this process that are not over, as lists show them."""
        return self._queries.unsettled(self._shard)

    def document(self, execution_id: str, *, logs: bool) -> Document:
        """All that is known about an execution, with its log when asked for. Raises NotFound."""
        return self._queries.result(execution_id, logs=logs)


@contextmanager
def open_archive(data: Path | None) -> Generator[Archive]:
    """Look at what is kept in a folder. Raises NotFound when nothing is kept there."""
    settings = read_settings(os.environ, data=data)
    if not (settings.data / _DATABASE).is_file():
        raise NotFound("folder with runs", str(settings.data))
    clock, blobs = SystemClock(), Blobs(settings.data / _FILES)
    database = _database(settings, clock)
    try:
        yield Archive(Queries(database=database, blobs=blobs, spill=Spill(blobs), clock=clock))
    finally:
        database.close()


@contextmanager
def open_key_values(data: Path | None) -> Generator[KeyValues]:
    """Open the key-value store in a folder; other commands may use it at the same time.

    Raises StorageFailed when it cannot be used.
    """
    from pauta.operations.key_values import KeyValues

    settings, clock = read_settings(os.environ, data=data), SystemClock()
    database = _database(settings, clock)
    try:
        yield KeyValues(database=database, clock=clock)
    finally:
        database.close()


@contextmanager
def open_local(
    data: Path | None, *, secrets: Mapping[str, str], containers: Containers | None = None
) -> Generator[Local]:
    """Open a folder to run flows in it, with these secrets besides those of the environment.

    ``containers`` wins over the setting.
    Raises StorageFailed when it cannot be used.
    """
    from pauta.runtime.ownership import Ownership
    from pauta.storage.locks import OwnerLocks

    settings, clock = read_settings(os.environ, data=data, containers=containers), SystemClock()
    database = _database(settings, clock)
    ownership = Ownership(database, OwnerLocks(settings.data / _LOCKS), ids.new(clock.now()))
    local = _local(settings, clock, database, ownership, secrets)
    try:
        yield local
    finally:
        local._executor.stop()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] -- this place made it
        ownership.close()
        database.close()


def _database(settings: Settings, clock: SystemClock) -> Database:
    database = Database(settings.data / _DATABASE)
    migrate(database, clock.now())
    return database


def _local(
    settings: Settings, clock: SystemClock, database: Database, ownership: Any, secrets: Mapping[str, str]
) -> Local:
    from pauta.operations.executions import Executions
    from pauta.operations.flows import Flows
    from pauta.operations.history import History
    from pauta.operations.inputs import Inputs
    from pauta.operations.key_values import KeyValues
    from pauta.operations.namespace_files import NamespaceFiles
    from pauta.outgoing.way_out import WayOut
    from pauta.runtime.calls import Calls
    from pauta.runtime.context import Surroundings
    from pauta.runtime.functions import Functions
    from pauta.runtime.listeners import Listeners
    from pauta.runtime.runners import ByDeclaration
    from pauta.secrets.encryption import Encryption
    from pauta.secrets.environment import Secrets

    blobs, encryption, listeners = Blobs(settings.data / _FILES), Encryption(settings.data / _KEY), Listeners()
    spill, flows, shard = Spill(blobs), Flows(database=database, clock=clock), ownership.take_free()
    queries = Queries(database=database, blobs=blobs, spill=spill, clock=clock)
    key_values, way_out = KeyValues(database=database, clock=clock), WayOut()
    functions = Functions(
        blobs=blobs,
        secrets=Secrets(secrets, os.environ),
        encryption=encryption,
        key_values=key_values,
        way_out=way_out,
        queries=queries,
        clock=clock,
    )
    history = History(database=database, blobs=blobs, queries=queries)
    surroundings = Surroundings(
        blobs,
        way_out,
        ByDeclaration(Containers(settings.containers)),
        settings.data.resolve() / _TEMPORARY,
        key_values,
        history,
    )
    inputs = Inputs(blobs=blobs, encryption=encryption, functions=functions.for_inputs)
    calls = Calls(flows=flows, inputs=inputs, clock=clock)
    executor = _executor(settings, database, ownership, flows, listeners, functions, surroundings, calls)
    return Local(
        flows,
        Executions(
            database=database,
            inputs=inputs,
            clock=clock,
            shard=lambda: shard,
            wake=executor.wake,
        ),
        NamespaceFiles(blobs=blobs, apart=settings.data),
        queries,
        executor,
        listeners,
        shard,
    )


def _executor(  # noqa: PLR0913, PLR0917 -- all that meets in the executor
    settings: Settings,
    database: Database,
    ownership: Any,
    flows: Flows,
    listeners: Listeners,
    functions: Functions,
    surroundings: Surroundings,
    calls: Calls,
) -> Executor:
    from pauta.engine.execution import CALL, SLOT
    from pauta.runtime.admission import Admission
    from pauta.runtime.executor import Executor
    from pauta.runtime.ledger import Ledger
    from pauta.runtime.logs import LogSink
    from pauta.runtime.mailbox import Mailbox
    from pauta.runtime.outside import Outside
    from pauta.runtime.publishing import Publisher
    from pauta.runtime.worker import Worker
    from pauta.runtime.workshop import Workshop

    clock = SystemClock()
    sink = LogSink(clock)
    worker = Worker(surroundings=surroundings, sink=sink, worker_id=ids.new(clock.now()), limit=settings.workers)
    return Executor(
        ledger=Ledger(database, ownership, Spill(surroundings.blobs), flows.revision),
        mailbox=Mailbox(database, ownership, clock),
        workshop=Workshop(
            worker=worker,
            outside=Outside(answers={CALL: calls.answer, SLOT: Admission(database, clock).answer}),
            functions=functions,
        ),
        sink=sink,
        publisher=Publisher(listeners),
    )


def _listener(execution_id: str, view: View) -> Listener:
    """Tells the view what happens in one execution."""
    from pauta.runtime.listeners import LogWritten, Notice, TaskRunChanged

    def listen(notice: Notice) -> None:
        if isinstance(notice, LogWritten) and notice.execution_id == execution_id:
            view.log(notice.at, notice.level, notice.task_id, notice.message)
        elif isinstance(notice, TaskRunChanged) and notice.task_run.execution_id == execution_id:
            view.task_run(notice.task_run)

    return listen
