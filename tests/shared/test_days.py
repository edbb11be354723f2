from datetime import UTC, date, datetime, timedelta, timezone

from shared.days import day

SEEN = datetime(2026, 3, 10, 12, tzinfo=UTC)


def test_an_article_stands_under_the_utc_day_of_its_publication() -> None:
    assert day(SEEN - timedelta(days=1), SEEN) == date(2026, 3, 9)
    assert day(datetime(2026, 3, 10, 1, tzinfo=timezone(timedelta(hours=5))), SEEN) == date(2026, 3, 9)


def test_an_old_or_future_date_or_none_gives_the_day_of_first_sight() -> None:
    assert day(SEEN - timedelta(days=7), SEEN) == date(2026, 3, 3)
    assert day(SEEN - timedelta(days=7, seconds=1), SEEN) == SEEN.date()
    assert day(SEEN + timedelta(hours=1), SEEN) == SEEN.date()
    late = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)
    assert day(late + timedelta(minutes=59), late) == date(2026, 3, 11)
    assert day(late + timedelta(minutes=61), late) == date(2026, 3, 10)
    assert day(None, SEEN) == SEEN.date()
    assert day(datetime(1890, 1, 1, tzinfo=UTC), SEEN) == SEEN.date()
