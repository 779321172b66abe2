"""The base of all tasks that run commands: files in, one command, outputs, files out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, cast

from pydantic import Field

from pauta.errors import CommandFailed, TaskFailed
from pauta.plugins.scripts.input_files import (
    NamespaceFiles,
    provide_input_files,
    provide_namespace_files,
)
from pauta.plugins.scripts.markers import Output
from pauta.plugins.scripts.output_files import Collected, collect, collect_folder
from pauta.plugins.scripts.workspace import Workspace, as_text
from pauta.sdk.plugins import Outputs
from pauta.sdk.properties import RENDERED, D, P
from pauta.sdk.runners import AnyTaskRunner, Command, TaskRunner
from pauta.sdk.states import Level
from pauta.sdk.tasks import Result, RunnableTask

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext

_SHELLS = frozenset({"sh", "bash", "dash", "ash", "ksh", "zsh", "busybox"})
_FAIL_FAST = {**dict.fromkeys(_SHELLS, "set -e"), "pwsh": "$ErrorActionPreference = 'Stop'"}
"""The command that lets the first failure end the run, by the name of the interpreter."""
_NOT_FOUND = 127
"""Exit code of a shell that does not find a program."""
_LONGEST_ARGUMENT = 120_000
"""Bytes; Linux refuses single arguments of 131072 and more."""
Texts = D[list[Any] | str | None]
"""A list of texts, or an expression that gives the JSON text of one."""


class ScriptOutputs(Outputs):
    """What script tasks give, also when they fail."""

    exit_code: int
    """The exit code of the last command."""
    vars: dict[str, Any]
    """What the script said with ``::{"outputs": …}::`` or ``Kestra.outputs``."""
    output_files: dict[str, str]
    """Stored files, by their names."""


class ScriptTask(RunnableTask):
    """What tasks of all languages have in common (Kestra's names and defaults)."""

    gives: ClassVar[type[Outputs] | None] = ScriptOutputs

    program: ClassVar[str] = ""
    """What has to be installed where the commands run, beside a shell."""
    standard_interpreter: ClassVar[tuple[str, ...]] = ("/bin/sh", "-c")

    task_runner: AnyTaskRunner | None = None
    """Where the commands run."""
    container_image: P[str | None] = None
    """The image for runners that use containers."""
    before_commands: Texts = None
    """Commands that run before the others, in the same shell."""
    interpreter: P[list[str] | None] = None
    """Program and options that take the joined commands as their last argument; for most languages ``/bin/sh -c``."""
    fail_fast: P[bool] = True
    """The first command that fails ends the run (``set -e``)."""
    env: D[Mapping[str, Any] | str | None] = None
    """Environment variables."""
    input_files: D[Any] = None
    """Files in the working directory: a map of names to contents or to stored files, or the JSON of one."""
    output_files: P[list[str] | None] = None
    """Names, or patterns such as ``*.csv``, of files that are outputs."""
    namespace_files: D[NamespaceFiles | None] = None
    """Files of the namespace in the working directory."""
    output_directory: P[bool | None] = None
    """There is a folder, ``{{ outputDir }}``, whose files are outputs."""
    warning_on_std_err: P[bool | None] = None
    """Without effect, as in the published engine since 0.23: the exit code decides."""
    target_os: Annotated[P[Literal["AUTO", "LINUX", "WINDOWS"]], Field(alias="targetOS")] = "AUTO"
    """For which system the commands are written."""
    runner: Literal["PROCESS", "DOCKER"] | None = None
    """The form from before there were task runners."""
    docker: P[Mapping[str, Any] | None] = None
    """Options of containers, from before there were task runners."""

    def main_commands(self, workspace: Workspace) -> list[str]:
        """The commands after the before-commands, rendered."""
        raise NotImplementedError

    def language(self, runner: TaskRunner, workspace: Workspace) -> AbstractContextManager[Mapping[str, str]]:
        """Prepares what the language needs; inside the block its environment variables are valid."""
        del runner, workspace
        return nullcontext(cast("Mapping[str, str]", {}))

    def workspace(self, ctx: RunContext) -> Workspace:
        """What this run works with."""
        return Workspace(ctx, self.declared_files(), has_output_folder=bool(self.output_directory))

    def declared_files(self) -> list[str]:
        """The names and patterns of the files that are outputs."""
        return list(self.output_files or ())

    def outputs(self, exit_code: int, values: Mapping[str, object], files: Mapping[str, str]) -> dict[str, object]:
        """The outputs under Kestra's names; ``values`` is what markers reported, ``files`` the URIs by name."""
        return {"exitCode": exit_code, "vars": values, "outputFiles": files}

    def image(self) -> str | None:
        """The image for containers. Kestra: the one in the old ``docker`` wins."""
        old = (self.docker or {}).get("image")
        return str(old) if old else self.container_image

    def run(self, ctx: RunContext) -> Result:
        """Run the commands. Outputs are kept also when they fail."""
        workspace = self.workspace(ctx)
        self._provide_files(workspace)
        output = Output(ctx)
        exit_code = self._execute(ctx.runner(self._declared_runner()), workspace, output)
        output.finish()
        for look in workspace.at_end:
            look(output)
        workspace.tidy()
        return self._result(exit_code, output, workspace)

    def _declared_runner(self) -> TaskRunner | None:
        """The task runner; ``runner`` and ``docker`` are the form from before there were any."""
        if self.task_runner is not None:
            return self.task_runner
        if self.runner == "PROCESS":
            return _runner(PROCESS, {})
        return _runner(DOCKER, self.docker or {}) if self.runner == "DOCKER" or self.docker else None

    def _provide_files(self, workspace: Workspace) -> None:
        if self.namespace_files is not None:
            properties = workspace.rendered(self.namespace_files.model_dump(by_alias=True))
            wanted = NamespaceFiles.model_validate(properties, context=RENDERED)
            if wanted.enabled:
                provide_namespace_files(wanted, workspace.ctx)
        provide_input_files(workspace.rendered(self.input_files), workspace.ctx)

    def _execute(self, runner: TaskRunner, workspace: Workspace, output: Output) -> int:
        with self.language(runner, workspace) as variables:
            command = Command(
                arguments=self._arguments(workspace),
                on_output=output.feed,
                environment={**variables, **self._environment(workspace)},
                image=self.image(),
                output_patterns=[*self.declared_files(), *workspace.expected],
            )
            return runner.run(command, workspace.ctx)

    def _environment(self, workspace: Workspace) -> dict[str, str]:
        """The folders, and what the flow declares."""
        folders = {"WORKING_DIR": str(workspace.folder), "OUTPUT_DIR": str(workspace.output_folder)}
        return {**workspace.environment, **folders, **_as_environment(workspace.rendered(self.env))}

    def _arguments(self, workspace: Workspace) -> list[str]:
        """The argument vector. Kestra: all commands are one argument of the interpreter; without one they are it."""
        if self.interpreter == [] and not self.before_commands:
            return self.main_commands(workspace)
        interpreter = self.interpreter or self.standard_interpreter
        commands = [*self._first(interpreter), *workspace.texts(self.before_commands), *self.main_commands(workspace)]
        text = ("\r\n" if self.target_os == "WINDOWS" else "\n").join(commands)
        if len(text.encode("utf-8", "replace")) > _LONGEST_ARGUMENT and Path(interpreter[0]).name in _SHELLS:
            text = f". {quote(str(workspace.script(text, '.sh')))}"
        return [*interpreter, text]

    def _first(self, interpreter: Sequence[str]) -> list[str]:
        """What comes before all commands. Kestra: nothing for WINDOWS."""
        first = _FAIL_FAST.get(Path(interpreter[0]).name)
        return [first] if first and self.fail_fast and self.target_os != "WINDOWS" else []

    def _result(self, exit_code: int, output: Output, workspace: Workspace) -> Result:
        collected = collect(self.declared_files(), workspace.ctx)
        outputs = self.outputs(exit_code, output.vars, self._files(collected, workspace))
        if exit_code:
            missing = [_missing(self.program)] if exit_code == _NOT_FOUND and self.program else []
            for sentence in (*missing, *collected.refused):
                workspace.ctx.log(Level.ERROR, sentence)
            raise CommandFailed(exit_code, outputs)
        if collected.refused:
            raise TaskFailed("; ".join(collected.refused), outputs)
        return Result(outputs)

    def _files(self, collected: Collected, workspace: Workspace) -> dict[str, str]:
        directory = collect_folder(workspace.output_folder, workspace.ctx) if self.output_directory else {}
        return {**collected.files, **directory}


def _missing(program: str) -> str:
    return (
        f"a program was not found: is '{program}' installed on the machine that runs this task, and on its PATH? "
        "Install it, or put its folder on the PATH with 'env' or 'beforeCommands'"
    )


PROCESS = "io.kestra.plugin.core.runner.Process"
DOCKER = "io.kestra.plugin.scripts.runner.docker.Docker"


def _runner(name: str, properties: Mapping[str, Any]) -> TaskRunner:
    """A task runner with rendered properties. Raises TaskFailed when they do not fit."""
    from pydantic import ValidationError

    from pauta import registry

    kind = cast("type[TaskRunner]", registry.find(name))
    try:
        return kind.model_validate({**properties, "type": name}, context=RENDERED)
    except ValidationError as error:
        reasons = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise TaskFailed(f"the properties in 'docker' do not fit: {reasons}") from None


def _as_environment(value: object) -> dict[str, str]:
    """Rendered environment variables; null values are left out."""
    if isinstance(value, str):
        import orjson

        value = orjson.loads(value) if value.strip() else None
    variables = cast("Mapping[object, object]", value or {})
    return {str(name): as_text(content) for name, content in variables.items() if content is not None}
