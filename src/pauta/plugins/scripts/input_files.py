"""Files that a script finds in its working directory, and references to stored files in its text."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Literal, cast

from pauta import paths
from pauta.errors import TaskFailed
from pauta.plugins.scripts.writing import fetch, write
from pauta.sdk import patterns
from pauta.sdk.plugins import Model
from pauta.sdk.properties import P
from pauta.sdk.states import Level

if TYPE_CHECKING:
    from pauta.sdk.context import RunContext

_REFERENCE = re.compile(r"(?:kestra|nsfile)://[-\w.+~#=%]*/[-\w.+~#=%/]+")
_SCHEMES = ("kestra://", "nsfile://", "file://")


class NamespaceFiles(Model):
    """Which files of which namespaces are copied into the working directory before the run."""

    enabled: P[bool] = True
    """Whether there are any."""
    namespaces: P[list[str] | None] = None
    """Applied in this order: later ones overwrite earlier ones. The flow's own namespace when it is not given."""
    include: P[list[str] | None] = None
    """Patterns of files that are wanted; all, when nothing is said."""
    exclude: P[list[str] | None] = None
    """Patterns of files that are not wanted."""
    if_exists: P[Literal["OVERWRITE", "FAIL", "WARN", "IGNORE"]] = "OVERWRITE"
    """What happens when a file is there already."""
    folder_per_namespace: P[bool] = False
    """Each namespace's files go to a folder of its name."""

    def wants(self, path: str) -> bool:
        """Whether a file is wanted, by its path in the namespace."""
        included = not self.include or _any_matches(self.include, path)
        return included and not _any_matches(self.exclude or [], path)


class References:
    """Replaces references to stored files in texts by paths of local copies; each file is fetched once."""

    def __init__(self, ctx: RunContext) -> None:
        self._ctx = ctx
        self._local: dict[str, str] = {}

    def localized(self, text: str) -> str:
        """The text with local paths in place of ``kestra://`` and ``nsfile://`` URIs."""
        return _REFERENCE.sub(lambda found: self._path(found[0]), text) if "://" in text else text

    def _path(self, uri: str) -> str:
        if uri not in self._local:
            suffix = PurePosixPath(uri).suffix
            place = self._ctx.working_dir / f"{os.urandom(8).hex()}{suffix if len(suffix) < 12 else '.tmp'}"
            fetch(self._ctx.open_file(uri), place)
            self._local[uri] = str(place)
        return self._local[uri]


def provide_namespace_files(wanted: NamespaceFiles, ctx: RunContext) -> None:
    """Copy namespace files into the working directory."""
    for namespace in wanted.namespaces or [ctx.info.namespace]:
        for path in ctx.namespace_files(namespace):
            if wanted.wants(path):
                name = f"{namespace}/{path}" if wanted.folder_per_namespace else path
                _provide(ctx, wanted.if_exists, name, namespace, path)


def provide_input_files(declared: object, ctx: RunContext) -> None:
    """Write input files: a map (or its JSON text) of names to contents or to URIs of stored files.

    Raises TaskFailed when it is no map, PathRefused for names that leave the working directory.
    """
    for name, content in _as_map(declared).items():
        if content is not None:
            _write(_as_text(content), paths.inside(ctx.working_dir, name), ctx)


def _provide(ctx: RunContext, if_exists: str, name: str, namespace: str, path: str) -> None:
    place = paths.inside(ctx.working_dir, name)
    if place.exists():
        if if_exists == "FAIL":
            raise TaskFailed(f"the namespace file '{name}' is already in the working directory (ifExists: FAIL)")
        if if_exists == "WARN":
            ctx.log(Level.WARN, f"the namespace file '{name}' is already in the working directory; it is not copied")
        if if_exists != "OVERWRITE":
            return
    fetch(ctx.open_namespace_file(namespace, path), place)


def _write(content: str, place: Path, ctx: RunContext) -> None:
    if content.startswith(_SCHEMES) and "\n" not in content.strip():
        fetch(ctx.open_file(content.strip()), place)
    else:
        write(place, content.encode("utf-8", "replace"))


def _as_map(declared: object) -> Mapping[str, object]:
    if isinstance(declared, str):
        declared = _parsed(declared)
    if declared is None:
        return {}
    if not isinstance(declared, Mapping):
        raise TaskFailed("inputFiles has to be a map of file names to contents, or the JSON text of one")
    return {str(name): content for name, content in cast("Mapping[Any, object]", declared).items()}


def _parsed(text: str) -> object:
    import orjson

    try:
        return orjson.loads(text) if text.strip() else None
    except orjson.JSONDecodeError as error:
        raise TaskFailed(f"inputFiles is a text, but not the JSON text of a map: {error}") from None


def _as_text(content: object) -> str:
    import orjson

    return content if isinstance(content, str) else orjson.dumps(content).decode()


def _any_matches(wanted: list[str], path: str) -> bool:
    return any(patterns.matches(pattern.removeprefix("/"), path) for pattern in wanted)
