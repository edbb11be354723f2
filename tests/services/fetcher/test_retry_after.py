"""The Retry-After header."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fetcher.retry_after import LONGEST, retry_after
from tests.services.fetcher.fakes import NOON


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Mon, 02 Mar 2026 12:00:30 GMT", 30),
        ("Mon, 02 Mar 2026 13:00:30 +0100", 30),
        ("Mon, 02 Mar 2026 11:00:00 GMT", 0),
        ("999999999999", 86_400),
        ("Sun, 06 Nov 2094 08:49:37 GMT", 86_400),
    ],
)
def test_seconds_and_dates_are_understood_and_bounded(value: str, seconds: int) -> None:
    assert retry_after(value, NOON) == timedelta(seconds=seconds)


@pytest.mark.parametrize("value", [None, "", "soon", "-5", "1.5", "٣", "Mon, 99 Mar 2026 12:00:30 GMT", "0x10"])
def test_nonsense_asks_for_nothing(value: str | None) -> None:
    assert retry_after(value, NOON) is None


@given(st.text(max_size=60))
def test_whatever_it_says_the_wait_is_none_or_within_a_day(value: str) -> None:
    found = retry_after(value, NOON)
    assert found is None or timedelta(0) <= found <= LONGEST
