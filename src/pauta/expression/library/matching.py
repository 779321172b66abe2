"""Filters of the second dialect with regular expressions."""

from __future__ import annotations

from typing import Any

from pauta.expression.catalog import filter  # noqa: A004 -- its name
from pauta.expression.dialect import Dialect
from pauta.expression.library import given, patterns
from pauta.expression.values import java_text


@filter("regexMatch", "regex", only=Dialect.V2)
def regex_match(value: Any, regex: Any) -> bool:
    """Whether the regular expression is found in the text."""
    return value is not None and patterns.search(_regex(regex), java_text(value)) is not None


@filter("regexReplace", "regex", "replacement", only=Dialect.V2)
def regex_replace(value: Any, regex: Any, replacement: Any) -> str | None:
    """The text with all matches replaced; ``$1`` stands for the first group."""
    if value is None:
        return None
    return patterns.replace_all(java_text(value), _regex(regex), java_text(given.required(replacement, "replacement")))


@filter("regexExtract", "regex", "group", only=Dialect.V2)
def regex_extract(value: Any, regex: Any, group: Any) -> str | None:
    """The first match, or a group of it; null when there is none."""
    if value is None:
        return None
    found = patterns.search(_regex(regex), java_text(value))
    number = 0 if group is None else given.integer(group, "'group'")
    return None if found is None else found.group(number)


def _regex(value: Any) -> str:
    return java_text(given.required(value, "regex"))
