from datetime import datetime, timedelta

import pytest
from opensearchpy import AsyncOpenSearch

from shared import clock
from shared.events import Trend
from shared.search import names
from shared.search.forgetting import forget_in_trends
from shared.search.trends import Board, TrendingStory, Trends

pytestmark = pytest.mark.engines
AT = clock.now().replace(minute=30) - timedelta(days=1)
EPOCH = 1_000_000


def board(at: datetime, *articles: str) -> Board:
    trend = Trend(trend_id="t", term="Mondego", score=9, articles=5, sources=5, expected=0.1, article_ids=articles, at=at)
    story = TrendingStory(story_id="s", score=9, articles=5, sources=5, expected=1, article_ids=articles, at=at)
    return Board(at=at, trends=(trend,), stories=(story,))


async def test_any_past_hour_is_told_as_it_stood_last(client: AsyncOpenSearch) -> None:
    trends = Trends(client)
    for minutes in (0, 20, 40):
        await trends.write(board(AT + timedelta(minutes=minutes), f"a{minutes}"))
    assert await trends.past(AT) == board(AT + timedelta(minutes=20), "a20")
    assert await trends.past(AT + timedelta(hours=1)) == await trends.current() == board(AT + timedelta(minutes=40), "a40")
    assert await trends.past(AT - timedelta(hours=1)) is None
    await client.indices.refresh(index=names.TRENDS)
    assert [one.term for one in await trends.since(AT - timedelta(days=1))] == ["Mondego"]


async def test_what_is_taken_down_is_in_no_board_and_a_worker_fenced_off_by_that_puts_nothing_back(
    client: AsyncOpenSearch,
) -> None:
    trends = Trends(client)
    await trends.write(board(AT, "gone", "stays"), EPOCH)
    await trends.write(board(AT + timedelta(hours=1), "gone", "stays"), EPOCH)
    await client.indices.refresh(index=names.TRENDS)
    await forget_in_trends(client, ["gone"], EPOCH + 1)
    for left in (await trends.past(AT), await trends.past(AT + timedelta(hours=1)), await trends.current()):
        assert left is not None
        assert left.trends[0].article_ids == left.stories[0].article_ids == ("stays",)
    await trends.write(board(AT + timedelta(hours=1, minutes=5), "new"), EPOCH + 2)
    assert await trends.current() == board(AT + timedelta(hours=1, minutes=5), "new")
    await trends.write(board(AT + timedelta(hours=1, minutes=6), "stalled"), EPOCH)
    assert await trends.current() == board(AT + timedelta(hours=1, minutes=5), "new")
