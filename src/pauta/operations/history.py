"""What was kept of executions: its log lines for tasks, and its removal."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pauta.blobs import places
from pauta.blobs.store import Blobs
from pauta.engine.execution import Execution
from pauta.operations.documents import Document
from pauta.operations.queries import Queries
from pauta.sdk.history import Chosen, Removed, What
from pauta.sdk.states import Level, State
from pauta.storage import executions, purging
from pauta.storage.connection import Database, Session
from pauta.storage.filters import Condition
from pauta.storage.logs import Wanted

_PAGE = 500


class History:
    """Reads and removes what was kept (see ``pauta.sdk.history.History``)."""

    def __init__(self, *, database: Database, blobs: Blobs, queries: Queries) -> None:
        self._database = database
        self._blobs = blobs
        self._queries = queries

    def log_lines(self, execution_id: str, level: Level, tasks: Collection[str] = ()) -> Iterator[Document]:
        """The log lines of an execution, in the order of time. Raises NotFound."""
        lines = self._queries.logs(execution_id, Wanted(level))
        return (line for line in lines if not tasks or line.get("taskId") in tasks)

    def remove_logs(self, chosen: Chosen, levels: Collection[Level] = ()) -> int:
        """Remove log lines between the instants, whenever their execution was created; gives how many."""
        count = 0
        for page in self._pages(_conditions(chosen._replace(since=None))):
            with self._database.transaction() as session:
                for each in page:
                    count += purging.log_lines(session, each.id, chosen.since or 0, chosen.until, levels)
        return count

    def remove_executions(
        self, chosen: Chosen, what: What, states: Collection[State] = (), batch: int = 100
    ) -> Removed:
        """Remove executions that are over, so many in one transaction; files go before the rows that name them."""
        removed = Removed()
        for page in self._pages(_conditions(chosen), batch):
            over = [each for each in page if each.state.terminal and (not states or each.state in states)]
            files = sum(self._remove_files(each) for each in over) if what.files else 0
            with self._database.transaction() as session:
                for each in over:
                    removed = _sum(removed, _remove(session, each.id, what))
            removed = removed._replace(files=removed.files + files)
        return removed

    def _pages(self, conditions: list[Condition], size: int = _PAGE) -> Iterator[list[Execution]]:
        """Executions that fit, newest first."""
        before: str | None = None
        while True:
            with self._database.reading() as session:
                page = executions.page(session, conditions, before=before, limit=size)
            if page:
                yield page
            if len(page) < size:
                return
            before = page[-1].id

    def _remove_files(self, execution: Execution) -> int:
        folder = places.of_execution(execution.namespace, execution.flow_id, execution.id)
        return sum(self._blobs.delete(f"{folder}/{path}") for path in list(self._blobs.list(folder)))


def _remove(session: Session, execution_id: str, what: What) -> Removed:
    return Removed(
        executions=purging.execution(session, execution_id) if what.executions else 0,
        logs=purging.log_lines(session, execution_id) if what.logs else 0,
        metrics=purging.metrics(session, execution_id) if what.metrics else 0,
    )


def _sum(first: Removed, second: Removed) -> Removed:
    return Removed(*(one + other for one, other in zip(first, second, strict=True)))


def _conditions(chosen: Chosen) -> list[Condition]:
    found = [Condition("created_at", "<", chosen.until)]
    if chosen.since is not None:
        found.append(Condition("created_at", ">", chosen.since - 1))
    if chosen.namespace is not None:
        found.append(Condition("namespace", "below", chosen.namespace))
    if chosen.flow_id is not None:
        found.append(Condition("flow_id", "=", chosen.flow_id))
    if chosen.execution_id is not None:
        found.append(Condition("id", "=", chosen.execution_id))
    return found
