"""Starting and killing executions."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pauta import ids
from pauta.clock import Clock
from pauta.engine.events import Event, ExecutionCreated, KillRequested, PauseRequested
from pauta.engine.execution import Change, Execution
from pauta.errors import InvalidInputs, NotFound, Problem
from pauta.flow.model import Flow
from pauta.operations import checks
from pauta.operations.inputs import Inputs
from pauta.sdk.states import State
from pauta.storage import executions, messages
from pauta.storage.connection import Database, Session

CORRELATION = "system.correlationId"
"""Label of Kestra: the id of the execution with which everything began."""
Labels = tuple[tuple[str, str], ...]


class Executions:
    """The verbs of executions; each is one transaction.

    ``shard`` gives the shard of a new execution, ``wake`` tells the executor that its inbox has something new.
    """

    def __init__(
        self,
        *,
        database: Database,
        inputs: Inputs,
        clock: Clock,
        shard: Callable[[], int],
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._inputs = inputs
        self._clock = clock
        self._shard = shard
        self._wake = wake

    def start(self, flow: Flow, supplied: Mapping[str, object], labels: Labels = ()) -> str:
        """Accept an execution of a flow; gives its id.

        Raises InvalidInputs with all that is wrong with the inputs, or when the flow is disabled or a check of it refuses
        the execution.
        """
        if flow.disabled:
            raise InvalidInputs([Problem(f"the flow {flow.namespace}.{flow.id} is disabled", path="disabled")])
        now = self._clock.now()
        execution_id = ids.new(now)
        execution = Execution(
            id=execution_id,
            namespace=flow.namespace,
            flow_id=flow.id,
            flow_revision=flow.revision,
            history=[Change(State.CREATED, now)],
            labels=_labels(flow, labels, execution_id),
            variables=dict(flow.variables),
            shard=self._shard(),
        )
        execution.inputs = self._inputs.accept(flow, execution, supplied)
        if not checks.are_kept(flow, self._inputs.variables(flow, execution)):
            execution.history.append(Change(State.FAILED, now))
        with self._database.transaction() as session:
            executions.insert(session, execution)
            self._begin(session, execution, now)
        self._wake()
        return execution_id

    def _begin(self, session: Session, execution: Execution, now: int) -> None:
        if execution.state is State.CREATED:
            messages.post(session, execution.shard, execution.id, ExecutionCreated(), now)
        else:
            executions.close(session, execution.id, now)
            executions.settle(session, execution.id, now)

    def kill(self, execution_id: str) -> None:
        """Ask for the end of an execution. Raises NotFound."""
        self._post(execution_id, KillRequested())

    def pause(self, execution_id: str) -> None:
        """Ask to hold an execution: what runs goes on, nothing new begins. Raises NotFound."""
        self._post(execution_id, PauseRequested())

    def _post(self, execution_id: str, event: Event) -> None:
        with self._database.transaction() as session:
            shard = executions.shard_of(session, execution_id)
            if shard is None:
                raise NotFound("execution", execution_id)
            messages.post(session, shard, execution_id, event, self._clock.now())
        self._wake()


def _labels(flow: Flow, given: Labels, execution_id: str) -> Labels:
    """Labels given at the start replace those of the flow with the same key."""
    return tuple({**dict(flow.labels), **dict(given), CORRELATION: execution_id}.items())
