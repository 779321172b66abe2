"""What flow control can say to the engine, shown with kinds that are not there yet: a loop in lanes, and a graph."""

from typing import Any

import pytest
from engine_kit import Loop, flow, histories, stored

from pauta.engine.effects import StopTaskRun
from pauta.engine.events import TaskRunEnded
from pauta.engine.live import restore
from pauta.sdk.flow_control import (
    FINISH,
    WAIT,
    Ask,
    Begin,
    Child,
    Create,
    Fail,
    FlowControl,
    Next,
    Run,
    ScopeView,
    Start,
    in_parallel,
    in_sequence,
)
from pauta.sdk.plugins import plugin
from pauta.sdk.states import State
from pauta.sdk.tasks import AnyTask


@plugin("io.example.Each")
class Each(FlowControl):
    """Its tasks for each value: one after the other for a value, ``limit`` values at a time."""

    values: str
    limit: int = 1
    tasks: tuple[AnyTask, ...]

    def start(self, view: ScopeView) -> Start:
        text = view.answer("values")
        return Ask("values", self.values) if text is None else Begin({"values": text.split(",")})

    def next(self, view: ScopeView) -> Next:
        values: Any = view.outputs["values"]
        ended = view.ended
        place = 0 if ended is None else [task.id for task in self.tasks].index(ended.task_id) + 1
        if ended is not None and place < len(self.tasks):
            return Create([Run(self.tasks[place], ended.value, ended.iteration)])
        first = view.iterations
        if first == len(values):
            return FINISH if not view.open else WAIT
        room = self.limit - view.open
        new = range(first, min(first + room, len(values)))
        return Create([Run(self.tasks[0], values[number], number) for number in new]) if new else WAIT


@plugin("io.example.Graph")
class Graph(FlowControl):
    """``c`` when ``a`` and ``b`` have ended."""

    tasks: tuple[AnyTask, ...]

    def next(self, view: ScopeView) -> Next:
        a, b, c = self.tasks
        if not view.created:
            return Create([Run(a), Run(b)])
        ready = all(state is not None and state.terminal for state in map(view.state_of, ("a", "b")))
        if view.state_of("c") is None and ready:
            return Create([Run(c)])
        return WAIT if view.open else FINISH


@plugin("io.example.Forgiving")
class Forgiving(FlowControl):
    """A failed child is a warning."""

    tasks: tuple[AnyTask, ...]

    def next(self, view: ScopeView) -> Next:
        return in_sequence(self.tasks, view)

    def final_state(self, state: State) -> State:
        return State.WARNING if state is State.FAILED else state


@plugin("io.example.Lost")
class Lost(FlowControl):
    """It begins, and then cannot go on once its child has ended."""

    tasks: tuple[AnyTask, ...]

    def next(self, view: ScopeView) -> Next:
        if view.count(State.SUCCESS):
            return Fail(f"{view.count(State.SUCCESS)} was too much")
        return in_parallel(self.tasks, 0, view)


def each(values: str, limit: int = 1) -> str:
    return flow(
        f"""\
  - {{id: source, type: $debug.Return, format: "{values}"}}
  - id: each
    type: io.example.Each
    values: "{{{{ outputs.source.value }}}}"
    limit: {limit}
    tasks:
      - {{id: a, type: $debug.Return, format: "{{{{ taskrun.value }}}}{{{{ taskrun.iteration }}}}"}}
      - id: b
        type: $flow.Sequential
        tasks:
          - {{id: c, type: $debug.Return, format: "{{{{ parent.taskrun.value }}}}{{{{ outputs.a.x.value }}}}"}}
"""
    )


def test_children_of_a_loop_carry_their_value_and_iteration():
    loop = Loop(each("x,y")).run()
    runs = [(run.task_id, run.value, run.iteration) for run in loop.execution.task_runs.values()]
    assert runs[2:] == [
        ("a", "x", 0),
        ("b", "x", 0),
        ("c", None, None),
        ("a", "y", 1),
        ("b", "y", 1),
        ("c", None, None),
    ]
    assert loop.state is State.SUCCESS


def test_outputs_of_a_loop_are_read_by_their_values():
    live: Any = Loop(each("x,y")).run().execution.live
    assert live.outputs["a"] == {"x": {"value": "x0"}, "y": {"value": "y1"}}
    assert live.outputs["c"] == {"x": {"value": "xx0"}, "y": {"value": "yx0"}}


def test_lanes_go_on_by_themselves_and_keep_the_limit():
    loop = Loop(each("x,y,z", limit=2), held={"a"}).run()
    assert [run.value for run in loop.execution.task_runs.values() if run.task_id == "a"] == ["x", "y"]
    second = next(run for run in loop.execution.task_runs.values() if run.value == "y")
    loop.happen(TaskRunEnded(second.id, 1, State.SUCCESS, {"value": "y1"}))
    assert [(run.task_id, run.value) for run in loop.execution.task_runs.values()][-2:] == [("b", "y"), ("c", None)]
    assert loop.execution.live == restore(stored(loop.execution), loop.flow)


