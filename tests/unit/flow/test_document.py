"""YAML with places, and limits that are told in a sentence."""

import pytest

from pauta.errors import InvalidFlow
from pauta.flow.document import MAX_DEPTH, read_document, read_yaml


def refused(text: str) -> list[str]:
    with pytest.raises(InvalidFlow) as caught:
        read_document(text)
    return [str(problem) for problem in caught.value.problems]


def test_the_place_of_a_value_and_of_its_name():
    document = read_document("a:\n  - b: 1\n    c: [x, y]\n")
    assert document.place(("a", 0, "b")) == (2, 8)
    assert document.place(("a", 0, "b"), name=True) == (2, 5)
    assert document.place(("a", 0, "c", 1)) == (3, 12)


def test_the_place_of_what_is_missing_is_that_around_it():
    assert read_document("a:\n  - b: 1\n").place(("a", 0, "nothing", 5)) == (2, 5)


def test_a_key_that_is_there_twice_is_refused_with_both_places():
    assert refused("a: 1\nb: 2\na: 3\n") == ["3:1: the key 'a' is there twice, first on line 1"]


def test_all_duplicate_keys_are_told_at_once():
    assert len(refused("a: 1\na: 2\nb: {c: 1, c: 2}\n")) == 2


def test_aliases_that_repeat_too_much_are_refused_at_once():
    levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]\n" for n in range(1, 12))
    assert "the aliases of this document repeat more than 100000 values" in refused(f"l0: &l0 x\n{levels}")[0]


def test_an_alias_in_what_it_stands_for_is_refused():
    assert "there is no anchor '&a' before this alias" in refused("a: &a [*a]\n")[0]


def test_deep_nesting_is_refused_in_a_sentence():
    assert f"nested deeper than {MAX_DEPTH} levels" in refused("- " * 300 + "x")[0]


def test_nesting_that_the_parser_itself_refuses_is_told_too():
    assert "maximum nesting depth" in refused("[" * 100_000)[0]


def test_merge_keys_take_what_is_not_there_yet():
    assert read_yaml("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\n")["b"] == {"x": 1, "y": 3}


def test_broken_yaml_is_told_with_its_place():
    (found,) = refused("a: [1\nb: 2\n")
    assert found.startswith("2:")


def test_a_character_that_yaml_does_not_have_is_named():
    assert "U+0000" in refused("a: \0\n")[0]


def test_only_the_first_document_is_read():
    document = read_document("a: 1\n---\nb: 2\n")
    assert document.data == {"a": 1}
    assert document.more == (2, 1)
