"""Where files of the internal storage lie: ``kestra://`` URIs without authority.

Kestra's layout: ``/{namespace}/{flow}/executions/{execution}/tasks/{task}/{task run}/{file}`` and
``…/executions/{execution}/inputs/{input}/{file}``; the dots of a namespace become folders, ids become slugs;
``/{namespace}/_files/{path}`` holds the files of a namespace.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from pauta import paths
from pauta.errors import PathRefused
from pauta.sdk.context import TaskRunInfo

SCHEME = "kestra://"
NAMESPACE_SCHEME = "nsfile://"


def slug(text: str) -> str:
    """An id as a part of a path (Kestra: accents and other characters are dropped, ``_`` becomes ``-``)."""
    plain = re.sub(r"\s", "-", text)
    if not plain.isascii():
        import unicodedata

        plain = unicodedata.normalize("NFD", plain)
    kept = re.sub(r"[^\w-]", "", plain, flags=re.ASCII).replace("_", "-")
    return re.sub(r"-+", "-", kept).strip("-").lower()


def is_of_namespace(path: str, namespace: str) -> bool:
    """Whether a path belongs to a namespace (or one below it): its flows may read the file."""
    return path.startswith(f"{_folders(namespace)}/")


def of_flow(namespace: str, flow_id: str) -> str:
    """The folder of a flow."""
    return f"{_folders(namespace)}/{slug(flow_id)}"


def of_execution(namespace: str, flow_id: str, execution_id: str) -> str:
    """The folder of an execution."""
    return f"{of_flow(namespace, flow_id)}/executions/{execution_id}"


def of_task_run(run: TaskRunInfo) -> str:
    """The folder of a task run."""
    execution = of_execution(run.namespace, run.flow_id, run.execution_id)
    return f"{execution}/tasks/{slug(run.task_id)}/{run.task_run_id}"


def of_input(namespace: str, flow_id: str, execution_id: str, input_id: str) -> str:
    """The folder of an input of type FILE."""
    return f"{of_execution(namespace, flow_id, execution_id)}/inputs/{slug(input_id)}"


def of_namespace_files(namespace: str) -> str:
    """The folder of the files of a namespace."""
    return f"{_folders(namespace)}/_files"


def file_in(folder: str, name: str) -> str:
    """The path of a file in a folder; blanks become ``+``.

    Raises PathRefused when the name leaves the folder.
    """
    # '#' and a number at the end is how unfinished files are named
    return f"{folder}/{paths.relative(name.replace(' ', '+').replace('#', '%23'))}"


def uri(path: str) -> str:
    """The URI of a path."""
    return f"{SCHEME}/{path}"


def path_of(text: str) -> str:
    """The path of a ``kestra://`` URI. Raises PathRefused for anything else."""
    if not text.startswith(SCHEME + "/"):
        raise PathRefused(f"'{text}' is not a file of the internal storage: kestra:/// is expected at its beginning")
    return str(paths.relative(text.removeprefix(SCHEME).lstrip("/")))


def namespace_path(text: str, namespace: str) -> tuple[str, str]:
    """Namespace and path of an ``nsfile://`` URI; ``namespace`` is the one of the reader, used when it names none."""
    named, _, path = text.removeprefix(NAMESPACE_SCHEME).partition("/")
    return named or namespace, str(paths.relative(path))


def _folders(namespace: str) -> str:
    return str(PurePosixPath(*(part.lower() for part in namespace.split("."))))
