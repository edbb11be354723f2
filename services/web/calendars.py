"""A month of the day archive. Pure."""

from calendar import Calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

_WEEKS = Calendar()


@dataclass(frozen=True)
class Square:
    """A day of the month shown; `articles` 0 where nothing is to be read."""

    day: date
    articles: int


@dataclass(frozen=True)
class Month:
    """`weeks` of seven, from Monday; None outside the month. `before` and `after`: the nearest days of the neighbouring
    months, None where there is none to go to."""

    first: date
    weeks: tuple[tuple[Square | None, ...], ...]
    before: date | None
    after: date | None


def bounds(day: date) -> tuple[date, date]:
    """The first and last day of the month of `day`."""
    first = day.replace(day=1)
    if first.year == date.max.year and first.month == date.max.month:
        return first, date.max
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def month(day: date, articles: Mapping[date, int], today: date) -> Month:
    """The month of `day`, with how many articles its days have; nothing follows `today`."""
    first, last = bounds(day)
    weeks = tuple(
        tuple(Square(one, articles.get(one, 0)) if one.month == first.month else None for one in week)
        for week in _dates(first)
    )
    before = first - timedelta(days=1) if first > date.min else None
    after = last + timedelta(days=1) if last < today else None
    return Month(first, weeks, before, after)


def _dates(first: date) -> list[list[date]]:
    try:
        return _WEEKS.monthdatescalendar(first.year, first.month)
    except (OverflowError, ValueError):  # the weeks of the first and the last month reach out of all time
        return []
