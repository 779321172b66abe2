from typing import Any

import pytest

from pauta.plugins.scripts.python.json_words import with_json_words

DEFINITION = "true, false, null = True, False, None"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("x = 1", "x = 1"),
        ("untrue = 1", "untrue = 1"),
        ("x = true", f"{DEFINITION}; x = true"),
        ("# note\n\nx = true", f"# note\n\n{DEFINITION}; x = true"),
        ("if null: pass", f"{DEFINITION}\nif null: pass"),
        ("# note\n\nif null: pass", f"# note\n{DEFINITION}\nif null: pass"),
        ("# note\n@f\ndef g(): return true", f"# note\n{DEFINITION}\n@f\ndef g(): return true"),
        ('"""true\nor false"""\nx = true', f'"""true\nor false"""\n{DEFINITION}; x = true'),
        ("# only true", f"{DEFINITION}\n# only true"),
        ("x = true\r\ny = 1\r\n", f"{DEFINITION}; x = true\r\ny = 1\r\n"),
        (
            "'d'\nfrom __future__ import annotations\nx = true",
            f"'d'\nfrom __future__ import annotations\n{DEFINITION}; x = true",
        ),
        (
            "from __future__ import (\n  annotations)\nx = true",
            f"from __future__ import (\n  annotations)\n{DEFINITION}; x = true",
        ),
    ],
)
def test_words_of_json_are_defined_before_the_first_statement(script: str, expected: str):
    assert with_json_words(script) == expected


@pytest.mark.parametrize(
    "script",
    [
        "from __future__ import annotations\nx = [true, null]",
        "'''doc'''\nx = [true, null]",
        "x = [\n true,\n null]",
        "if true:\n  x = [true, null]",
        "for _ in [null]: x = [true, null]",
        "x, a = [true, null], 'ü'; y = 2",
        "\f\nx = [true, null]",
    ],
)
def test_the_script_still_runs(script: str):
    names: dict[str, Any] = {}
    exec(compile(with_json_words(script), "script", "exec", dont_inherit=True), names)
    assert names["x"] == [True, None]


@pytest.mark.parametrize("script", ["x = (true", "'''true", "  true\n x", "x = true $"])
def test_a_script_that_cannot_be_read_stays_as_wrong_as_it_was(script: str):
    assert with_json_words(script).endswith(script)
