"""Which months are asked: fewer than there are, and none that is needed is left out."""

from datetime import UTC, date, datetime, timedelta

from services.web import queries
from shared.search import names


def test_months_are_all_that_a_time_touches() -> None:
    first, last = datetime(2026, 1, 31, 23, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
    assert queries.months(first, last) == "articles-v1-2026.01,articles-v1-2026.02,articles-v1-2026.03"
    assert queries.months(first, first) == "articles-v1-2026.01"
    for hours in range(0, 24 * 90, 7):
        asked = queries.months(first, first + timedelta(hours=hours)).split(",")
        assert names.month_index(first + timedelta(hours=hours)) == asked[-1]
        assert len(asked) == len(set(asked))


def test_an_article_is_looked_for_where_it_was_published_and_just_after() -> None:
    assert queries.months_of(date(2026, 3, 10)) == "articles-v1-2026.03"
    assert queries.months_of(date(2026, 3, 30)) == "articles-v1-2026.03,articles-v1-2026.04"
    assert queries.months_of(date.max).endswith("9999.12")


def test_what_is_alike_may_be_from_the_months_beside() -> None:
    assert queries.months_around(datetime(2026, 3, 20, tzinfo=UTC)) == "articles-v1-2026.03,articles-v1-2026.04"
