"""The one helper for paths that come from outside: a relative path stays inside its root.

Containment is decided on resolved path components, never on text prefixes.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from pauta.errors import PathRefused


def relative(path: str) -> PurePosixPath:
    """``path`` as a clean relative path.

    Raises PathRefused for an absolute path, a drive letter, a backslash, a control character or a ``..`` part.
    """
    pure = PurePosixPath(path)
    if "\\" in path or any(character < " " or character == "\x7f" for character in path):
        raise PathRefused(f"the path {path!r} must not contain backslashes or control characters")
    if not path or pure.is_absolute() or ".." in pure.parts or path[1:2] == ":":
        raise PathRefused(f"the path {path!r} must be relative, without '..', inside its folder")
    return pure


def inside(root: Path, path: str) -> Path:
    """The absolute place of the relative ``path`` under ``root``.

    Raises PathRefused when it would leave the root, also through a symbolic link that is already there.
    """
    place = (root / relative(path)).resolve()
    if not place.is_relative_to(root.resolve()):
        raise PathRefused(f"the path {path!r} leaves its folder through a symbolic link")
    return place
