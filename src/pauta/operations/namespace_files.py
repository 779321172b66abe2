"""The files of a namespace."""

from __future__ import annotations

from pathlib import Path

from pauta.blobs import places
from pauta.blobs.store import Blobs


class NamespaceFiles:
    """Files that all flows of a namespace share."""

    def __init__(self, *, blobs: Blobs, apart: Path | None = None) -> None:
        """``apart``: the folder of runs, with their secrets: it may lie in a folder of files, and is none of them."""
        self._blobs = blobs
        self._apart = None if apart is None else apart.resolve()

    def put_folder(self, namespace: str, folder: Path) -> int:
        """Keep all files of a local folder; gives how many. Raises StorageFailed."""
        files = [file for file in sorted(folder.rglob("*")) if file.is_file() and not self._is_apart(file)]
        for file in files:
            self.put(namespace, file.relative_to(folder).as_posix(), file)
        return len(files)

    def _is_apart(self, file: Path) -> bool:
        return self._apart is not None and file.resolve().is_relative_to(self._apart)

    def put(self, namespace: str, path: str, content: Path | bytes) -> None:
        """Keep one file. Raises PathRefused when the path leaves the namespace's folder."""
        self._blobs.put(places.file_in(places.of_namespace_files(namespace), path), content)

    def list(self, namespace: str) -> list[str]:
        """The paths of all files, sorted."""
        return list(self._blobs.list(places.of_namespace_files(namespace)))
