"""The Process runner: commands run as processes of this machine, each in a session of its own."""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pauta.runners.inherited import for_commands, for_installers
from pauta.runners.launcher import Launcher
from pauta.sdk.plugins import plugin
from pauta.sdk.runners import Command, PythonPackages, TaskRunner
from pauta.sdk.states import Level

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext

_launcher = Launcher()
PROCESS = "io.kestra.plugin.core.runner.Process"


@plugin(
    "io.kestra.plugin.core.runner.Process", aliases=("io.kestra.core.models.tasks.runners.types.ProcessTaskRunner",)
)
class Process(TaskRunner):
    """Runs commands on this machine, in the task run's working directory, with this machine's programs."""

    def run(self, command: Command, ctx: RunContext) -> int:
        """Run the command to its end; nothing that it started is left afterwards."""
        variables = for_commands(os.environ, ctx.working_dir, command.environment)
        running = _launcher.start(command.arguments, variables, ctx.working_dir)
        ctx.log(Level.DEBUG, f"process {running.pid} runs in {ctx.working_dir}: {' '.join(command.arguments)}")
        with ctx.on_kill(running.stop):
            ended = running.follow(command.on_output)
        used = f"{ended.cpu_seconds:.2f} s of processor time, {ended.peak_memory >> 20} MB"
        ctx.log(Level.DEBUG, f"process {running.pid} ended with exit code {ended.exit_code}: {used}")
        if ended.left_behind:
            ctx.log(Level.WARN, "the command left processes running that hold its output; they were stopped")
        return ended.exit_code

    @contextmanager
    def python(self, packages: PythonPackages, ctx: RunContext, image: str | None) -> Generator[Mapping[str, str]]:
        """An environment of this machine's interpreters, with a private layer on top for what the run installs."""
        from pauta.runners.environments import Builder, environment_of

        _launcher.warm_up()
        with environment_of(packages, image, Builder(_launcher, ctx, for_installers(os.environ))) as variables:
            yield variables
