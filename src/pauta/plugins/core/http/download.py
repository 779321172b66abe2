"""A request whose answer becomes a file of the internal storage."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from pauta.errors import TaskFailed
from pauta.plugins.core.http.options import HttpTask
from pauta.sdk.plugins import Outputs, plugin
from pauta.sdk.properties import P
from pauta.sdk.states import Level
from pauta.sdk.tasks import Result

if TYPE_CHECKING:
    from pauta.sdk.context import Response, RunContext

_FILE_NAME = re.compile(r"filename\*?=(?:UTF-8'')?(?:\"([^\"]*)\"|([^;]*))", re.IGNORECASE)
_UNFIT = re.compile(r"[\x00-\x1f\x7f\\/]")


class DownloadOutputs(Outputs):
    """What ``Download`` gives."""

    code: int
    """The status code of the answer."""
    headers: dict[str, list[str]]
    """The headers of the answer, by lower-case name."""
    uri: str
    """The stored file."""
    length: int
    """Its size in bytes."""


@plugin("io.kestra.plugin.core.http.Download", aliases=("io.kestra.plugin.fs.http.Download",), outputs=DownloadOutputs)
class Download(HttpTask):
    """Stores the body of an answer; outputs ``code``, ``headers``, ``uri`` (of the file) and ``length`` (bytes).

    Example::

        id: table
        type: io.kestra.plugin.core.http.Download
        uri: https://example.org/table.csv
    """

    fail_on_empty_response: P[bool] = True
    """An answer without a body is a failure."""
    save_as: P[str | None] = None
    """The name of the stored file; by default the one that the server says."""

    def run(self, ctx: RunContext) -> Result:
        """Send the request and store its answer as it comes."""
        with self.answer(ctx) as (uri, _, response):
            stored, length = ctx.put_stream(_counted(response), self._name(uri, response))
            if not length:
                self._accept_nothing(uri, ctx)
            return Result({"code": response.status, "headers": response.headers, "uri": stored, "length": length})

    def _name(self, uri: str, response: Response) -> str:
        """``saveAs``, else what the server says, else a new name with the ending of the URL."""
        said = self.save_as or _file_name(response)
        if said:
            return _UNFIT.sub("_", said)
        ending = PurePosixPath(unquote(urlsplit(uri).path)).suffix
        return os.urandom(8).hex() + (_UNFIT.sub("_", ending) if 1 < len(ending) <= 12 else ".tmp")

    def _accept_nothing(self, uri: str, ctx: RunContext) -> None:
        if self.fail_on_empty_response:
            raise TaskFailed(f"the answer of {uri} is empty (failOnEmptyResponse: false would accept it)")
        ctx.log(Level.WARN, f"the answer of {uri} is empty")


def _counted(response: Response) -> Iterator[bytes]:
    """The body. Raises TaskFailed at its end when it is not as long as the server said."""
    length = 0
    for chunk in response.stream:
        length += len(chunk)
        yield chunk
    said = response.headers.get("content-length")
    if said and said[0].isdigit() and "content-encoding" not in response.headers and int(said[0]) != length:
        raise TaskFailed(f"the download is incomplete: {length} of {said[0]} bytes came")


def _file_name(response: Response) -> str | None:
    """The name in Content-Disposition, without folders."""
    said = _FILE_NAME.search(response.headers.get("content-disposition", [""])[0])
    name = unquote((said[1] or said[2] or "").strip()) if said else ""
    return name.replace("\\", "/").rpartition("/")[2].strip(". ") or None
