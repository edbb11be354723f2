from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.web import calendars

MARCH = date(2026, 3, 31)


def test_a_month_has_its_days_in_weeks_from_monday() -> None:
    month = calendars.month(MARCH, {MARCH: 7}, today=MARCH)
    days = [square for week in month.weeks for square in week if square]
    assert [square.day.day for square in days] == list(range(1, 32))
    assert all(len(week) == 7 for week in month.weeks)
    assert month.weeks[0].index(days[0]) == MARCH.replace(day=1).weekday()
    assert {square.day: square.articles for square in days if square.articles} == {MARCH: 7}


def test_nothing_follows_today() -> None:
    assert calendars.month(MARCH, {}, today=MARCH).after is None
    assert calendars.month(MARCH, {}, today=date(2026, 4, 1)).after == date(2026, 4, 1)
    assert calendars.month(MARCH, {}, today=MARCH).before == date(2026, 2, 28)


@given(st.dates())
def test_every_month_of_all_time_can_be_shown(day: date) -> None:
    first, last = calendars.bounds(day)
    assert first <= day <= last
    assert calendars.month(day, {}, today=MARCH).first == first


def test_so_can_the_first_and_the_last() -> None:
    for day in (date.min, date.max):
        assert calendars.month(day, {}, today=MARCH).first == calendars.bounds(day)[0]
