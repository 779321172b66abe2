"""A request that is answered with a stream of events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pauta.errors import ExpressionError, TaskFailed
from pauta.plugins.core.http.events import events
from pauta.plugins.core.http.options import HttpTask
from pauta.sdk.plugins import Outputs, plugin
from pauta.sdk.properties import P
from pauta.sdk.tasks import Result

if TYPE_CHECKING:
    from pauta.sdk.context import Response, RunContext

_MOST = 100_000
"""Events that can be outputs."""


class SseOutputs(Outputs):
    """What ``SseRequest`` gives."""

    events: list[dict[str, Any]]
    """The events, unless their texts are put together: ``data``, ``id``, ``name``, ``comment``, ``retry`` (seconds)."""
    size: int
    """How many events came."""
    uri: str
    """The URI of the request."""
    result: str
    """The texts that were put together."""


@plugin("io.kestra.plugin.core.http.SseRequest", outputs=SseOutputs)
class SseRequest(HttpTask):
    """Sends a request and reads server-sent events until the server ends the answer."""

    concat_jq_expression: P[str | None] = None
    """A jq program that takes a text out of each event (``.data.text``); the texts are put together."""
    failed_on_missing_jq: P[bool | None] = None
    """Whether the task fails when an event has no such text; it does by default."""

    def run(self, ctx: RunContext) -> Result:
        """Send the request and read the events. Raises TaskFailed."""
        with self.answer(ctx) as (uri, _, response):
            found = list(self._events(response))
        if self.concat_jq_expression is None:
            return Result({"uri": uri, "events": found, "size": len(found)})
        result = "".join(self._text(event, self.concat_jq_expression, ctx) for event in found)
        return Result({"uri": uri, "size": len(found), "result": result})

    def _events(self, response: Response) -> Iterator[dict[str, object]]:
        try:
            for place, event in enumerate(events(response.stream)):
                if place >= _MOST:
                    raise TaskFailed(f"more than {_MOST} events came")
                yield event
        except ValueError as error:
            raise TaskFailed(str(error)) from None

    def _text(self, event: dict[str, object], program: str, ctx: RunContext) -> str:
        variables: dict[str, object] = {"event": event, "program": program}
        try:
            text = str(ctx.render("{{ event | jq(program) | first }}", variables))
        except ExpressionError:
            text = ""
        if not text and self.failed_on_missing_jq is not False:
            raise TaskFailed(f"concatJqExpression: '{program}' finds nothing in the event {event}")
        return text
