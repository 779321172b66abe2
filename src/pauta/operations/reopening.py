"""Going on with executions that are held, or have ended: resume, restart, replay, change of state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from pauta import ids
from pauta.clock import Clock
from pauta.engine import again
from pauta.engine.events import Event, ExecutionCreated, RestartRequested, ResumeRequested, StateChangeRequested
from pauta.engine.execution import Execution, TaskRun
from pauta.engine.surgery import Surgery
from pauta.errors import NotFound, PautaError
from pauta.flow.inputs import AnyInput
from pauta.operations.flows import Flows
from pauta.operations.inputs import Inputs
from pauta.sdk.states import State
from pauta.storage import executions, messages, task_runs
from pauta.storage.connection import Database, Session
from pauta.storage.spill import Spill

if TYPE_CHECKING:
    from pauta.flow.model import Flow

REPLAYED = "system.replayed"
"""Label of an execution of which another one is a replay."""
_FINAL = frozenset({State.KILLED, State.RETRIED})


class Refused(PautaError):
    """An operation that an execution does not allow in its present state."""


class Reopening:
    """The verbs of executions that do not go on by themselves; each is one transaction."""

    def __init__(  # noqa: PLR0913 -- all that they need
        self,
        *,
        database: Database,
        spill: Spill,
        flows: Flows,
        inputs: Inputs,
        clock: Clock,
        shard: Callable[[], int],
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._spill = spill
        self._flows = flows
        self._inputs = inputs
        self._clock = clock
        self._shard = shard
        self._wake = wake

    def resume(self, execution_id: str, supplied: Mapping[str, object] | None = None, *, by: str | None = None) -> None:
        """Go on with what is held, with the inputs that it asked for; ``by`` is who does it.

        Raises NotFound, Refused when nothing is held, or InvalidInputs.
        """
        with self._database.transaction() as session:
            execution, flow = self._with_flow(session, execution_id)
            if execution.state is not State.PAUSED:
                raise Refused(f"the execution {execution_id} is not paused: it is {execution.state}")
            held = next((run for run in execution.task_runs.values() if _asks(flow, run)), None)
            declared = [] if held is None else _declared(flow, held)
            inputs = self._inputs.accept_resume(flow, execution, declared, supplied or {})
            event = ResumeRequested(None if held is None else held.id, inputs, by)
            messages.post(session, execution.shard, execution_id, event, self._clock.now())
        self._wake()

    def restart(self, execution_id: str) -> None:
        """Do again what failed. Raises NotFound, or Refused when nothing did, or when it is not over."""
        with self._database.transaction() as session:
            execution, flow = self._closed(session, execution_id)
            if not Surgery(execution, flow, self._clock.now()).to_restart():
                raise Refused(f"nothing failed in the execution {execution_id}: there is nothing to restart")
            self._post(session, execution, RestartRequested())
        self._wake()

    def change_state(self, execution_id: str, task_run_id: str, state: State) -> None:
        """Give a task run that has ended another final state, and go on from there.

        Raises NotFound, or Refused when the execution is not over, the state is not final, or the task run was KILLED.
        """
        if not state.terminal:
            raise Refused(f"a task run can be given a final state only, not {state}")
        with self._database.transaction() as session:
            execution, _ = self._closed(session, execution_id)
            if task_run_id not in execution.task_runs:
                raise NotFound("task run", task_run_id)
            if _was_killed(execution, task_run_id):
                raise Refused(f"the task run {task_run_id} was KILLED: no other state can follow")
            self._post(session, execution, StateChangeRequested(task_run_id, state))
        self._wake()

    def replay(
        self,
        execution_id: str,
        *,
        task_run_id: str | None = None,
        revision: int | None = None,
        inputs: Mapping[str, object] | None = None,
    ) -> str:
        """Do an execution again as a new one, from a task run or (None) from the start; gives its id.

        ``revision``: with another revision of the flow. ``inputs``: with other inputs. Raises NotFound, Refused when it is not
        over, or InvalidInputs.
        """
        now = self._clock.now()
        with self._database.transaction() as session:
            execution, flow = self._closed(session, execution_id)
        if revision is not None:
            flow = self._flows.find(flow.namespace, flow.id, revision)
        if task_run_id is not None and _was_killed(execution, task_run_id):
            raise Refused(f"the task run {task_run_id} was KILLED: the execution can only be replayed from the start")
        new = again.replayed(execution, flow, ids.new(now), now, task_run_id)
        new.shard = self._shard()
        if inputs is not None:
            new.inputs = self._inputs.accept(flow, new, inputs)
        self._insert(execution, new, now)
        self._wake()
        return new.id

    def _insert(self, execution: Execution, new: Execution, now: int) -> None:
        rows = [task_runs.row_of(new, run, self._spill) for run in new.task_runs.values()]
        execution.labels = tuple({**dict(execution.labels), REPLAYED: "true"}.items())
        with self._database.transaction() as session:
            executions.insert(session, new)
            task_runs.save(session, rows)
            executions.replace_labels(session, execution)
            messages.post(session, new.shard, new.id, ExecutionCreated(), now)

    def _closed(self, session: Session, execution_id: str) -> tuple[Execution, Flow]:
        """An execution that has ended, with its task runs, and its flow."""
        execution, flow = self._with_flow(session, execution_id)
        if not executions.is_settled(session, execution_id):
            raise Refused(f"the execution {execution_id} is not over: it is {execution.state}")
        if execution.state in _FINAL:
            raise Refused(f"the execution {execution_id} was {execution.state}: it can only be started anew")
        return execution, flow

    def _with_flow(self, session: Session, execution_id: str) -> tuple[Execution, Flow]:
        execution = executions.get(session, execution_id)
        if execution is None:
            raise NotFound("execution", execution_id)
        runs = task_runs.of_execution(session, execution_id, self._spill)
        execution.task_runs = {run.id: run for run in runs}
        return execution, self._flows.revision(session, execution.namespace, execution.flow_id, execution.flow_revision)

    def _post(self, session: Session, execution: Execution, event: Event) -> None:
        executions.reopen(session, [execution.id])
        messages.post(session, execution.shard, execution.id, event, self._clock.now())


def _asks(flow: Flow, run: TaskRun) -> bool:
    """Whether a task run is held by a task that may ask for inputs."""
    return run.state is State.PAUSED and hasattr(flow.task(run.task_id), "on_resume")


def _declared(flow: Flow, run: TaskRun) -> list[Any]:
    """The inputs that the task of a task run asks for."""
    task: Any = flow.task(run.task_id)
    return TypeAdapter(list[AnyInput]).validate_python(list(task.on_resume))


def _was_killed(execution: Execution, task_run_id: str) -> bool:
    """Whether a task run, or one around it, ended KILLED: no way leads back to work from there."""
    run = execution.task_runs.get(task_run_id)
    while run is not None and run.state is not State.KILLED:
        run = execution.task_runs.get(run.parent_id or "")
    return run is not None
