"""Random trees of all constructs, and random orders of what happens to them: results, timers, kills, pauses, restarts."""

import random
from itertools import pairwise
from typing import Any

from engine_kit import CORE, Loop, stored
from hypothesis import given, settings
from hypothesis import strategies as st
from test_random_trees import answer, named, seeds

from pauta.engine.decide import decide
from pauta.engine.events import ExecutionCreated, KillRequested, PauseRequested, RestartRequested, ResumeRequested
from pauta.engine.live import restore
from pauta.engine.state import EXECUTION, TASK_RUN
from pauta.sdk.states import State

Map = dict[str, Any]
RETRY = {"type": "constant", "interval": "PT1S", "maxAttempts": 2}
flags = st.fixed_dictionaries(
    {},
    optional={
        "disabled": st.booleans(),
        "allowFailure": st.booleans(),
        "allowWarning": st.booleans(),
        "runIf": st.sampled_from(["true", "false", "{{ nothing }}", "{{ kv('yes') }}"]),
        "retry": st.just(RETRY),
    },
)
leaves = st.builds(
    lambda kind, more: {**kind, **more},
    st.sampled_from(
        [
            {"type": CORE + "log.Log", "message": "x"},
            {"type": CORE + "log.Log", "message": "x"},
            {"type": CORE + "execution.Fail"},
            {"type": CORE + "execution.Fail", "condition": "{{ taskrun.attemptsCount < 1 }}"},
            {"type": CORE + "flow.Sleep", "duration": "PT2S"},
            {"type": CORE + "flow.Sleep", "duration": "PT2S", "timeout": "PT1S"},
            {"type": CORE + "execution.SetVariables", "variables": {"a": 1}},
            {"type": CORE + "flow.Pause", "pauseDuration": "PT1S"},
            {"type": CORE + "flow.Pause", "pauseDuration": "PT1S", "behavior": "FAIL"},
        ]
    ),
    flags,
)


def lists(tasks: st.SearchStrategy[Map]) -> st.SearchStrategy[list[Map]]:
    return st.lists(tasks, min_size=1, max_size=3)


def control(kind: str, tasks: st.SearchStrategy[Map], **properties: Any) -> st.SearchStrategy[Map]:
    given_ = {
        name: value if isinstance(value, st.SearchStrategy) else st.just(value) for name, value in properties.items()
    }
    return st.fixed_dictionaries({"type": st.just(CORE + "flow." + kind), "tasks": lists(tasks), **given_})


def controls(tasks: st.SearchStrategy[Map]) -> st.SearchStrategy[Map]:
    values = st.sampled_from([["a"], ["a", "b", "c"], "[]", "{{ nothing }}", "[1, 2]"])
    more = st.fixed_dictionaries({}, optional={"errors": lists(tasks), "finally": lists(tasks)})
    kinds = st.one_of(
        control("Sequential", tasks),
        control("AllowFailure", tasks),
        control("Parallel", tasks, concurrent=st.integers(0, 2)),
        control("ForEach", tasks, values=values, concurrencyLimit=st.integers(0, 2)),
        control("EachSequential", tasks, value=values),
        control("EachParallel", tasks, value=values, concurrent=st.integers(0, 2)),
        control(
            "LoopUntil",
            tasks,
            condition=st.sampled_from(["true", "false", "{{ kv('no') }}"]),
            checkFrequency={"interval": "PT1S", "maxIterations": 2},
            failOnMaxReached=st.booleans(),
        ),
        st.fixed_dictionaries(
            {
                "type": st.just(CORE + "flow.Switch"),
                "value": st.sampled_from(["a", "b", "c"]),
                "cases": st.fixed_dictionaries({"a": lists(tasks)}),
                "defaults": st.one_of(st.just([]), lists(tasks)),
            }
        ),
    )
    return st.builds(lambda kind, flag, extra: {**kind, **flag, **extra}, kinds, flags, more)


tasks = st.recursive(leaves, controls, max_leaves=8)
flows = st.fixed_dictionaries(
    {"tasks": lists(tasks)},
    optional={
        "errors": lists(tasks),
        "finally": lists(tasks),
        "afterExecution": lists(tasks),
        "retry": st.just(RETRY),
    },
)


class Wild(Loop):
    """A loop in which what is under way happens in a random order, and somebody interferes."""

    def live_through(self, luck: random.Random, *interferences: Any) -> "Wild":
        self.happen(ExecutionCreated())
        plan = {luck.randrange(15): each for each in interferences}
        for step in range(3000):
            if step in plan:
                plan[step](self)
            if self.events:
                place = luck.randrange(len(self.events))
                event = self.events[place]
                del self.events[place]
                self.happen(event)
            elif self.future():
                self.ring()
            elif step > max(plan, default=0):
                return self
        raise AssertionError("it never ends")


