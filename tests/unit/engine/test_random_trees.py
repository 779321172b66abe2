"""Random trees of tasks, and random orders of what happens to them."""

import random
from itertools import count, pairwise
from typing import Any

import orjson
from engine_kit import CORE, Loop, stored
from hypothesis import given, settings
from hypothesis import strategies as st

from pauta.engine.decide import decide
from pauta.engine.events import ExecutionCreated, KillRequested
from pauta.engine.execution import Execution, TaskRun
from pauta.engine.live import restore
from pauta.sdk.flow_control import FlowControl
from pauta.sdk.states import State
from pauta.sdk.tasks import Task

Map = dict[str, Any]
seeds = st.integers(0, 1 << 32)
PRECEDENCE = ["KILLED", "FAILED", "WARNING", "SUCCESS"]

flags = st.fixed_dictionaries(
    {},
    optional={
        "disabled": st.booleans(),
        "allowFailure": st.booleans(),
        "allowWarning": st.booleans(),
        "runIf": st.sampled_from(["true", "false", "{{ nothing }}", "{{ kv('yes') }}", "{{ kv('no') }}"]),
    },
)
leaves = st.builds(
    lambda kind, more: {"type": CORE + kind, **({"message": "x"} if kind == "log.Log" else {}), **more},
    st.sampled_from(["log.Log", "log.Log", "execution.Fail"]),
    flags,
)


def lists(tasks: st.SearchStrategy[Map], least: int = 1) -> st.SearchStrategy[list[Map]]:
    return st.lists(tasks, min_size=least, max_size=3)


def controls(tasks: st.SearchStrategy[Map]) -> st.SearchStrategy[Map]:
    more = st.fixed_dictionaries({}, optional={"errors": lists(tasks), "finally": lists(tasks)})
    conditions = st.sampled_from(["true", "{{ 1 == 2 }}", "{{ nothing }}", "{{ kv('yes') }}"])
    kinds = st.one_of(
        st.fixed_dictionaries({"type": st.just(CORE + "flow.Sequential"), "tasks": lists(tasks)}),
        st.fixed_dictionaries(
            {"type": st.just(CORE + "flow.Parallel"), "tasks": lists(tasks), "concurrent": st.integers(0, 2)}
        ),
        st.fixed_dictionaries(
            {"type": st.just(CORE + "flow.If"), "condition": conditions, "then": lists(tasks)},
            optional={"else": lists(tasks)},
        ),
    )
    return st.builds(lambda kind, flag, extra: {**kind, **flag, **extra}, kinds, flags, more)


tasks = st.recursive(leaves, controls, max_leaves=10)
flows = st.fixed_dictionaries(
    {"tasks": lists(tasks)},
    optional={"errors": lists(tasks), "finally": lists(tasks), "afterExecution": lists(tasks)},
)


def named(document: Map) -> str:
    """The flow with an id for each task, as YAML (JSON is YAML)."""
    numbers = count()

    def name(value: Any) -> Any:
        if isinstance(value, list):
            return [name(each) for each in value]
        if not isinstance(value, dict):
            return value
        identity = {"id": f"t{next(numbers)}"} if str(value.get("type", "")).startswith(CORE) else {}
        return {**identity, **{key: name(inner) for key, inner in value.items()}}

    body = {key: name(value) for key, value in document.items()}
    return orjson.dumps({"id": "random", "namespace": "test", **body}).decode()


class Shaken(Loop):
    """A loop in which what is under way happens in a random order, with kills and crashes in between."""

    def shake(self, luck: random.Random, *, kill: bool = False, crash: bool = False) -> None:
        self.happen(ExecutionCreated())
        kill_at, crash_at = luck.randrange(12) if kill else -1, luck.randrange(12) if crash else -1
        for step in range(1000):
            if step == kill_at:
                self.happen(KillRequested())
            if step == crash_at:
                self.crash()
            if not self.events and step > max(kill_at, crash_at):
                return
            if self.events:
                place = luck.randrange(len(self.events))
                event = self.events[place]
                del self.events[place]
                self.happen(event)
        raise AssertionError("it never ends")


def answer(template: str) -> str:
    return "true" if "yes" in template else "false"


def shaken(document: Map, seed: int, **how: bool) -> Shaken:
    loop = Shaken(named(document), answer=answer)
    loop.shake(random.Random(seed), **how)
    return loop


def worst(runs: list[TaskRun]) -> str:
    states = {str(run.state) for run in runs}
    return next((state for state in PRECEDENCE if state in states), "SUCCESS")


def soft(task: Task, state: str) -> str:
    state = "WARNING" if state == "FAILED" and task.allow_failure else state
    return "SUCCESS" if state == "WARNING" and task.allow_warning else state


def main_children(loop: Loop, run: TaskRun | None) -> list[TaskRun]:
    if run is None:
        besides = (*loop.flow.errors, *loop.flow.finally_, *loop.flow.after_execution)
    else:
        task: Any = loop.flow.task(run.task_id)
        besides = (*task.errors, *task.finally_)
    others = {task.id for task in besides}
    parent = run.id if run else None
    return [each for each in loop.runs.values() if each.parent_id == parent and each.task_id not in others]


