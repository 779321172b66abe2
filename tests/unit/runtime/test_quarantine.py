from pauta.engine.effects import EndGeneration, WriteLog
from pauta.engine.execution import Attempt, Change, Execution, Request, TaskRun
from pauta.runtime.quarantine import quarantine
from pauta.sdk.states import Level, State


def test_a_broken_execution_ends_failed_with_all_that_was_open():
    execution = Execution("e", "n", "f", 1, [Change(State.RUNNING, 1)])
    done = TaskRun("a", "e", 0, "a", [Change(State.SUCCESS, 1)])
    open_ = TaskRun("b", "e", 1, "b", [Change(State.RUNNING, 1)], attempts=[Attempt([Change(State.RUNNING, 1)])])
    execution.task_runs = {"a": done, "b": open_}
    execution.requests = {"r": Request("r", None, "{{ x }}", 1)}
    decision = quarantine(execution, ValueError("broken"), 9)
    assert (execution.state, done.state, open_.state, open_.attempts[0].state) == (
        State.FAILED,
        State.SUCCESS,
        State.FAILED,
        State.FAILED,
    )
    assert (decision.execution, list(decision.task_runs), decision.answered) == (True, ["b"], ["r"])
    assert execution.requests == {}
    sentence, traceback, end = decision.effects
    assert sentence == WriteLog(None, Level.ERROR, "the execution cannot go on: ValueError: broken")
    assert isinstance(traceback, WriteLog)
    assert traceback.level is Level.DEBUG
    assert end == EndGeneration(1, State.FAILED)


def test_an_execution_that_has_ended_keeps_its_state():
    execution = Execution("e", "n", "f", 1, [Change(State.SUCCESS, 1)])
    quarantine(execution, ValueError("broken"), 9)
    assert execution.history == [Change(State.SUCCESS, 1)]
