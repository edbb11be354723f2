"""When a feed publishes, learned by hour of the week."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rhythm import DAY, HOUR, WEEK, Rhythm, hour_of_week

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def weeks(number: int, *hours: int) -> Rhythm:
    """Looked at every hour, with an article in each of these hours of the week."""
    rhythm = Rhythm().after([], MONDAY)
    for hour in range(1, number * 168 + 1):
        now = MONDAY + hour * HOUR
        rhythm = rhythm.after([now - HOUR / 2] if (hour - 1) % 168 in hours else [], now)
    return rhythm


def test_the_hours_that_bring_articles_stand_out() -> None:
    rates = weeks(4, 9, 33, 57).rates()
    assert rates.hourly[9] > 4 * rates.hourly[15]
    assert rates.hourly[9] > 2 * rates.hourly[9 + 96]  # Friday's same hour
    assert rates.hourly[9 + 96] > 2 * rates.hourly[15]  # but the time of day counts, too


def test_the_expectation_of_a_week_is_about_what_a_week_brought() -> None:
    rates = weeks(4, *range(8, 18)).rates()
    assert rates.expected(MONDAY, MONDAY + WEEK) == pytest.approx(10, rel=0.2)
    assert rates.expected(MONDAY, MONDAY + 3 * WEEK + DAY) > 3 * rates.expected(MONDAY, MONDAY + WEEK)
    assert rates.expected(MONDAY + DAY, MONDAY) == 0


def test_a_new_habit_has_the_upper_hand_after_two_weeks() -> None:
    rhythm, begin = weeks(3, *range(8, 18)), MONDAY + 3 * WEEK
    for hour in range(1, 2 * 168 + 1):
        now = begin + hour * HOUR
        rhythm = rhythm.after([now - HOUR / 2] if 100 <= (hour - 1) % 168 < 110 else [], now)
    rates = rhythm.rates()
    assert rates.hourly[105] > 2 * rates.hourly[13]


def test_the_first_look_learns_from_the_dates_that_the_feed_shows() -> None:
    shown = [MONDAY - day * DAY - HOUR / 2 for day in range(40)]
    rates = Rhythm().after(shown, MONDAY).rates()
    assert rates.hourly[hour_of_week(MONDAY - HOUR)] > 5 * rates.hourly[hour_of_week(MONDAY + 11 * HOUR)]
    assert rates.expected(MONDAY, MONDAY + WEEK) == pytest.approx(7, rel=0.35)


def test_dates_in_the_future_or_long_past_are_not_believed() -> None:
    rhythm, now = weeks(1), MONDAY + WEEK
    assert rhythm.after([now + DAY, now - WEEK], now) == rhythm


def test_an_article_makes_others_likely_for_some_hours() -> None:
    now = MONDAY + WEEK + HOUR
    rates = weeks(1).after([now - HOUR / 6] * 3, now).rates()
    assert rates.at(now) > rates.at(now + 5 * HOUR) + 0.3


@given(
    st.lists(st.tuples(st.timedeltas(timedelta(0), 30 * DAY), st.lists(st.timedeltas(-WEEK, WEEK), max_size=5)), max_size=30)
)
def test_whatever_is_seen_the_expectation_is_a_number_that_the_index_can_keep(
    looks: list[tuple[timedelta, list[timedelta]]],
) -> None:
    rhythm, now = Rhythm(), MONDAY
    for pause, found in looks:
        now += pause
        rhythm = rhythm.after([now + offset for offset in found], now)
    assert Rhythm.model_validate_json(rhythm.model_dump_json()) == rhythm
    assert all(0 <= rate < 1000 for rate in rhythm.rates().hourly)