def failed_by_itself(loop: Loop, run: TaskRun) -> bool:
    return any(level == "ERROR" and task == run.task_id for level, task, _ in loop.logs)


def everything_ended(loop: Loop) -> bool:
    return loop.state.terminal and all(run.state.terminal for run in loop.runs.values())


@given(flows, seeds)
@settings(max_examples=60, deadline=None)
def test_everything_ends_and_every_scope_in_the_state_that_follows_from_its_children(document, seed):
    loop = shaken(document, seed)
    assert everything_ended(loop)
    assert not loop.execution.requests
    assert str(loop.state) == worst(main_children(loop, None))
    for run in loop.runs.values():
        task = loop.flow.task(run.task_id)
        if isinstance(task, FlowControl) and run.state is not State.SKIPPED and not failed_by_itself(loop, run):
            assert str(run.state) == soft(task, worst(main_children(loop, run)))


@given(flows, seeds)
@settings(max_examples=40, deadline=None)
def test_every_active_task_of_a_list_runs_in_its_order_until_one_fails(document, seed):
    loop = shaken(document, seed)
    for branch in lists_in_sequence(loop):
        ids = [task.id for task in branch if not task.disabled]
        ran = [name for name in ids if name in loop.runs]
        assert ran == ids[: len(ran)]
        numbers = [loop.runs[name].number for name in ran]
        assert numbers == sorted(numbers)
        ends = [loop.runs[name].history for name in ran]
        assert all(before[-1].at <= after[0].at for before, after in pairwise(ends))


def lists_in_sequence(loop: Loop) -> list[tuple[Task, ...]]:
    flow = loop.flow
    found = [flow.tasks, flow.errors, flow.finally_, flow.after_execution]
    for run in loop.runs.values():
        task: Any = flow.task(run.task_id)
        branches = dict(task.branches())
        if task.type.endswith("Parallel"):
            branches.pop("tasks")
        found += [tuple(branch) for branch in branches.values()]
    return found


@given(flows, seeds, st.booleans())
@settings(max_examples=40, deadline=None)
def test_a_kill_converges_begins_nothing_new_and_brings_nothing_back(document, seed, crash):
    loop = shaken(document, seed, kill=True, crash=crash)
    assert everything_ended(loop)
    for run in loop.runs.values():
        assert [change.state.terminal for change in run.history].count(True) == 1
    killing = [change.at for change in loop.execution.history if change.state is State.KILLING]
    for run in loop.runs.values():
        assert not killing or run.history[0].at < killing[0] or is_afterwards(loop, run)
    assert not killing or loop.state is State.KILLED


def is_afterwards(loop: Loop, run: TaskRun) -> bool:
    while run.parent_id:
        run = loop.execution.task_runs[run.parent_id]
    return run.force


@given(flows, seeds, st.booleans())
@settings(max_examples=40, deadline=None)
def test_the_same_events_give_the_same_rows(document, seed, kill):
    loop = shaken(document, seed, kill=kill)
    assert replayed(loop, forgetful=False) == stored(loop.execution)


@given(flows, seeds, st.booleans())
@settings(max_examples=40, deadline=None)
def test_an_execution_that_is_read_back_before_every_event_goes_on_in_the_same_way(document, seed, kill):
    loop = shaken(document, seed, kill=kill)
    assert replayed(loop, forgetful=True) == stored(loop.execution)


@given(flows, seeds, st.booleans())
@settings(max_examples=40, deadline=None)
def test_what_is_derived_step_by_step_is_what_the_rows_give(document, seed, kill):
    loop = shaken(document, seed, kill=kill)
    execution = Loop(loop.source).execution
    for event, now in loop.history:
        decide(execution, loop.flow, event, now)
        assert execution.live == restore(stored(execution), loop.flow)


def replayed(loop: Loop, *, forgetful: bool) -> Execution:
    """The rows after the same events; ``forgetful`` derives what lives from the rows each time."""
    execution = Loop(loop.source).execution
    for event, now in loop.history:
        if forgetful:
            execution = stored(execution)
        decide(execution, loop.flow, event, now)
    return stored(execution)


@given(flows, seeds)
@settings(max_examples=40, deadline=None)
def test_an_execution_that_was_interrupted_ends_as_if_it_had_not_been(document, seed):
    loop = shaken(document, seed, crash=True)
    undisturbed = shaken(document, seed)
    assert everything_ended(loop)
    assert (loop.state, loop.states) == (undisturbed.state, undisturbed.states)


@given(flows, seeds)
@settings(max_examples=50, deadline=None)
def test_saving_what_decisions_say_saves_everything(document, seed):
    loop = shaken(document, seed)
    execution, rows = Loop(loop.source).execution, {}
    for event, now in loop.history:
        for run_id, run in decide(execution, loop.flow, event, now).task_runs.items():
            rows[run_id] = (list(run.history), len(run.attempts), run.outputs, run.fence)
    assert rows == {
        run.id: (run.history, len(run.attempts), run.outputs, run.fence) for run in execution.task_runs.values()
    }