def test_a_loop_goes_on_after_a_crash():
    loop = Loop(each("x,y,z", limit=2), held={"a"}).run()
    loop.held.clear()
    loop.crash().go_on()
    assert loop.state is State.SUCCESS
    assert sorted(str(run.value) for run in loop.execution.task_runs.values() if run.task_id == "b") == ["x", "y", "z"]


GRAPH = flow(
    """\
  - id: graph
    type: io.example.Graph
    tasks:
      - {id: a, type: $log.Log, message: x}
      - {id: b, type: $log.Log, message: x}
      - {id: c, type: $log.Log, message: x}
"""
)


def test_a_graph_waits_for_both_of_its_branches():
    loop = Loop(GRAPH, held={"b"}).run()
    assert loop.states == {"graph": "RUNNING", "a": "SUCCESS", "b": "RUNNING"}
    loop.happen(TaskRunEnded(loop.runs["b"].id, 1, State.SUCCESS))
    loop.go_on()
    assert loop.states == {"graph": "SUCCESS", "a": "SUCCESS", "b": "SUCCESS", "c": "SUCCESS"}


def test_flow_control_can_make_another_state_of_its_childrens():
    source = flow("  - {id: f, type: io.example.Forgiving, tasks: [{id: a, type: $execution.Fail}]}")
    assert Loop(source).run().states == {"f": "WARNING", "a": "FAILED"}


def test_flow_control_that_cannot_go_on_fails_with_its_sentence():
    source = flow("  - {id: f, type: io.example.Lost, tasks: [{id: a, type: $log.Log, message: x}]}")
    loop = Loop(source).run()
    assert loop.logs == [("ERROR", "f", "1 was too much")]
    assert dict(histories(loop.execution))["f"] == ["CREATED", "RUNNING", "FAILED"]


def test_what_still_runs_is_stopped_when_its_flow_control_fails():
    source = flow(
        """\
  - id: f
    type: io.example.Lost
    tasks:
      - {id: a, type: $log.Log, message: x}
      - {id: b, type: $flow.Sequential, tasks: [{id: c, type: $log.Log, message: x}]}
      - {id: d, type: $log.Log, message: x, runIf: "{{ kv('d') }}"}
"""
    )
    loop = Loop(source, held={"a", "c", "d"}, answer=lambda _: "yes").run()
    loop.happen(TaskRunEnded(loop.runs["a"].id, 1, State.SUCCESS))
    assert loop.states == {"f": "FAILED", "a": "SUCCESS", "b": "FAILED", "d": "FAILED", "c": "FAILED"}
    assert {each.task_run.task_id for each in loop.effects if isinstance(each, StopTaskRun)} == {"c", "d"}
    assert loop.go_on().state is State.FAILED


class Looked:
    """A view that says what it is told."""

    def __init__(self, created: int = 0, open_: int = 0) -> None:
        self.created, self.open, self.iterations = created, open_, 0
        self.outputs: dict[str, object] = {}
        self.ended: Child | None = None

    def count(self, state: State) -> int:
        raise AssertionError(state)

    state_of = answer = count  # type: ignore[assignment]


def tasks(number: int) -> list[Any]:
    return [object() for _ in range(number)]


def test_a_sequence_is_one_after_the_other():
    listed = tasks(2)
    assert in_sequence(listed, Looked()) == Create((Run(listed[0]),))
    assert in_sequence(listed, Looked(created=1, open_=1)) is WAIT
    assert in_sequence(listed, Looked(created=1)) == Create((Run(listed[1]),))
    assert in_sequence(listed, Looked(created=2)) is FINISH


@pytest.mark.parametrize(
    ("limit", "created", "open_", "new"), [(0, 0, 0, 5), (2, 0, 0, 2), (2, 2, 1, 1), (2, 4, 0, 1), (-1, 1, 1, 4)]
)
def test_in_parallel_as_many_run_as_the_limit_leaves_room_for(limit: int, created: int, open_: int, new: int):
    listed = tasks(5)
    step = in_parallel(listed, limit, Looked(created, open_))
    assert step == Create([Run(task) for task in listed[created : created + new]])


def test_in_parallel_waits_for_room_and_finishes_when_all_were_created():
    assert in_parallel(tasks(5), 2, Looked(2, 2)) is WAIT
    assert in_parallel(tasks(5), 2, Looked(5, 2)) is FINISH


def test_a_limit_that_is_no_number_fails_the_task():
    source = flow(
        "  - {id: all, type: $flow.Parallel, concurrent: \"{{ 'many' }}\", "
        "tasks: [{id: a, type: $log.Log, message: x}]}"
    )
    assert Loop(source).run().logs == [("ERROR", "all", "'concurrent' must be a whole number, not 'many'")]
