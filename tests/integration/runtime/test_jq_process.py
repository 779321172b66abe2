import threading
import time

import pytest

from pauta.errors import PautaError
from pauta.expression import limits
from pauta.runtime.jq_process import JqProcess


@pytest.fixture
def jq():
    made = JqProcess(deadline=30.0)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("program", "text", "results"),
    [
        (".a", '{"a": 1}', [1]),
        (".[]", "[1, 2.0, null]", [1, 2.0, None]),
        ("empty", "1", []),
        (".", "12345678901234567890", [12345678901234567890]),
        ("1.0, 1.5e3", "null", [1.0, 1500.0]),
        (". # the rest is a comment", '"é😀"', ["é😀"]),
        ("ltrimstr(1), rtrimstr(1)", "[5]", [[5], [5]]),
        ("$ENV", "null", [{}]),
    ],
)
def test_all_results_are_given_with_their_kind_of_number(jq, program, text, results):
    found = jq.query(program, text)
    assert found == results
    assert [type(each) for each in found] == [type(each) for each in results]


@pytest.mark.parametrize(
    ("program", "message"),
    [
        (".[", "syntax error"),
        (".a) | (.b", "syntax error"),
        (".a", "Cannot index array"),
        ("env", "env cannot be used here"),
        ("halt", "halt cannot be used here"),
        ('import "/etc/hostname" as $name; $name', "modules cannot be used here"),
    ],
)
def test_a_program_that_fails_is_an_error_and_the_next_one_works(jq, program, message):
    with pytest.raises(PautaError, match=message):
        jq.query(program, "[]")
    assert jq.query(".", "5") == [5]


def test_a_program_that_gives_too_much_is_stopped(jq, monkeypatch):
    monkeypatch.setattr(limits, "ITEMS", 1_000)
    with pytest.raises(PautaError, match="it gives more than 1000 results"):
        jq.query("repeat(1)", "null")
    assert jq.query("range(1000)", "null") == [*range(1_000)]


def test_a_program_that_does_not_end_is_stopped_and_blocks_no_other_thread():
    jq = JqProcess(deadline=0.5)
    turns = 0
    try:
        jq.query(".", "1")
        failed = threading.Thread(target=_fails, args=(jq, "last(range(2e9))", "took longer than 0.5 seconds"))
        failed.start()
        while failed.is_alive():
            turns += 1
            time.sleep(0.001)
        assert turns > 50
        assert jq.query(".", "6") == [6]
    finally:
        jq.close()


def test_a_program_that_takes_all_memory_ends_its_own_process_only():
    jq = JqProcess(deadline=60.0, memory=1 << 28)
    try:
        _fails(jq, 'def grow: "\\(.)\\(.)" | grow; "0123456789" | grow', "jq: ")
        assert jq.query(".", "7") == [7]
    finally:
        jq.close()


def _fails(jq, program, message):
    with pytest.raises(PautaError, match=message):
        jq.query(program, "null")
