from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from pauta import clock


@given(st.integers(0, 4_000_000_000_000_000))
def test_an_instant_survives_the_way_through_a_datetime(instant):
    assert clock.from_datetime(clock.to_datetime(instant)) == instant


def test_iso_text_has_microseconds_and_ends_with_z():
    instant = clock.from_datetime(datetime(2026, 1, 2, 3, 4, 5, 60, tzinfo=UTC))
    assert clock.to_iso(instant) == "2026-01-02T03:04:05.000060Z"


def test_the_system_clock_tells_the_present():
    before = clock.from_datetime(datetime.now(UTC))
    assert before <= clock.SystemClock().now() <= clock.from_datetime(datetime.now(UTC))
