"""Lets a Python script speak without a library: log records keep their level, a traceback stays in one piece.

It is imported when the interpreter of an environment of pauta starts, and acts only where the output really goes to
pauta: what a script starts and whose output it reads itself is left alone. The variable ``outputs`` of a script is
written to a file when it ends.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # importing typing for it would cost more than all that is done here
if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType, TracebackType
    from typing import Any, TextIO

_STREAMS = "PAUTA_STREAMS"
"""Variable with the inodes of the pipes that pauta reads."""
_SCRIPT, _NAME, _OUTPUTS = "PAUTA_SCRIPT", "PAUTA_SCRIPT_NAME", "PAUTA_OUTPUTS"
"""Variables with the script's file, the name to show for it, and the file for its outputs."""
_START = "\x1e::"
"""Begins a marker also where no line begins: a progress bar may have left the line open."""
_LEVELS = ((40, "ERROR"), (30, "WARN"), (20, "INFO"), (10, "DEBUG"))


def begin() -> None:
    """Look at where the output goes, and wait for what comes."""
    ours = os.environ.get(_STREAMS, "").split(":")
    heard = [descriptor for descriptor in (1, 2) if _inode(descriptor) in ours]
    if heard:
        sys.meta_path.insert(0, _LoggingFinder(heard))
    if 2 in heard:
        sys.excepthook = _report
    if os.environ.get(_OUTPUTS) and os.environ.get(_SCRIPT) in getattr(sys, "orig_argv", ()):
        import atexit

        atexit.register(_keep_outputs, os.getpid())


def _inode(descriptor: int) -> str:
    try:
        return str(os.fstat(descriptor).st_ino)
    except OSError:
        return ""


class _LoggingFinder:
    """Waits for the import of ``logging``, to have its records come as markers."""

    def __init__(self, heard: list[int]) -> None:
        self._heard = heard

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None, /
    ) -> ModuleSpec | None:
        """Find ``logging`` as the others do, with a loader that goes on with us."""
        del path, target
        if name != "logging":
            return None
        sys.meta_path.remove(self)
        from importlib.util import find_spec

        spec = find_spec(name)
        if spec is not None and spec.loader is not None:
            spec.loader.exec_module = self._then_listen(spec.loader.exec_module)  # pyright: ignore[reportAttributeAccessIssue]
        return spec

    def _then_listen(self, execute: Callable[[ModuleType], None]) -> Callable[[ModuleType], None]:
        def exec_module(module: ModuleType) -> None:
            execute(module)
            _listen(self._heard)

        return exec_module


def _listen(heard: list[int]) -> None:
    """Let handlers that write to our streams write markers."""
    import logging

    streams = [stream for descriptor, stream in ((1, sys.__stdout__), (2, sys.__stderr__)) if descriptor in heard]
    emit_as_text: Any = logging.StreamHandler.emit  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]

    def emit(handler: logging.StreamHandler[Any], record: logging.LogRecord) -> None:
        if not any(handler.stream is stream for stream in streams):
            emit_as_text(handler, record)
            return
        try:
            text = _text(handler, record, logging.BASIC_FORMAT)
            if text.startswith("::{"):
                emit_as_text(handler, record)
            else:
                _mark(handler.stream, _level(record.levelno), text)
        except RecursionError:
            raise
        except Exception:  # noqa: BLE001 -- as logging does
            handler.handleError(record)

    logging.StreamHandler.emit = emit  # pyright: ignore[reportAttributeAccessIssue]


def _text(handler: logging.Handler, record: logging.LogRecord, basic: str) -> str:
    """The message as the handler formats it; the level that its usual form begins with is said by the marker."""
    text = handler.format(record)
    form = getattr(handler.formatter, "_fmt", None)
    return text[len(record.levelname) + 1 :] if form == basic else text


def _level(number: int) -> str:
    return next((name for least, name in _LEVELS if number >= least), "TRACE")


def _mark(stream: TextIO, level: str, message: str) -> None:
    import json

    stream.write(f"{_START}{json.dumps({'logs': [{'level': level, 'message': message}]})}::\n")
    stream.flush()


def _report(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    """Show the traceback of what ended the script, in one piece."""
    from traceback import format_exception

    text = "".join(format_exception(kind, error, where)).rstrip()
    script, name = os.environ.get(_SCRIPT), os.environ.get(_NAME)
    shown = text.replace(f'"{script}"', f'"{name}"') if script and name else text
    try:
        _mark(sys.stderr, "ERROR", shown)
    except Exception:  # noqa: BLE001 -- whatever became of the stream
        sys.__excepthook__(kind, error, where)


def _keep_outputs(pid: int) -> None:
    """Write the variable ``outputs`` of the script to the file that waits for it."""
    outputs = getattr(sys.modules.get("__main__"), "outputs", None)
    if os.getpid() == pid and isinstance(outputs, dict):
        import json

        try:
            kept = json.dumps({"outputs": outputs})
        except (TypeError, ValueError) as error:
            kept = json.dumps({"problem": str(error)})
        with open(os.environ[_OUTPUTS], "w", encoding="utf-8") as file:  # noqa: PTH123 -- pathlib costs its import
            file.write(kept)


begin()
