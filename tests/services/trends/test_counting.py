"""What the index says of terms."""

from datetime import UTC, datetime, timedelta

import pytest
from opensearchpy import AsyncOpenSearch

from services.trends.counting import Counting
from services.trends.scoring import Counted
from tests.services.trends.articles import article, fill

pytestmark = pytest.mark.engines
UNTIL = datetime(2026, 3, 10, 18, 0, tzinfo=UTC)
WINDOW = timedelta(hours=6)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def test_terms_are_counted_in_the_window_by_sources_the_most_first(client: AsyncOpenSearch) -> None:
    await fill(
        client,
        [
            *(article(1, ["Shop"], UNTIL - HOUR) for _ in range(5)),
            *(article(n, ["Mondego"], UNTIL - HOUR) for n in range(3)),
            article(1, ["Seldom"], UNTIL - HOUR),
            *(article(n, ["Mondego", "Early"], UNTIL - WINDOW - HOUR) for n in range(3, 9)),
            *(article(n, ["Mondego", "Late"], UNTIL) for n in range(3, 9)),
        ],
    )
    found = await Counting(client, WINDOW).terms(UNTIL, min_articles=2)
    assert found == [Counted("Mondego", 3, 3), Counted("Shop", 5, 1)]


async def test_what_says_it_is_old_or_of_tomorrow_does_not_count_and_what_says_nothing_does(client: AsyncOpenSearch) -> None:
    seen = UNTIL - HOUR
    await fill(
        client,
        [
            article(1, ["Old"], seen, seen - 30 * DAY),
            article(2, ["Tomorrow"], seen, UNTIL + DAY),
            article(3, ["Undated"], seen) | {"published_at": None},
            article(4, ["Week"], seen, seen - 6 * DAY),
        ],
    )
    found = await Counting(client, WINDOW).terms(UNTIL, min_articles=1)
    assert {one.term for one in found} == {"Undated", "Week"}


async def test_history_is_of_the_same_hours_of_the_days_before(client: AsyncOpenSearch) -> None:
    await fill(
        client,
        [
            *(article(n, ["Mondego"], UNTIL - DAY - HOUR) for n in range(2)),
            *(article(n, ["Mondego"], UNTIL - DAY - 8 * HOUR) for n in range(9)),  # other hours
            *(article(n, ["Else"], UNTIL - 2 * DAY - HOUR) for n in range(3)),
            *(article(n, ["Mondego"], UNTIL - 3 * DAY - HOUR) for n in range(4)),
        ],
    )
    days, history = await Counting(client, WINDOW).history(UNTIL, 7, ["Mondego", "Never"])
    assert days == 3
    assert {term: sorted(counts) for term, counts in history.items()} == {"Mondego": [2, 4]}
    assert await Counting(client, WINDOW).history(UNTIL, 7, []) == (0, {})


async def test_the_evidence_is_the_latest_articles_and_their_languages(client: AsyncOpenSearch) -> None:
    await fill(client, [article(n, ["Mondego"], UNTIL - n * timedelta(minutes=1)) for n in range(1, 16)])
    evidence = await Counting(client, WINDOW).evidence(UNTIL, ["Mondego", "Never"])
    assert set(evidence) == {"Mondego"}
    assert evidence["Mondego"].languages == ("pt", "en")
    assert len(evidence["Mondego"].article_ids) == 10
    assert evidence["Mondego"].article_ids[0].startswith("source-1-")
