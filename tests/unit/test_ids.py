from hypothesis import given
from hypothesis import strategies as st

from pauta import ids

NOW = 1_767_225_600_000_000


def test_an_id_is_22_base62_characters():
    new = ids.new(NOW)
    assert len(new) == 22
    assert new.isalnum()
    assert new.isascii()


@given(earlier=st.integers(0, 2**47 * 1000), later=st.integers(1000, 10**12))
def test_ids_sort_by_their_time(earlier, later):
    assert ids.new(earlier) < ids.new(earlier + later)


def test_new_ids_differ():
    assert len({ids.new(NOW) for _ in range(1000)}) == 1000


@given(number=st.integers(0, 10**6))
def test_a_derived_id_is_the_same_for_the_same_parent_and_number(number):
    parent = ids.new(NOW)
    assert ids.derived(parent, number) == ids.derived(parent, number)


def test_derived_ids_differ_by_number_and_by_parent():
    parents = [ids.new(NOW) for _ in range(10)]
    assert len({ids.derived(parent, number) for parent in parents for number in range(100)}) == 1000


def test_a_derived_id_stands_in_time_beside_its_parent():
    parent = ids.new(NOW)
    assert ids.new(NOW - 2000) < ids.derived(parent, 7) < ids.new(NOW + 2000)
