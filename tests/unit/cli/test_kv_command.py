import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from pauta.cli.kv import app

Kv = Callable[..., Result]


@pytest.fixture
def kv(tmp_path: Path) -> Kv:
    """The command, on a folder of its own."""

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(app, [*arguments, "--keep", str(tmp_path)])

    return call


def test_a_value_is_kept_and_printed(kv: Kv):
    assert kv("set", "a.b", "text", "hello").exit_code == 0
    assert kv("set", "a.b", "map", '{"x": 1}', "--type", "json").exit_code == 0
    assert kv("get", "a.b", "text").stdout == "hello\n"
    assert json.loads(kv("get", "a.b", "map").stdout) == {"x": 1}


def test_the_values_of_a_namespace_are_listed(kv: Kv):
    kv("set", "a.b", "k", "5", "--type", "number", "--ttl", "P1D", "--description", "about it")
    assert kv("list", "a.b").stdout.split()[:4] == ["k", "NUMBER", "5", "until"]
    (entry,) = json.loads(kv("list", "a.b", "--json").stdout)
    assert (entry["key"], entry["type"], entry["value"], entry["description"]) == ("k", "NUMBER", 5, "about it")
    assert entry["expirationDate"] > entry["creationDate"]
    assert kv("list", "other").stdout == "the namespace other has no values\n"


def test_a_key_is_removed_once(kv: Kv):
    kv("set", "a.b", "k", "x")
    assert kv("delete", "a.b", "k").exit_code == 0
    for again in (kv("delete", "a.b", "k"), kv("get", "a.b", "k")):
        assert again.exit_code == 1
        assert "the key 'k' has no value in the namespace 'a.b'" in again.stderr


def test_a_time_to_live_that_is_none_is_refused(kv: Kv):
    result = kv("set", "a.b", "k", "x", "--ttl", "soon")
    assert result.exit_code == 2
    assert "'soon' is not a duration" in result.stderr


def test_a_value_is_not_replaced_against_the_will(kv: Kv):
    kv("set", "a.b", "k", "x")
    assert kv("set", "a.b", "k", "y", "--no-overwrite").exit_code == 1
    assert kv("get", "a.b", "k").stdout == "x\n"
