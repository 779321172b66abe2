"""Deploying flows, and the shelf on which their parsed form is kept."""

from __future__ import annotations

from pauta.clock import Clock
from pauta.errors import NotFound
from pauta.flow.load import parse
from pauta.flow.model import Flow
from pauta.storage import flows
from pauta.storage.connection import Database, Session
from pauta.storage.flows import FlowRow

_Key = tuple[str, str, int]


class Flows:
    """The flows of an installation. A revision is parsed once per process."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._parsed: dict[_Key, Flow] = {}

    def deploy(self, source: str, *, file: str | None = None) -> Flow:
        """Keep a flow; its revision grows when the source differs from the newest one.

        Raises InvalidFlow with all that is wrong in it.
        """
        flow = parse(source, file=file)
        with self._database.transaction() as session:
            row = flows.save(session, flow.namespace, flow.id, source, self._clock.now())
        return self._keep(row, flow)

    def latest(self, namespace: str, flow_id: str) -> Flow:
        """The newest revision of a flow. Raises NotFound."""
        with self._database.reading() as session:
            row = flows.latest(session, namespace, flow_id)
        if row is None:
            raise NotFound("flow", f"{namespace}.{flow_id}")
        return self._flow(row)

    def find(self, namespace: str, flow_id: str, revision: int | None = None) -> Flow:
        """A revision of a flow, or (None) the newest one. Raises NotFound."""
        if revision is None:
            return self.latest(namespace, flow_id)
        with self._database.reading() as session:
            return self.revision(session, namespace, flow_id, revision)

    def revision(self, session: Session, namespace: str, flow_id: str, number: int) -> Flow:
        """One revision of a flow. Raises NotFound."""
        parsed = self._parsed.get((namespace, flow_id, number))
        if parsed is not None:
            return parsed
        row = flows.revision(session, namespace, flow_id, number)
        if row is None:
            raise NotFound("flow", f"{namespace}.{flow_id} (revision {number})")
        return self._flow(row)

    def _flow(self, row: FlowRow) -> Flow:
        return self._parsed.get(_key(row)) or self._keep(row, parse(row.source))

    def _keep(self, row: FlowRow, flow: Flow) -> Flow:
        kept = flow if flow.revision == row.revision else flow.model_copy(update={"revision": row.revision})
        self._parsed[_key(row)] = kept
        return kept


def _key(row: FlowRow) -> _Key:
    return row.namespace, row.id, row.revision
