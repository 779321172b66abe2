"""The executor: owns executions, takes their events, lets the engine decide, and makes the decisions durable.

A turn is: take events, decide each of them, run light tasks by the way, commit everything that changed at once, then
carry out what had to wait for the commit and tell the listeners. When it is idle a turn is one event; under load many
events share a commit.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import cast

from pauta.clock import Clock
from pauta.engine.decide import decide, recover
from pauta.engine.effects import Decision, Effect, EndGeneration, StartExecution, SubmitTaskRun, Tell, WriteLog
from pauta.engine.events import Event, ExecutionCreated, KillRequested, TimerRang
from pauta.errors import StorageFailed
from pauta.runtime.alarms import Alarms
from pauta.runtime.attempt import sentence
from pauta.runtime.ledger import Ledger
from pauta.runtime.live import Live
from pauta.runtime.logs import Entry, LogSink
from pauta.runtime.mailbox import Arrival, Mailbox
from pauta.runtime.publishing import Publisher
from pauta.runtime.quarantine import quarantine
from pauta.runtime.service import Service
from pauta.runtime.turn import Turn
from pauta.runtime.workshop import Workshop
from pauta.storage.connection import RowRefused

_LONGEST_TURN = 5_000
"""Microseconds after which a turn is committed though more could be decided."""
_MOST_EVENTS = 500


class Executor(Service):
    """Runs the executions of the shards that this process owns."""

    name = "executor"

    def __init__(
        self, *, ledger: Ledger, mailbox: Mailbox, workshop: Workshop, sink: LogSink, publisher: Publisher
    ) -> None:
        super().__init__()
        self._ledger = ledger
        self._mailbox = mailbox
        self._workshop = workshop
        self._sink = sink
        self._publisher = publisher
        self._clock: Clock = sink.clock
        self._lives: dict[str, Live] = {}
        self._ends: dict[str, threading.Event] = {}
        self._handlers: dict[type[Effect], Callable[[Turn, Live, Effect], None]] = {
            SubmitTaskRun: self._submit,
            EndGeneration: self._end,
            WriteLog: self._log,
            StartExecution: self._begin_other,
            Tell: self._tell,
        }
        self._alarms = Alarms()

    # what others call, from any thread

    def kill(self, execution_id: str) -> None:
        """Kill an execution of ours. Never waits; may be called in a signal handler."""
        self._mailbox.post(execution_id, KillRequested())

    def wake(self) -> None:
        """There is something new in the inbox."""
        self._mailbox.look_into_inbox()

    def wait(self, execution_id: str, timeout: float | None = None) -> bool:
        """Wait until nothing follows any more in an execution of ours; False when it took longer (seconds).

        Raises StorageFailed or DataInUse when the executor had to stop.
        """
        end = self._ends.setdefault(execution_id, threading.Event())
        if self.failure is None and not self._ledger.is_settled(execution_id):
            end.wait(timeout)
        if self.failure is not None:
            raise self.failure
        return self._ledger.is_settled(execution_id)

    def start(self) -> None:
        """Begin: first of all goes on with what a former owner left open."""
        self._workshop.serve(self._mailbox.post)
        super().start()

    def stop(self, patience: float = 10.0) -> None:
        """End after the present turn; what still runs is stopped here, and recovered by the next owner."""
        super().stop(patience)
        self._sink.close()
        self._workshop.close()

    def on_failure(self) -> None:
        """Stop what runs, and let go who waits."""
        self._sink.close()
        self._workshop.close()
        for end in list(self._ends.values()):
            end.set()

    # the loop

    def step(self) -> None:
        """One turn."""
        self._mailbox.fill(self._alarms.next())
        self._ring()
        turn = Turn()
        self._decide_all(turn)
        self._finish(turn)

    def _ring(self) -> None:
        """Timers whose instant has come become events."""
        for execution_id, timer_id in self._alarms.come(self._clock.now()):
            live = self._lives.get(execution_id)
            if live is not None and timer_id in live.execution.timers:
                self._mailbox.post(execution_id, TimerRang(timer_id))
        self._mailbox.drain()

    def _loop(self) -> None:
        self._sink.serve(self._mailbox.wake)
        super()._loop()

    def begin(self) -> None:
        """Go on with what a former owner left open."""
        left = self._ledger.left_open(self._mailbox)
        created = {each.execution_id for each in self._mailbox.arrivals() if isinstance(each.event, ExecutionCreated)}
        turn = Turn()
        for execution_id in left:
            if execution_id not in created and (live := self._live(execution_id)) is not None:
                self._apply(turn, live, lambda live=live: recover(live.execution, live.flow))
        self._finish(turn)

    def _decide_all(self, turn: Turn) -> None:
        """Decide what arrived, and what follows from it, until nothing is left or the turn is long enough."""
        end = self._clock.now() + _LONGEST_TURN
        for _ in range(_MOST_EVENTS):
            arrival = self._mailbox.take()
            if arrival is None:
                return
            self._take(turn, arrival)
            if self._clock.now() > end:
                return

    def _take(self, turn: Turn, arrival: Arrival) -> None:
        if arrival.inbox_id is not None:
            turn.consumed[arrival.inbox_id] = arrival.execution_id
        live = self._live(arrival.execution_id)
        if live is not None:
            self._decide(turn, live, arrival)

    def _decide(self, turn: Turn, live: Live, arrival: Arrival) -> None:
        live.waiting = max(0, live.waiting - 1)
        now = live.instant(arrival.at)
        self._apply(turn, live, lambda: decide(live.execution, live.flow, arrival.event, now))

    def _apply(self, turn: Turn, live: Live, ask_engine: Callable[[], Decision]) -> None:
        """Ask the engine and note what it decided; an execution that it cannot decide is ended alone."""
        try:
            with self._workshop.still:
                decision = ask_engine()
        except Exception as error:  # noqa: BLE001 -- one broken execution must not stop the others
            decision = quarantine(live.execution, error, self._clock.now())
        live.note(decision)
        turn.note(live, decision)
        self._alarms.set(live.execution.id, decision.set)
        self._publisher.decided(live.execution, decision)
        for effect in decision.effects:
            self._handlers.get(type(effect), _later)(turn, live, effect)

    # effects

    def _submit(self, turn: Turn, live: Live, effect: Effect) -> None:
        """Run a light task at once; leave another one to a worker, after the commit."""
        events = self._workshop.run_if_light(live, cast("SubmitTaskRun", effect))
        if events is None:
            _later(turn, live, effect)
        else:
            self._follow(live, events)

    def _follow(self, live: Live, events: list[tuple[Event, int]]) -> None:
        live.waiting += len(events)
        self._mailbox.put_first([Arrival(live.execution.id, event, at) for event, at in events])

    def _log(self, turn: Turn, live: Live, effect: Effect) -> None:
        del turn
        self._sink.add([*live.log_lines(cast("WriteLog", effect), self._clock.now())])

    def _begin_other(self, turn: Turn, live: Live, effect: Effect) -> None:
        execution = cast("StartExecution", effect).execution
        turn.started[execution.id] = (live.execution.id, execution)

    def _tell(self, turn: Turn, live: Live, effect: Effect) -> None:
        turn.told.append((live.execution.id, cast("Tell", effect)))

    def _end(self, turn: Turn, live: Live, effect: Effect) -> None:
        del effect
        turn.closed[live.execution.id] = live.execution.history[-1].at

    # the end of a turn

    def _finish(self, turn: Turn) -> None:
        entries = self._sink.take()
        try:
            self._make_durable(turn, entries)
        except RowRefused:
            self._finish_one_by_one(turn, entries)

    def _finish_one_by_one(self, turn: Turn, entries: list[Entry]) -> None:
        """Something in the turn cannot be stored: find out whose it is, and end that execution alone."""
        for part in turn.parts():
            lines = [entry for entry in entries if entry.execution_id in part.touched]
            try:
                self._make_durable(part, lines)
            except RowRefused as error:
                self._abandon(part, error)
        others = [entry for entry in entries if entry.execution_id not in turn.touched]
        with suppress(RowRefused):
            self._make_durable(Turn(), others)

    def _abandon(self, part: Turn, error: RowRefused) -> None:
        """Stop what runs for the execution of this part, and end it."""
        self._mailbox.consumed(part.consumed)
        for execution_id, live in part.touched.items():
            self._lives.pop(execution_id, None)
            self._workshop.stop_runs(live)
            self._ledger.strand(execution_id, f"the execution cannot go on: {error}", self._clock.now(), part.consumed)
            self._release(execution_id)

    def _make_durable(self, turn: Turn, entries: list[Entry]) -> None:
        """Commit, then do what had to wait for the commit."""
        if turn or entries:
            self._ledger.save(turn, entries, self._clock.now())
        self._mailbox.consumed(turn.consumed)
        if turn.started or turn.told or turn.told_others:
            self._mailbox.look_into_inbox()
        for live, effect in turn.effects:
            self._workshop.carry_out(live, effect)
        self._publisher.publish(entries)
        for live in turn.settled():
            self._let_go(live)

    def _let_go(self, live: Live) -> None:
        self._lives.pop(live.execution.id, None)
        self._publisher.settled(live.execution)
        self._release(live.execution.id)

    def _release(self, execution_id: str) -> None:
        """Let go who waits for the end of an execution."""
        end = self._ends.pop(execution_id, None)
        if end is not None:
            end.set()

    def _live(self, execution_id: str) -> Live | None:
        live = self._lives.get(execution_id)
        if live is None:
            live = self._load(execution_id)
            if live is not None:
                self._lives[execution_id] = live
                self._alarms.set(execution_id, live.execution.timers.values())
        return live

    def _load(self, execution_id: str) -> Live | None:
        """An execution that cannot be loaded is ended alone: the others go on."""
        try:
            return self._ledger.load(execution_id)
        except StorageFailed:
            raise
        except Exception as error:  # noqa: BLE001 -- whatever is wrong with its rows or its flow
            self._ledger.strand(execution_id, f"the execution cannot be loaded: {sentence(error)}", self._clock.now())
            self._release(execution_id)
            return None


def _later(turn: Turn, live: Live, effect: Effect) -> None:
    """Carry an effect out after the commit."""
    turn.effects.append((live, effect))