def kill(loop: Wild) -> None:
    loop.happen(KillRequested())


def pause(loop: Wild) -> None:
    loop.happen(PauseRequested())


def resume(loop: Wild) -> None:
    for _ in range(3):
        loop.happen(ResumeRequested())


def crash(loop: Wild) -> None:
    loop.crash()


def restart(loop: Wild) -> None:
    loop.happen(RestartRequested())


def wild(document: Map, seed: int, *interferences: Any) -> Wild:
    return Wild(named(document), answer=answer).live_through(random.Random(seed), *interferences)


def everything_ended(loop: Loop) -> bool:
    runs = loop.execution.task_runs.values()
    return loop.state.terminal and all(run.state.terminal for run in runs) and not loop.execution.timers


def every_history_is_legal(loop: Loop) -> bool:
    histories = [
        (EXECUTION, loop.execution.history),
        *((TASK_RUN, run.history) for run in loop.execution.task_runs.values()),
    ]
    return all(
        machine.allows(before.state, after.state) and before.at <= after.at
        for machine, history in histories
        for before, after in pairwise(history)
    )


@given(flows, seeds)
@settings(max_examples=25, deadline=None)
def test_whatever_is_in_a_flow_it_ends(document: Map, seed: int):
    loop = wild(document, seed)
    assert everything_ended(loop)
    assert every_history_is_legal(loop)
    assert not loop.execution.requests


@given(flows, seeds)
@settings(max_examples=25, deadline=None)
def test_a_kill_ends_everything(document: Map, seed: int):
    loop = wild(document, seed, kill)
    assert everything_ended(loop)
    killing = any(change.state is State.KILLING for change in loop.execution.history)
    assert loop.state is State.KILLED or not killing


@given(flows, seeds)
@settings(max_examples=25, deadline=None)
def test_an_execution_that_was_paused_and_resumed_ends(document: Map, seed: int):
    loop = wild(document, seed, pause)
    while loop.state is State.PAUSED:
        resume(loop)
        loop.go_on()
    assert everything_ended(loop)


@given(flows, seeds)
@settings(max_examples=25, deadline=None)
def test_an_execution_that_was_interrupted_ends(document: Map, seed: int):
    loop = wild(document, seed, crash)
    assert everything_ended(loop)
    assert every_history_is_legal(loop)


@given(flows, seeds)
@settings(max_examples=25, deadline=None)
def test_an_execution_that_was_restarted_ends(document: Map, seed: int):
    loop = wild(document, seed)
    restart(loop)
    loop.go_on()
    assert everything_ended(loop)
    assert every_history_is_legal(loop)


@given(flows, seeds, st.sampled_from([(), (kill,), (pause, resume)]))
@settings(max_examples=25, deadline=None)
def test_the_same_events_give_the_same_rows_also_when_everything_is_forgotten_in_between(
    document: Map, seed: int, interferences: tuple[Any, ...]
):
    loop = wild(document, seed, *interferences)
    assert replayed(loop, forgetful=False) == stored(loop.execution)
    assert replayed(loop, forgetful=True) == stored(loop.execution)


@given(flows, seeds, st.sampled_from([(), (kill,), (pause, resume)]))
@settings(max_examples=25, deadline=None)
def test_what_is_derived_step_by_step_is_what_the_rows_give(document: Map, seed: int, interferences: tuple[Any, ...]):
    loop = wild(document, seed, *interferences)
    execution = Loop(loop.source).execution
    for event, now in loop.history:
        decide(execution, loop.flow, event, now)
        assert execution.live == restore(stored(execution), loop.flow)


@given(flows, seeds)
@settings(max_examples=25, deadline=None)
def test_saving_what_decisions_say_saves_everything(document: Map, seed: int):
    loop = wild(document, seed)
    execution, rows, timers = Loop(loop.source).execution, {}, {}
    for event, now in loop.history:
        decision = decide(execution, loop.flow, event, now)
        rows |= {run.id: form(run) for run in decision.task_runs.values()}
        timers |= {timer.id: timer for timer in decision.set}
        for run_id in decision.removed:
            rows.pop(run_id, None)
        for timer_id in decision.dropped:
            del timers[timer_id]
    assert rows == {run.id: form(run) for run in execution.task_runs.values()}
    assert timers == execution.timers == {}


def form(run: Any) -> tuple[Any, ...]:
    return list(run.history), len(run.attempts), run.outputs, run.fence, run.iteration, run.memory


def replayed(loop: Loop, *, forgetful: bool) -> Any:
    """The rows after the same events; ``forgetful`` derives what lives from the rows each time."""
    execution = Loop(loop.source).execution
    for event, now in loop.history:
        if forgetful:
            execution = stored(execution)
        decide(execution, loop.flow, event, now)
    return stored(execution)
