"""Unquoted words as Kestra reads them: the texts are what both versions make of them in a property that is a text."""

import pytest

from pauta.errors import InvalidFlow
from pauta.flow.document import read_yaml
from pauta.sdk.plugins import Model


class Text(Model):
    value: str | None = None


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("010", "8"),
        ("0o17", "0o17"),
        ("0x1F", "31"),
        ("0b11", "3"),
        ("1_000", "1000"),
        ("1__0", "10"),
        ("1e3", "1000.0"),
        ("08", "08"),
        ("1:30", "1:30"),
        ("190:20:30", "190:20:30"),
        ("yes", "true"),
        ("Yes", "true"),
        ("no", "false"),
        ("on", "true"),
        ("off", "false"),
        ("y", "y"),
        ("n", "n"),
        ("TRUE", "true"),
        ("2020-01-01", "2020-01-01"),
        ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
        ("2020-01-01 10:00:00", "2020-01-01 10:00:00"),
        ("1.50", "1.5"),
        ("1.0", "1.0"),
        (".5", "0.5"),
        ("5.", "5.0"),
        ("+5", "5"),
        ("-0", "0"),
        ("0.1e-2", "0.001"),
        ("-.5", "-0.5"),
        ("0x", "0x"),
        ("12345678901234567890", "12345678901234567890"),
        ("1.23456789012345678901234", "1.2345678901234567"),
        ("<<x", "<<x"),
        ("'010'", "010"),
        ('"yes"', "yes"),
    ],
)
def test_a_word_in_a_property_that_is_a_text(word: str, text: str):
    assert Text.model_validate(read_yaml(f"value: {word}\n")).value == text


@pytest.mark.parametrize("word", ["~", "null", "Null", "NULL"])
def test_null_is_no_value(word: str):
    assert Text.model_validate(read_yaml(f"value: {word}\n")).value is None


@pytest.mark.parametrize("word", [".inf", ".nan", "-.INF", "9" * 2000, "1e999"])
def test_a_number_that_a_flow_cannot_hold_is_refused(word: str):
    with pytest.raises(InvalidFlow):
        read_yaml(f"value: {word}\n")
