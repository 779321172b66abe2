"""What one run of a script task works with: its folder, the variables of its expressions, stored files."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pauta.plugins.scripts.input_files import References
from pauta.plugins.scripts.markers import Output
from pauta.plugins.scripts.writing import write
from pauta.sdk import patterns

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext


class Workspace:
    """See the module's docstring."""

    def __init__(self, ctx: RunContext, output_files: Sequence[str], *, has_output_folder: bool) -> None:
        self.ctx = ctx
        self.folder = ctx.working_dir
        self.output_folder = self._make_output_folder() if has_output_folder else self.folder
        self._references = References(ctx)
        self._scripts: list[Path] = []
        self.environment: dict[str, str] = {}
        """Variables that the language needs in this run."""
        self.expected = [f"{self.output_folder.name}/**"] if has_output_folder else []
        """Names and patterns of files that are read afterwards, besides those that are declared."""
        self.at_end: list[Callable[[Output], None]] = []
        """Called when the command has ended, before output files are collected."""
        self.variables: dict[str, object] = {
            "workingDir": str(self.folder),
            "outputDir": str(self.output_folder),
            "outputFiles": {name: str(self.folder / name) for name in output_files if not patterns.is_pattern(name)},
        }

    def _make_output_folder(self) -> Path:
        folder = self.folder / f"output-{os.urandom(8).hex()}"
        folder.mkdir()
        return folder

    def rendered(self, value: object) -> object:
        """Expressions rendered, with the variables of script tasks."""
        return self.ctx.render(value, self.variables)

    def text(self, template: str) -> str:
        """A rendered text in which references to stored files are local paths."""
        return self._references.localized(str(self.rendered(template)))

    def texts(self, templates: list[Any] | str | None) -> list[str]:
        """Rendered texts in which references to stored files are local paths."""
        return [self._references.localized(text) for text in _as_texts(self.rendered(templates))]

    def script(self, content: str, suffix: str) -> Path:
        """A file with a script, there until the command has ended."""
        place = self.folder / f"{self.ctx.info.task_id}-{os.urandom(4).hex()}{suffix}"
        write(place, content.encode("utf-8", "surrogatepass"))
        self._scripts.append(place)
        return place

    def hidden(self, suffix: str) -> Path:
        """A place for a file that is there until the command has ended."""
        place = self.folder / f".{os.urandom(8).hex()}{suffix}"
        self._scripts.append(place)
        return place

    def tidy(self) -> None:
        """Remove what nobody asked for, before output files are collected."""
        for place in self._scripts:
            place.unlink(missing_ok=True)


def _as_texts(value: object) -> list[str]:
    """A rendered list of texts; a text is the JSON text of a list, or one element."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        import orjson

        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            return [str(value)]
    if isinstance(value, list):
        return [as_text(each) for each in cast("list[object]", value) if each is not None]
    return [] if value is None else [as_text(value)]


def as_text(value: object) -> str:
    """A text as it is, anything else as JSON."""
    import orjson

    return value if isinstance(value, str) else orjson.dumps(value).decode()
