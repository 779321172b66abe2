"""Answers questions that need the outside world: templates with functions such as ``kv()`` or ``http()``."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from pauta.engine.events import Event, RequestAnswered
from pauta.engine.execution import RENDER, RENDER_VALUE, Request
from pauta.runtime.attempt import sentence
from pauta.runtime.context import Rendering
from pauta.runtime.pool import Pool

_LIMIT = 8
_DEADLINE = 60.0
"""Seconds."""
Deliver = Callable[[str, Event], None]
AnswerJson = Callable[[str], str]
"""Answers what is asked in JSON with JSON."""
_Answer = Callable[[str | None, str | None], None]


class Outside:
    """Renders templates in a few threads; each answer has a deadline.

    ``answers`` has who answers other kinds of requests.
    """

    def __init__(
        self, *, answers: Mapping[str, AnswerJson] | None = None, limit: int = _LIMIT, deadline: float = _DEADLINE
    ) -> None:
        self._answers = answers or {}
        self._pool = Pool("outside", limit)
        self._deadline = deadline
        self._open: set[str] = set()
        self._lock = threading.Lock()

    def ask(self, execution_id: str, request: Request, rendering: Rendering, deliver: Deliver) -> None:
        """Render the request's template; its answer is delivered, at the latest when its time is over."""
        with self._lock:
            self._open.add(request.id)

        def answer(value: str | None, error: str | None) -> None:
            with self._lock:
                if request.id not in self._open:
                    return
                self._open.remove(request.id)
            deliver(execution_id, RequestAnswered(request.id, value, error))

        late = threading.Timer(self._deadline, answer, (None, f"no answer within {self._deadline:g} seconds"))
        late.daemon = True
        self._pool.run(lambda: self._answer(request, rendering, answer, late))

    def _answer(self, request: Request, rendering: Rendering, answer: _Answer, late: threading.Timer) -> None:
        late.start()
        try:
            answer(self._wanted(request, rendering), None)
        except Exception as error:  # noqa: BLE001 -- the execution is told, whatever it was
            answer(None, sentence(error))
        finally:
            late.cancel()

    def _wanted(self, request: Request, rendering: Rendering) -> str:
        if request.kind in self._answers:
            return self._answers[request.kind](request.template)
        return _KINDS[request.kind](request.template, rendering)

    def close(self) -> None:
        """Answer nothing any more."""
        self._pool.close()
        with self._lock:
            self._open.clear()


def _text(template: str, rendering: Rendering) -> str:
    return str(rendering.render(template))


def _value(template: str, rendering: Rendering) -> str:
    import orjson

    rendered = rendering.render(orjson.loads(template))
    return orjson.dumps(rendered, option=orjson.OPT_NON_STR_KEYS).decode()


_KINDS: dict[str, Callable[[str, Rendering], str]] = {RENDER: _text, RENDER_VALUE: _value}
"""What is wanted, by the kind of the request."""
