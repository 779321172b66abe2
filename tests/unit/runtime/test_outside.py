import threading
from collections.abc import Mapping

import pytest

from pauta.engine.events import Event, RequestAnswered
from pauta.engine.execution import Request
from pauta.errors import PautaError
from pauta.runtime.outside import Outside


class Answers:
    """Takes delivered events; ``get`` waits for one."""

    def __init__(self) -> None:
        self.events: list[tuple[str, Event]] = []
        self._arrived = threading.Semaphore(0)

    def __call__(self, execution_id: str, event: Event) -> None:
        self.events.append((execution_id, event))
        self._arrived.release()

    def get(self) -> tuple[str, Event]:
        assert self._arrived.acquire(timeout=10)
        return self.events[-1]


class Upper:
    def render(self, value: object, variables: Mapping[str, object] | None = None) -> object:
        del variables
        return str(value).upper()


class Broken:
    def __init__(self, error: Exception) -> None:
        self._error = error

    def render(self, value: object, variables: Mapping[str, object] | None = None) -> object:
        del value, variables
        raise self._error


class Slow:
    def __init__(self) -> None:
        self.go_on = threading.Event()

    def render(self, value: object, variables: Mapping[str, object] | None = None) -> object:
        del value, variables
        self.go_on.wait(10)
        return "late"


REQUEST = Request("r", None, "{{ x }}", 1)


def test_a_template_is_rendered_and_answered():
    answers = Answers()
    Outside().ask("e", REQUEST, Upper(), answers)
    assert answers.get() == ("e", RequestAnswered("r", "{{ X }}"))


@pytest.mark.parametrize(
    ("error", "message"), [(PautaError("a sentence"), "a sentence"), (ValueError("no"), "ValueError: no")]
)
def test_what_goes_wrong_is_the_answer(error: Exception, message: str):
    answers = Answers()
    Outside().ask("e", REQUEST, Broken(error), answers)
    assert answers.get() == ("e", RequestAnswered("r", None, message))


def test_an_answer_that_does_not_come_in_time_is_an_error_and_comes_no_more():
    answers, slow = Answers(), Slow()
    outside = Outside(limit=1, deadline=0.01)
    outside.ask("e", REQUEST, slow, answers)
    assert answers.get() == ("e", RequestAnswered("r", None, "no answer within 0.01 seconds"))
    slow.go_on.set()
    outside.ask("e", Request("r2", None, "x", 1), Upper(), answers)
    assert answers.get() == ("e", RequestAnswered("r2", "X"))
    assert len(answers.events) == 2
