"""When a feed is polled next."""

from datetime import datetime, timedelta

import pytest

from services.fetcher.polling import CEILING, FAILING_CEILING, FLOOR, IN_QUIET_HOURS, LONGEST, next_poll
from shared.rhythm import DAY, HOUR, WEEK, Rhythm
from tests.services.fetcher.fakes import NOON

NOTHING_KNOWN = Rhythm()


def daily(*hours: int, each: int = 6, days: int = 14, until: datetime = NOON) -> Rhythm:
    """Of a feed that has brought `each` articles in each of these hours for so many days."""
    begin = until - timedelta(days=days)
    moments = [
        begin + day * DAY + timedelta(hours=hour - until.hour, minutes=minute * 60 / each)
        for day in range(days + 1)
        for hour in hours
        for minute in range(each)
    ]
    return Rhythm(at=begin, aged_at=begin).after([m for m in moments if m <= until], until)


def due(rhythm: Rhythm = NOTHING_KNOWN, now: datetime = NOON, **more: object) -> timedelta:
    return next_poll(now, **({"fixed": None, "rhythm": rhythm, "last_article_at": now} | more)) - now  # type: ignore[arg-type]


def test_a_feed_is_asked_every_ten_minutes_in_its_busy_hours_and_rarely_at_night() -> None:
    rhythm = daily(8, 9, 10, 11, 12, 13, each=12)
    assert due(rhythm) == FLOOR
    night = NOON + 14 * HOUR
    assert LONGEST < due(rhythm.after([], night), night) <= IN_QUIET_HOURS


def test_it_is_asked_soon_after_a_known_busy_hour_begins() -> None:
    rhythm = daily(5, each=30)
    before = NOON + 16 * HOUR + timedelta(minutes=40)
    wait = due(rhythm.after([], before), before)
    assert before + wait <= NOON + 17 * HOUR + timedelta(minutes=15)


def test_a_feed_of_which_nothing_is_known_is_asked_after_three_quarters_of_an_hour() -> None:
    assert due() == LONGEST
    assert due(last_article_at=None) == LONGEST


def test_a_feed_long_silent_is_asked_once_a_day_and_never_forgotten() -> None:
    waits = [due(last_article_at=NOON - timedelta(days=days)) for days in (10, 20, 40, 80, 4000)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (LONGEST, CEILING)


def test_a_burst_brings_the_next_poll_nearer() -> None:
    calm, burst = daily(8, each=1), [NOON - timedelta(minutes=m) for m in (1, 2, 5, 9)]
    assert due(calm.after(burst, NOON)) < due(calm)


def test_a_fixed_interval_holds_whatever_the_feed_does() -> None:
    seconds = timedelta(seconds=5)
    assert due(fixed=seconds, last_article_at=NOON - timedelta(days=300), hint=HOUR) == seconds


def test_each_failure_doubles_up_to_a_day_and_after_a_month_to_a_week() -> None:
    assert [due(failures=n) for n in range(4)] == [LONGEST, LONGEST * 2, LONGEST * 4, LONGEST * 8]
    assert due(failures=20) == CEILING
    assert due(failures=3000) == FAILING_CEILING


def test_what_the_host_asks_for_lengthens_and_never_shortens() -> None:
    assert due(after=3 * HOUR) == 3 * HOUR
    assert due(daily(11, 12, 13, each=12), after=timedelta(seconds=1)) == FLOOR


@pytest.mark.parametrize(
    ("hint", "rhythm", "expected"),
    [
        (timedelta(minutes=30), daily(11, 12, 13, each=12), timedelta(minutes=30)),
        (HOUR, NOTHING_KNOWN, HOUR),
        (WEEK, NOTHING_KNOWN, CEILING),
        (DAY, daily(9, 12, each=4), HOUR),
        (timedelta(0), NOTHING_KNOWN, LONGEST),
    ],
)
def test_the_feeds_own_hint_is_respected_as_far_as_the_feed_itself_does(
    hint: timedelta, rhythm: Rhythm, expected: timedelta
) -> None:
    assert due(rhythm, hint=hint) == expected


def test_a_feed_is_asked_before_what_it_shows_has_scrolled_off() -> None:
    rhythm = daily(11, 12, 13, each=4)
    hint = timedelta(minutes=50)
    assert due(rhythm, hint=hint, shows=30) == hint
    assert due(rhythm, hint=hint, shows=4) < hint
