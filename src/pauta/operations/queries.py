"""What can be asked about flows and executions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from pauta.blobs import places
from pauta.blobs.store import Blobs
from pauta.clock import Clock
from pauta.engine import again
from pauta.engine.execution import Execution
from pauta.errors import NotFound, PathRefused
from pauta.operations import documents
from pauta.operations.documents import Document
from pauta.sdk.states import State
from pauta.storage import executions, flows, logs, metrics, task_runs
from pauta.storage.connection import Database, Session
from pauta.storage.filters import Condition
from pauta.storage.logs import EVERYTHING, Wanted
from pauta.storage.spill import Spill

LAST = "last"


class Filter(NamedTuple):
    """Which executions: of a namespace or one below it, of a flow's id, in a state; all when nothing is said."""

    namespace: str | None = None
    flow_id: str | None = None
    state: State | None = None

    def conditions(self) -> Iterator[Condition]:
        """The same as conditions of the list."""
        if self.namespace is not None:
            yield Condition("namespace", "below", self.namespace)
        if self.flow_id is not None:
            yield Condition("flow_id", "=", self.flow_id)
        if self.state is not None:
            yield Condition("state", "=", self.state)


class Queries:
    """Reads what is stored, as Kestra-shaped documents."""

    def __init__(self, *, database: Database, blobs: Blobs, spill: Spill, clock: Clock) -> None:
        self._database = database
        self._blobs = blobs
        self._spill = spill
        self._clock = clock

    def flows(self) -> list[Document]:
        """The newest revision of every flow."""
        with self._database.reading() as session:
            return [documents.flow(row) for row in flows.all_latest(session)]

    def executions(self, wanted: Filter, *, before: str | None = None, limit: int = 25) -> list[Document]:
        """Executions, newest first; ``before`` is the id of the last one of the page before."""
        with self._database.reading() as session:
            found = executions.page(session, wanted.conditions(), before=before, limit=limit)
        return [documents.listed_execution(each, self._clock.now()) for each in found]

    def unsettled(self, shard: int) -> list[Document]:
        """The executions of a shard that are not over, oldest first, as lists show them."""
        with self._database.reading() as session:
            found = [executions.get(session, each) for each in executions.unsettled(session, shard)]
        return [documents.listed_execution(each, self._clock.now()) for each in found if each is not None]

    def resolve(self, execution_id: str) -> str:
        """The id of an execution; ``last`` is the newest one. Raises NotFound."""
        if execution_id != LAST:
            return execution_id
        with self._database.reading() as session:
            newest = executions.page(session, limit=1)
        if not newest:
            raise NotFound("execution", LAST)
        return newest[0].id

    def execution(self, execution_id: str) -> Document:
        """One execution with its task runs. Raises NotFound."""
        with self._database.reading() as session:
            found = _found(session, execution_id)
            runs = task_runs.of_execution(session, execution_id, self._spill)
        return documents.execution(found, runs, self._clock.now())

    def successor(self, execution_id: str) -> str | None:
        """The execution that takes the place of one that is RETRIED; None for all others. Raises NotFound."""
        with self._database.reading() as session:
            found = _found(session, execution_id)
        return again.next_id(found) if found.state is State.RETRIED else None

    def logs(self, execution_id: str, wanted: Wanted = EVERYTHING) -> Iterator[Document]:
        """The log of an execution, in the order of time. Raises NotFound."""
        with self._database.reading() as session:
            found = _found(session, execution_id)
        return (documents.log_line(found, row) for row in logs.stream(self._database, execution_id, wanted))

    def metrics(self, execution_id: str) -> list[Document]:
        """The metrics of an execution, in the order of time. Raises NotFound."""
        with self._database.reading() as session:
            found = _found(session, execution_id)
            return [documents.metric(found, row) for row in metrics.of_execution(session, execution_id)]

    def result(self, execution_id: str, *, logs: bool = False) -> Document:
        """All that is known about an execution: ``execution``, ``metrics``, ``files``, and its ``logs`` when asked for.

        ``files`` has the place on this machine of each file that the outputs name, by URI. Raises NotFound.
        """
        execution = self.execution(execution_id)
        return {
            "execution": execution,
            "metrics": self.metrics(execution_id),
            "files": dict(self._local_files(execution)),
            **({"logs": list(self.logs(execution_id))} if logs else {}),
        }

    def _local_files(self, execution: Document) -> Iterator[tuple[str, str]]:
        """Outputs may name what is no file of ours: that is left out."""
        for uri in documents.file_uris(execution):
            with suppress(PathRefused):
                place = self._blobs.local_path(places.path_of(uri))
                if place.is_file():
                    yield uri, str(place)


def _found(session: Session, execution_id: str) -> Execution:
    found = executions.get(session, execution_id)
    if found is None:
        raise NotFound("execution", execution_id)
    return found
