"""Which Kestra a flow is written for: 2.x when it has something that only 2.x knows and nothing that only 1.x knows.

A comment line ``# dialect: 1`` or ``# dialect: 2`` at the top of the document, in front of its first key, sets it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pauta.expression import Dialect
from pauta.flow.document import Document
from pauta.flow.parts import Part, texts_of

PROPERTIES: Mapping[Dialect, Mapping[str, tuple[str, ...]]] = {
    Dialect.V1: {
        "Flow": ("pluginDefaults", "taskDefaults", "listeners", "workerGroup"),
        "Task": ("workerGroup",),
        "Trigger": ("conditions", "workerGroup", "preconditions", "scheduleConditions", "backfill"),
        "Check": ("condition",),
        "Retry": ("maxAttempt",),
        "Input": ("name",),
        "io.kestra.plugin.core.flow.Pause": ("tasks", "delay"),
        "io.kestra.plugin.core.flow.Subflow": ("outputs",),
        "io.kestra.plugin.core.http.Download": ("allowFailed", "sslOptions"),
        "io.kestra.plugin.core.http.Request": ("allowFailed", "sslOptions"),
        "io.kestra.plugin.core.http.SseRequest": ("allowFailed", "sslOptions"),
        "io.kestra.plugin.core.kv.PurgeKV": ("expiredOnly",),
    },
    Dialect.V2: {
        "Flow": ("quotas", "draft", "policyRefs", "workerSelector"),
        "Task": ("policyRefs", "workerSelector"),
        "Trigger": ("when", "policyRefs", "workerSelector", "dependsOn", "minSatisfied", "mode", "window", "fetchType"),
        "Check": ("when",),
        "JsonInput": ("jsonSchema",),
        "io.kestra.plugin.core.flow.Dag": ("onChildFailure",),
        "io.kestra.plugin.core.flow.Parallel": ("onChildFailure",),
        "io.kestra.plugin.core.log.PurgeLogs": ("purgeNonExecutionLogs", "batchSize", "purgeExecutionLogs"),
    },
}
"""By the name of a model, or the type of a plugin: properties that only one of them knows."""
INPUT_TYPES: Mapping[Dialect, frozenset[str]] = {
    Dialect.V1: frozenset({"ENUM", "BOOLEAN"}),
    Dialect.V2: frozenset({"ION", "FORM"}),
}
FUNCTIONS: Mapping[Dialect, frozenset[str]] = {
    Dialect.V1: frozenset({"json", "currentEachOutput"}),
    Dialect.V2: frozenset(
        {
            "dayOfMonth",
            "dayOfWeek",
            "env",
            "hourOfDay",
            "isDayWeekInMonth",
            "isLastWorkingDay",
            "isPublicHoliday",
            "isWeekend",
            "monthOfYear",
            "subflow",
        }
    ),
}
FILTERS: Mapping[Dialect, frozenset[str]] = {
    Dialect.V1: frozenset({"json"}),
    Dialect.V2: frozenset({"format", "regexExtract", "regexMatch", "regexReplace"}),
}
"""Names in templates that only one of them knows; types of plugins are in ``core_types``."""

_SET = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*?[ \t]*#[ \t]*dialect:[ \t]*([12])[ \t]*\r?(?:\n|$)")


def dialect_of(document: Document, parts: Iterable[Part]) -> Dialect:
    """The dialect of a flow."""
    told = _SET.match(document.text)
    if told is not None:
        return Dialect(told[1])
    found = set(_found(parts)) | set(_in_templates(document.data))
    return Dialect.V2 if found == {Dialect.V2} else Dialect.V1


def _found(parts: Iterable[Part]) -> Iterator[Dialect]:
    for part in parts:
        names = {cls.__name__ for cls in part.model.__mro__} | {getattr(part.model, "type_name", "")}
        yield from _by_properties(names, part.properties)
        if "Plugin" in names:
            yield from _by_type(str(part.properties.get("type")))
        elif "Input" in names:
            yield from _by_input_type(str(part.properties.get("type")))


def _by_properties(names: Iterable[str], properties: Mapping[str, Any]) -> Iterator[Dialect]:
    for dialect, known in PROPERTIES.items():
        if any(each in properties for name in names for each in known.get(name, ())):
            yield dialect


def _by_type(name: str) -> Iterator[Dialect]:
    from pauta.flow.core_types import core_types

    known = core_types().get(name)
    if known is not None and known.only is not None:
        yield known.only
    elif name.startswith("io.kestra.core."):
        yield Dialect.V1


def _by_input_type(name: str) -> Iterator[Dialect]:
    for dialect, names in INPUT_TYPES.items():
        if name in names:
            yield dialect


_NAMES: frozenset[str] = frozenset[str]().union(*FUNCTIONS.values(), *FILTERS.values())
_WORDS = re.compile(r"\w+")


def _in_templates(data: Any) -> Iterator[Dialect]:
    for _, text in texts_of(data):
        # only what has one of these words is read as a template
        if not _NAMES.isdisjoint(_WORDS.findall(text)):
            yield from _in_template(text)


def _in_template(text: str) -> Iterator[Dialect]:
    from pauta.errors import ExpressionError
    from pauta.expression.introspection import reading
    from pauta.expression.parser import parse
    from pauta.expression.source import Source

    try:
        names = reading(parse(Source(text), Dialect.V2))
    except ExpressionError:
        return
    for dialect in Dialect:
        if names.functions & FUNCTIONS[dialect] or names.filters & FILTERS[dialect]:
            yield dialect
