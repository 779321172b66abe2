"""How literals of a document fit properties."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from pauta.sdk.durations import Duration, read_duration
from pauta.sdk.plugins import Model
from pauta.sdk.properties import P
from pauta.sdk.states import Level


class Example(Model):
    text: str = "default"
    dynamic: P[str | None] = None
    flag: bool = False
    count: int = 7
    ratio: float | None = None
    wait: Duration | None = None
    level: Level | None = None
    anything: Any = None


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("text", 1.5, "1.5"),
        ("text", True, "true"),
        ("text", None, "default"),
        ("text", "", ""),
        ("dynamic", [1, {"a": None}], '[1,{"a":null}]'),
        ("dynamic", False, "false"),
        ("flag", "TRUE", True),
        ("flag", "", False),
        ("flag", 1, True),
        ("count", 2.9, 2),
        ("count", "3", 3),
        ("count", "", 7),
        ("ratio", "", None),
        ("wait", 90, timedelta(seconds=90)),
        ("wait", "", None),
        ("level", "", None),
        ("anything", "", ""),
    ],
)
def test_a_literal_becomes_what_kestra_makes_of_it(name: str, given: object, kept: object):
    assert getattr(Example.model_validate({name: given}), name) == kept


@pytest.mark.parametrize(
    ("name", "given"),
    [("flag", "yes"), ("flag", "1"), ("text", [1]), ("count", "two"), ("wait", True), ("wait", "P1M")],
)
def test_what_kestra_refuses_is_refused(name: str, given: object):
    with pytest.raises(ValidationError):
        Example.model_validate({name: given})


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT5M", 300),
        ("p1dt2h", 93600),
        ("PT0.25s", 0.25),
        ("PT-5M", -300),
        ("-PT5M", -300),
        ("12.5", 12.5),
        ("PT1,5S", 1.5),
    ],
)
def test_a_duration_is_read_as_java_does(text: str, seconds: float):
    assert read_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "P", "PT", "5M", "P1W", "P1Y", "PT5", "PT5S3M", "P1DT", "PT" + "9" * 30 + "S"])
def test_what_is_no_duration_is_refused(text: str):
    with pytest.raises(ValueError, match=r"duration|long"):
        read_duration(text)
