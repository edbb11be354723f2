"""When a feed is polled next."""

from datetime import datetime, timedelta

import pytest

from services.fetcher.polling import CEILING, FLOOR, UNKNOWN, interval, next_poll
from tests.services.fetcher.fakes import NOON

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("silence", "expected"),
    [
        (timedelta(minutes=5), FLOOR),
        (-HOUR, FLOOR),
        (timedelta(hours=5), timedelta(minutes=30)),
        (timedelta(days=5), timedelta(hours=12)),
        (timedelta(days=365), CEILING),
        (None, UNKNOWN),
    ],
)
def test_a_feed_is_asked_again_after_a_tenth_of_its_silence(silence: timedelta | None, expected: timedelta) -> None:
    assert interval(silence) == expected


def due(newest: datetime | None = None, **more: object) -> timedelta:
    return next_poll(NOON, **({"fixed": None, "newest": newest} | more)) - NOON  # type: ignore[arg-type]


def test_the_newest_item_sets_the_pace() -> None:
    assert due(NOON - timedelta(hours=5)) == timedelta(minutes=30)


def test_a_fixed_interval_holds_whatever_the_feed_does() -> None:
    assert due(NOON - timedelta(days=300), fixed=timedelta(seconds=5)) == timedelta(seconds=5)


def test_each_failure_doubles_up_to_a_day() -> None:
    assert [due(NOON, failures=n) for n in range(4)] == [FLOOR, FLOOR * 2, FLOOR * 4, FLOOR * 8]
    assert due(NOON, failures=50) == CEILING


def test_what_the_host_asks_for_lengthens_and_never_shortens() -> None:
    assert due(NOON, after=HOUR) == HOUR
    assert due(NOON, after=timedelta(seconds=1)) == FLOOR
