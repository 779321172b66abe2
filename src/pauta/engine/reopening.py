"""How an execution that was opened again (see ``surgery``) goes on."""

from __future__ import annotations

from functools import partial

from pauta.engine import progress
from pauta.engine.work import Work
from pauta.sdk.states import State


def go_on(work: Work) -> None:
    """An execution that was opened again goes on."""
    work.enter_execution(State.RUNNING)
    for run in [each for each in work.live.open.values() if each.state is State.RESTARTED]:
        work.agenda.append(partial(progress.begin, work, run))
    progress.look_everywhere(work)
