from datetime import UTC, datetime, timedelta

import pytest
from opensearchpy import AsyncOpenSearch

from services.trends.scoring import HALF_LIFE, Floors
from services.trends.story_trends import StoryTrends, ToldBy, strength
from shared.search import names
from shared.search.stories import Member, Stories, Story

NOW = datetime(2026, 3, 10, 18, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def told(**sources: tuple[int, float]) -> ToldBy:
    return ToldBy("story", sources)


def test_a_story_is_as_strong_as_its_sources_are_more_than_usual_and_fades() -> None:
    assert strength(told(a=(1, 0), b=(1, 0), c=(1, 0)), 1.0) == pytest.approx(4)
    assert strength(told(a=(1, HALF_LIFE), b=(1, HALF_LIFE), c=(1, HALF_LIFE)), 1.0) == pytest.approx(2)
    assert strength(told(a=(9, 0), b=(1, 0), c=(1, 0)), 2.0) == 0
    assert told(a=(500, 0), b=(1, 0)).articles == 3


async def _put(client: AsyncOpenSearch, name: str, sources: list[str], ago: timedelta, copies: int = 0) -> None:
    members = [
        Member(article_id=f"{name}-{n}", story_id=name, source_id=source, language="pt", seen_at=NOW - ago)
        for n, source in enumerate(sources)
    ]
    members += [
        Member(
            article_id=f"{name}-copy-{n}", story_id=name, source_id=f"copier-{n}", language="pt", seen_at=NOW - ago,
            copy_of=f"{name}-0",
        )
        for n in range(copies)
    ]  # fmt: skip
    story = Story(
        story_id=name, title=f"About {name}", article_ids=tuple(one.article_id for one in members), source_ids=(),
        languages=("pt",), articles=len(members), sources=len({one.source_id for one in members}), first_at=NOW - ago,
        last_at=NOW - ago,
    )  # fmt: skip
    await Stories(client).write([story], members)


@pytest.mark.engines
async def test_stories_of_more_sources_than_usual_trend_and_copies_and_floods_do_not_count(client: AsyncOpenSearch) -> None:
    await _put(client, "quake", ["a", "b", "c", "d", "e", "f"], HOUR)
    await _put(client, "strike", ["a", "b", "c", "a", "b"], 2 * HOUR)
    await _put(client, "flood", ["a"] * 30 + ["b", "c"], HOUR)
    await _put(client, "wire", ["a", "b"], HOUR, copies=20)
    await _put(client, "old", ["a", "b", "c", "d", "e", "f"], 25 * HOUR)
    for number in range(10):
        await _put(client, f"past-{number}", ["a"], 3 * DAY)
    for index in (names.STORIES, names.STORY_MEMBERS):
        await client.indices.refresh(index=index)
    found = await StoryTrends(client, DAY).ranked(NOW, Floors(5, 3), 10)
    assert [one.story_id for one in found] == ["quake", "strike"]
    quake = found[0]
    assert (quake.title, quake.articles, quake.sources, len(quake.article_ids)) == ("About quake", 6, 6, 6)
    assert quake.expected == pytest.approx(16 / 11, abs=0.01)
