"""A short run of the fuzzer; ``fuzz.py`` runs as long as one likes."""

import fuzz
import pytest
from expression_grammar import MUTATED, RAW, TEMPLATES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pauta.expression import Dialect, limits


@pytest.fixture(autouse=True)
def _few_steps(monkeypatch):
    monkeypatch.setattr(limits, "STEPS", 100_000)


@settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=True)
@given(st.one_of(TEMPLATES, MUTATED, RAW), st.sampled_from(Dialect))
def test_no_template_crashes_hangs_or_escapes(text, dialect):
    fuzz.survives(text, dialect)


@pytest.mark.parametrize(
    "text",
    [
        "{{ ٣ }}",
        "{{ '٣' + ٣ }}",
        "{{ x }}{% raw %}{{ list }}",
        "{{ '[" + "9" * 5_000 + ",' }}{{ list }}{{ ']' }}",
        "{{ fromJson('" + "9" * 5_000 + "') }}",
    ],
)
@pytest.mark.parametrize("dialect", Dialect)
def test_what_once_crashed_or_hung_does_so_no_more(text, dialect):
    fuzz.survives(text, dialect)


def test_the_fuzzer_tells_what_it_finds(monkeypatch, capsys):
    def crash(*_: object, **__: object) -> None:
        raise ZeroDivisionError("broken")

    monkeypatch.setattr(fuzz, "check", crash)
    monkeypatch.setattr(fuzz, "_failures", [])
    fuzz._tell("{{ 1 }}", Dialect.V1)
    assert fuzz._failures == ["{{ 1 }}"]
    assert "ZeroDivisionError: broken" in capsys.readouterr().out
