"""All of a runtime on real SQLite, and a few tasks to run on it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pauta import ids
from pauta.blobs.store import Blobs
from pauta.clock import SystemClock
from pauta.engine.execution import CALL, SLOT
from pauta.errors import TaskFailed
from pauta.operations.executions import Executions
from pauta.operations.flows import Flows
from pauta.operations.history import History
from pauta.operations.inputs import Inputs
from pauta.operations.key_values import KeyValues
from pauta.operations.queries import Queries
from pauta.operations.reopening import Reopening
from pauta.outgoing.way_out import WayOut
from pauta.runtime.admission import Admission
from pauta.runtime.calls import Calls
from pauta.runtime.context import Surroundings
from pauta.runtime.executor import Executor
from pauta.runtime.functions import Functions
from pauta.runtime.ledger import Ledger
from pauta.runtime.listeners import Listeners, Notice, TaskRunChanged
from pauta.runtime.logs import LogSink
from pauta.runtime.mailbox import Mailbox
from pauta.runtime.outside import Outside
from pauta.runtime.ownership import Ownership
from pauta.runtime.publishing import Publisher
from pauta.runtime.runners import ByDeclaration
from pauta.runtime.worker import Worker
from pauta.runtime.workshop import Workshop
from pauta.sdk.plugins import plugin
from pauta.sdk.properties import P
from pauta.sdk.states import Level, State
from pauta.sdk.tasks import Result, RunnableTask
from pauta.secrets.encryption import Encryption
from pauta.secrets.environment import Secrets
from pauta.storage.connection import Database
from pauta.storage.locks import OwnerLocks
from pauta.storage.migrate import migrate
from pauta.storage.spill import Spill

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


@plugin("io.example.Say")
class Say(RunnableTask):
    light: ClassVar[bool] = True
    message: P[str] = ""

    def run(self, ctx: RunContext) -> None:
        ctx.log(Level.INFO, self.message)


@plugin("io.example.Give")
class Give(RunnableTask):
    light: ClassVar[bool] = True
    value: P[str] = ""

    def run(self, ctx: RunContext) -> Result:
        del ctx
        return Result({"value": self.value})


@plugin("io.example.Wait")
class Wait(RunnableTask):
    """Waits until it is stopped; says so in a file outside when it begins."""

    begun: str | None = None
    stubborn: bool = False

    def run(self, ctx: RunContext) -> None:
        stopped = threading.Event()
        with ctx.on_kill(stopped.set):
            if self.begun:
                with Path(self.begun).open("a") as file:
                    file.write(f"{ctx.info.task_run_id}\n")
            stopped.wait(60)


@plugin("io.example.Append")
class Append(RunnableTask):
    """Writes a line to a file outside."""

    file: str
    line: P[str] = "x"

    def run(self, ctx: RunContext) -> Result:
        del ctx
        with Path(self.file).open("a") as file:
            file.write(self.line + "\n")
        return Result({"line": self.line})


@plugin("io.example.Break")
class Break(RunnableTask):
    """Fails: with a sentence of its own, or as nobody foresaw."""

    message: str | None = None
    size: int = 0

    def run(self, ctx: RunContext) -> Result:
        (ctx.working_dir / "file").write_text("x")
        if self.message is not None:
            raise TaskFailed(self.message, {"before": 1})
        if self.size:
            return Result({"text": "x" * self.size})
        return Result({"thing": 1 / 0})


class Runtime:
    """One process' worth of everything."""

    def __init__(self, folder: Path, *, max_pages: int | None = None, secrets: dict[str, str] | None = None) -> None:
        clock, self.heard = SystemClock(), list[Notice]()
        self.database = Database(folder / "pauta.db", max_pages=max_pages)
        migrate(self.database, clock.now())
        blobs, listeners, sink = Blobs(folder / "files"), Listeners(), LogSink(clock)
        spill, encryption = Spill(blobs), Encryption(folder / "secret.key")
        self.listeners = listeners
        self.ownership = Ownership(self.database, OwnerLocks(folder / "owners.lock"), ids.new(clock.now()))
        shard = self.ownership.take_free()
        self.flows = Flows(database=self.database, clock=clock)
        self.key_values, self.blobs, way_out = KeyValues(database=self.database, clock=clock), blobs, WayOut()
        self.queries = Queries(database=self.database, blobs=blobs, spill=spill, clock=clock)
        functions = Functions(
            blobs=blobs,
            secrets=Secrets(secrets or {}, {}),
            encryption=encryption,
            key_values=self.key_values,
            way_out=way_out,
            queries=self.queries,
        )
        inputs = Inputs(blobs=blobs, encryption=encryption, functions=functions.for_inputs)
        calls = Calls(flows=self.flows, inputs=inputs, clock=clock)
        history = History(database=self.database, blobs=blobs, queries=self.queries)
        surroundings = Surroundings(blobs, way_out, ByDeclaration(), folder / "temporary", self.key_values, history)
        worker = Worker(surroundings=surroundings, sink=sink, worker_id="w", limit=8)
        self.executor = Executor(
            ledger=Ledger(self.database, self.ownership, spill, self.flows.revision),
            mailbox=Mailbox(self.database, self.ownership, clock),
            workshop=Workshop(
                worker=worker,
                outside=Outside(answers={CALL: calls.answer, SLOT: Admission(self.database, clock).answer}),
                functions=functions,
            ),
            sink=sink,
            publisher=Publisher(listeners),
        )
        self.executions = Executions(
            database=self.database,
            inputs=inputs,
            clock=clock,
            shard=lambda: shard,
            wake=self.executor.wake,
        )

        self.reopening = Reopening(
            database=self.database,
            spill=spill,
            flows=self.flows,
            inputs=inputs,
            clock=clock,
            shard=lambda: shard,
            wake=self.executor.wake,
        )

    def __enter__(self) -> Self:
        self.listeners.subscribe(self.heard.append)
        self.executor.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.executor.stop()
        self.ownership.close()
        self.database.close()

    def begin(self, *tasks: str, head: str = "", **inputs: object) -> str:
        """Deploy a flow of these tasks (YAML maps) and start it; gives the execution's id."""
        return self.executions.start(self.flows.deploy(a_flow(tasks, head)), inputs)

    def run(self, *tasks: str, head: str = "", **inputs: object) -> dict[str, Any]:
        """Run a flow of these tasks to its end; gives the execution's document."""
        return self.end_of(self.begin(*tasks, head=head, **inputs))

    def end_of(self, execution_id: str) -> dict[str, Any]:
        assert self.executor.wait(execution_id, 60)
        return self.queries.execution(execution_id)

    def messages(self, execution_id: str) -> list[str]:
        return [line["message"] for line in self.queries.logs(execution_id)]

    def when_running(self) -> threading.Event:
        """An event that is set when a task run is RUNNING."""
        running = threading.Event()

        def listen(notice: Notice) -> None:
            if isinstance(notice, TaskRunChanged) and notice.task_run.state is State.RUNNING:
                running.set()

        self.listeners.subscribe(listen)
        return running


def a_flow(tasks: Sequence[str], head: str = "") -> str:
    listed = "".join(f"  - {{id: t{number}, {task}}}\n" for number, task in enumerate(tasks))
    return f"id: flow\nnamespace: test\n{head}tasks:\n{listed}"
