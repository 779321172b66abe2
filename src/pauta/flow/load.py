"""From the text of a flow to a `Flow`."""

from __future__ import annotations

from pydantic import ValidationError

from pauta.errors import InvalidFlow
from pauta.flow.document import read_document
from pauta.flow.model import Flow


def parse(source: str, *, file: str | None = None) -> Flow:
    """Read and check a flow. Raises InvalidFlow with all that is wrong."""
    document = read_document(source, file=file)
    try:
        return Flow.model_validate(document.data)
    except ValidationError as error:
        problems = [
            document.problem(each["msg"], each["loc"], name=each["type"] == "extra_forbidden")
            for each in error.errors(include_url=False)
        ]
        raise InvalidFlow(problems) from None
