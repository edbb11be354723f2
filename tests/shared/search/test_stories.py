from datetime import timedelta

import pytest
from opensearchpy import AsyncOpenSearch

from shared import clock
from shared.search import names
from shared.search.stories import Member, Stories, Story

NOW = clock.now().replace(microsecond=0)
pytestmark = pytest.mark.engines


def member(article_id: str, story_id: str) -> Member:
    return Member(article_id=article_id, story_id=story_id, source_id=f"of-{article_id}", language="pt", seen_at=NOW)


def story(story_id: str, *article_ids: str, hours: int = 0) -> Story:
    at = NOW - timedelta(hours=hours)
    sources = tuple(f"of-{key}" for key in article_ids)
    return Story(
        story_id=story_id,
        title="Dam bursts",
        article_ids=article_ids,
        source_ids=sources,
        languages=("pt",),
        articles=len(article_ids),
        sources=len(sources),
        first_at=at,
        last_at=at,
    )


async def test_an_article_tells_its_story_and_a_story_its_members(client: AsyncOpenSearch) -> None:
    stories = Stories(client)
    await stories.write([story("s1", "a", "b")], [member("a", "s1"), member("b", "s1")])
    found = await stories.of_article("b")
    assert found == story("s1", "a", "b")
    assert [one.article_id for one in await stories.members(found)] == ["a", "b"]
    assert await stories.of_article("unknown") is None


async def test_an_article_that_moved_is_in_its_new_story_only(client: AsyncOpenSearch) -> None:
    stories = Stories(client)
    await stories.write([story("s2", "c", "d")], [member("c", "s2"), member("d", "s2")])
    await stories.write([story("s3", "d")], [member("d", "s3")])
    assert [one.article_id for one in await stories.members(story("s2", "c", "d"))] == ["c"]
    assert (await stories.places(["c", "d"]))["d"].story_id == "s3"


async def test_the_latest_stories_are_those_of_several_sources_that_last_had_news(client: AsyncOpenSearch) -> None:
    stories = Stories(client)
    await stories.write([story("old", "e", "f", hours=5), story("new", "g", "h", hours=1), story("alone", "i")], [])
    await client.indices.refresh(index=names.STORIES)
    ours = {"old", "new", "alone"}
    assert [one.story_id for one in await stories.latest(100) if one.story_id in ours] == ["new", "old"]
    since = NOW - timedelta(hours=2)
    assert [one.story_id for one in await stories.latest(100, since=since) if one.story_id in ours] == ["new"]
